using System.Globalization;
using System.Text;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>One line of entries.jsonl.</summary>
internal sealed record BundleEntry(long Index, byte[] Leaf, byte[][] Proof)
{
    /// <summary>Null when the line is no entry.</summary>
    public static BundleEntry? Parse(ReadOnlySpan<byte> line)
    {
        if (!CanonicalJson.IsCanonical(line))
            return null;

        using var document = JsonDocument.Parse(line.ToArray());
        var json = document.RootElement;
        if (json.ValueKind != JsonValueKind.Object
            || !json.EnumerateObject().Select(m => m.Name).SequenceEqual(["index", "leaf", "proof"])
            || json.GetProperty("index") is not { ValueKind: JsonValueKind.Number } index
            || json.GetProperty("proof") is not { ValueKind: JsonValueKind.Array } proof
            || Bytes(json.GetProperty("leaf")) is not { } leaf)
        {
            return null;
        }

        var hashes = proof.EnumerateArray().Select(h => Bytes(h) ?? []).ToArray();
        return hashes.All(h => h.Length == 32) ? new BundleEntry(index.GetInt64(), leaf, hashes) : null;
    }

    /// <summary>The index that a broken line begins with, if it still does.</summary>
    public static long? IndexOf(ReadOnlySpan<byte> line)
    {
        var start = "{\"index\":"u8;
        if (!line.StartsWith(start))
            return null;

        var rest = line[start.Length..];
        var digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var text = Encoding.ASCII.GetString(rest[..(digits < 0 ? rest.Length : digits)]);
        return long.TryParse(text, NumberStyles.None, null, out var index) ? index : null;
    }

    private static byte[]? Bytes(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? StrictBase64.Decode(value.GetString()!) : null;
}
