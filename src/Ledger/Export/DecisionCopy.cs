using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Provost.Ledger.Export;

/// <summary>
/// Rows of <c>decisions.csv</c>, the copy for spreadsheets: one for each entry of a decision, in the entries' order.
/// RFC 4180 in UTF-8 with one header line. The header says where each cell is from: <c>index</c> and <c>leaf_hash</c>
/// of the line, <c>stream</c> and <c>seq</c> of the leaf, every other name a dotted path inside the leaf's record. A
/// cell is the value as it stands there; of an array its values, of an object <c>name=value</c>, with blanks between;
/// nothing for null and for what is not there. A cell that a spreadsheet would take for a formula begins with an
/// apostrophe.
/// </summary>
internal sealed class DecisionCopy
{
    private const string Places = "index,leaf_hash,stream,seq";

    private static readonly string[] Paths =
    [
        "time", "type", "decision", "system", "environment", "release", "warrant", "outcome", "ended", "code", "status",
        "route", "caller.key", "subject", "cohort", "dataClass.value", "modelRequested", "modelServed", "score",
        "timing.total", "timing.upstream", "timing.firstByte", "usage.in", "usage.out", "guardrails.ran",
        "guardrails.set", "policy", "terms", "snapshot", "epoch", "retention", "session", "trace", "parent", "review",
        "drill", "node", "nodeSeq",
    ];

    private static readonly byte[] HeaderLine =
        Encoding.ASCII.GetBytes($"{Places},{string.Join(',', Paths)}\r\n");

    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r");

    private readonly StringBuilder _line = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public static ReadOnlySpan<byte> Header => HeaderLine;

    /// <summary>The row of a leaf, empty when it is no decision's; good until the next is asked for.</summary>
    public ReadOnlyMemory<byte> Row(long index, ReadOnlySpan<byte> hash, JsonElement leaf)
    {
        var record = leaf.GetProperty("record");
        if (Text(record, "type") is not { } type || !type.StartsWith("decision.", StringComparison.Ordinal))
            return default;

        _line.Clear();
        _line.Append(index).Append(',').Append(Convert.ToHexStringLower(hash));
        Append(Text(leaf, "stream"));
        Append(Text(leaf, "seq"));
        foreach (var path in Paths)
            Append(Text(record, path));

        _line.Append("\r\n");
        _bytes.ResetWrittenCount();
        foreach (var chunk in _line.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, _bytes);

        return _bytes.WrittenMemory;
    }

    private static string? Text(JsonElement value, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
                return null;
        }

        return Text(value);
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(Text)),
        JsonValueKind.Object => string.Join(' ', value.EnumerateObject().Select(m => $"{m.Name}={Text(m.Value)}")),
        _ => value.GetRawText(),
    };

    private void Append(string? cell)
    {
        _line.Append(',');
        if (string.IsNullOrEmpty(cell))
            return;

        var text = Formula.Contains(cell[0]) ? "'" + cell : cell;
        if (text.AsSpan().ContainsAny(Quoted))
            _line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else
            _line.Append(text);
    }
}
