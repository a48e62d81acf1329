using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Provost.Control.Decisions;

/// <summary>Writes matching decisions as a convenience copy: evidence is the leaf that each row names.</summary>
public sealed class DecisionExport(DecisionQuery query)
{
    private const int FlushAt = 64 * 1024;
    private const string Header =
        "leaf_index,leaf_hash,intent_leaf,id,time,stream,seq,system,environment,release,warrant,outcome,ended,code,"
        + "route,caller_key,cohort,data_class,model_requested,model_served,status,total_us,upstream_us,first_byte_us,"
        + "tokens_in,tokens_out,drill,exception,adoption\r\n";

    /// <summary>RFC 4180, UTF-8, one header line; cells that a spreadsheet would take for a formula begin with an
    /// apostrophe.</summary>
    public async Task WriteCsvAsync(DecisionFilter filter, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), FlushAt, leaveOpen: true);
        await writer.WriteAsync(Header.AsMemory(), cancellationToken);
        var line = new StringBuilder();
        await query.ForEachAsync(filter, async (row, token) =>
        {
            line.Clear();
            foreach (var cell in Cells(row))
                Append(line, cell);
            line.Length--;
            line.Append("\r\n");
            foreach (var chunk in line.GetChunks())
                await writer.WriteAsync(chunk, token);
        }, cancellationToken);
        await writer.FlushAsync(cancellationToken);
    }

    /// <summary>One JSON array of objects with the columns' names.</summary>
    public async Task WriteJsonAsync(DecisionFilter filter, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new Utf8JsonWriter(output);
        writer.WriteStartArray();
        await query.ForEachAsync(filter, async (row, token) =>
        {
            Write(writer, row);
            if (writer.BytesPending > FlushAt)
                await writer.FlushAsync(token);
        }, cancellationToken);
        writer.WriteEndArray();
        await writer.FlushAsync(cancellationToken);
    }

    private static IEnumerable<string?> Cells(DecisionRow row)
    {
        yield return Number(row.LeafIndex);
        yield return Convert.ToHexStringLower(row.LeafHash);
        yield return Number(row.IntentLeaf);
        yield return row.Id.ToString();
        yield return Instant(row);
        yield return row.Stream;
        yield return Number(row.Seq);
        yield return row.System;
        yield return row.Environment;
        yield return row.Release;
        yield return row.Warrant;
        yield return row.Outcome;
        yield return row.Ended;
        yield return row.Code;
        yield return row.Route;
        yield return row.CallerKey;
        yield return string.Join(' ', row.Cohort);
        yield return row.DataClass;
        yield return row.ModelRequested;
        yield return row.ModelServed;
        foreach (var number in Numbers(row))
            yield return Number(number);
        yield return row.Drill ? "true" : "false";
        yield return row.UnderException;
        yield return row.Adoption;
    }

    private static long?[] Numbers(DecisionRow row) =>
        [row.Status, row.TotalUs, row.UpstreamUs, row.FirstByteUs, row.TokensIn, row.TokensOut];

    private static void Append(StringBuilder line, string? cell)
    {
        var text = cell ?? "";
        // Model names and cohort values are the client's words, opened by somebody else in a spreadsheet.
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            text = "'" + text;
        if (text.AsSpan().ContainsAny("\",\r\n"))
            line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else
            line.Append(text);
        line.Append(',');
    }

    private static void Write(Utf8JsonWriter writer, DecisionRow row)
    {
        string[] names = Header.TrimEnd().Split(',');
        writer.WriteStartObject();
        writer.WriteNumber("leaf_index", row.LeafIndex);
        writer.WriteString("leaf_hash", Convert.ToHexStringLower(row.LeafHash));
        WriteNumber(writer, "intent_leaf", row.IntentLeaf);
        writer.WriteString("id", row.Id);
        writer.WriteString("time", Instant(row));
        writer.WriteString("stream", row.Stream);
        writer.WriteNumber("seq", row.Seq);
        string?[] texts =
        [
            row.System, row.Environment, row.Release, row.Warrant, row.Outcome, row.Ended, row.Code, row.Route,
            row.CallerKey,
        ];
        for (var i = 0; i < texts.Length; i++)
            writer.WriteString(names[7 + i], texts[i]);
        writer.WriteStartArray("cohort");
        foreach (var cohort in row.Cohort)
            writer.WriteStringValue(cohort);
        writer.WriteEndArray();
        writer.WriteString("data_class", row.DataClass);
        writer.WriteString("model_requested", row.ModelRequested);
        writer.WriteString("model_served", row.ModelServed);
        var numbers = Numbers(row);
        for (var i = 0; i < numbers.Length; i++)
            WriteNumber(writer, names[20 + i], numbers[i]);
        writer.WriteBoolean("drill", row.Drill);
        writer.WriteString("exception", row.UnderException);
        writer.WriteString("adoption", row.Adoption);
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } value)
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Instant(DecisionRow row) =>
        row.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
