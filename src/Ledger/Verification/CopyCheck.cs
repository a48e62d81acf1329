using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Provost.Ledger.Verification;

/// <summary>
/// Holds decisions.csv against the entries, cell by cell: its header names where each cell is from, so every row is
/// made again from the leaf it copies. A cell that was edited, a row left out or put in is named.
/// </summary>
internal sealed class CopyCheck(BundleArchive archive)
{
    /// <summary>All columns of this version: another name would say of empty cells what they are not.</summary>
    private static readonly string[] Columns =
    [
        "index", "leaf_hash", "stream", "seq", "time", "type", "decision", "system", "environment", "release",
        "warrant", "outcome", "ended", "code", "status", "route", "caller.key", "subject", "cohort", "dataClass.value",
        "modelRequested", "modelServed", "score", "timing.total", "timing.upstream", "timing.firstByte", "usage.in",
        "usage.out", "guardrails.ran", "guardrails.set", "policy", "terms", "snapshot", "epoch", "retention", "session",
        "trace", "parent", "review", "drill", "node", "nodeSeq",
    ];

    private readonly BundleFile _file = archive.Find("decisions.csv");
    private readonly BundleCursor _cursor = new(archive, archive.Find("decisions.csv"));

    /// <summary>Rows that were as their entries say.</summary>
    public long Rows { get; private set; }

    public VerificationFault? Begin()
    {
        var header = Encoding.ASCII.GetBytes(string.Join(',', Columns) + "\r\n");
        return _cursor.Take(header.Length).SequenceEqual(header)
            ? null
            : new VerificationFault(FaultKind.Copy, "decisions.csv does not begin with the columns of a copy.");
    }

    public VerificationFault? Next(long index, byte[] hash, JsonElement leaf)
    {
        var record = leaf.GetProperty("record");
        if (Find(record, "type") is not { ValueKind: JsonValueKind.String } type
            || !type.GetString()!.StartsWith("decision.", StringComparison.Ordinal))
        {
            return null;
        }

        for (var i = 0; i < Columns.Length; i++)
        {
            var cell = Columns[i] switch
            {
                "index" when i == 0 => index.ToString(CultureInfo.InvariantCulture),
                "leaf_hash" when i == 1 => Convert.ToHexStringLower(hash),
                "stream" or "seq" when i is 2 or 3 => Cell(Find(leaf, Columns[i])),
                var path => Cell(Find(record, path)),
            };
            var expected = Encoding.UTF8.GetBytes(Spelled(cell) + (i + 1 < Columns.Length ? "," : "\r\n"));
            if (!_cursor.Take(expected.Length).SequenceEqual(expected))
                return Edited(index, leaf, Columns[i]);
        }

        Rows++;
        return null;
    }

    public VerificationFault? End()
    {
        if (_cursor.Take(1).Length > 0)
        {
            return new VerificationFault(
                FaultKind.Copy, $"decisions.csv has rows behind the {Rows} that the entries give.");
        }

        return _cursor.Crc == _file.Crc
            ? null
            : new VerificationFault(FaultKind.Container, "The zip's checksum of decisions.csv is wrong.");
    }

    private VerificationFault Edited(long index, JsonElement leaf, string column)
    {
        var stream = Cell(Find(leaf, "stream"));
        var seq = Find(leaf, "seq") is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : (long?)null;
        return new VerificationFault(
            FaultKind.Copy,
            $"Row {Rows + 1} of decisions.csv is not the copy of entry {index} ({stream} {seq}): \"{column}\" differs.",
            index,
            stream,
            seq);
    }

    private static JsonElement? Find(JsonElement value, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out var next))
                return null;

            value = next;
        }

        return value;
    }

    private static string Cell(JsonElement? value)
    {
        if (value is not { } found)
            return "";

        return found.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.String => found.GetString()!,
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => found.GetInt64().ToString(CultureInfo.InvariantCulture),
            JsonValueKind.Array => string.Join(' ', found.EnumerateArray().Select(v => Cell(v))),
            _ => string.Join(' ', found.EnumerateObject().Select(m => $"{m.Name}={Cell(m.Value)}")),
        };
    }

    private static string Spelled(string cell)
    {
        var guarded = cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{cell}" : cell;
        return guarded.AsSpan().IndexOfAny("\",\r\n") < 0 ? guarded : $"\"{guarded.Replace("\"", "\"\"")}\"";
    }
}
