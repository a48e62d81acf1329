using System.Security.Cryptography;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>
/// Holds the contents in <c>reveals.jsonl</c> against the commitments of their entries. Both files ascend by index, so
/// they are read side by side; the entries themselves were checked before.
/// </summary>
internal static class RevealCheck
{
    private const int SaltBytes = 32;

    /// <summary>A content of 16 MiB in base64, and its place.</summary>
    private const int MaxLineBytes = 24 << 20;

    private static readonly string[] Names = ["index", "payload", "pointer", "salt"];

    /// <summary>The first content that is not what its entry commits to; null where all are, and as many as
    /// promised.</summary>
    /// <param name="archive">The bundle.</param>
    /// <param name="promised">How many the manifest names.</param>
    public static VerificationFault? Run(BundleArchive archive, long promised)
    {
        var file = archive.Find("reveals.jsonl");
        var lines = new BundleCursor(archive, file, MaxLineBytes);
        var entries = new BundleCursor(archive, archive.Find("entries.jsonl"));
        var (count, last, entry) = (0L, (Index: -1L, Pointer: ""), (BundleEntry?)null);
        while (lines.NextLine() is { IsEmpty: false } line)
        {
            if (Parse(line.Span) is not { } reveal)
                return Fault($"Line {lines.Line} of reveals.jsonl is no content.", null);

            var order = (reveal.Index, reveal.Pointer);
            if (Compare(order, last) <= 0)
                return Fault($"Line {lines.Line} of reveals.jsonl stands in another order.", reveal.Index);

            while ((entry?.Index ?? -1) < reveal.Index && entries.NextLine() is { IsEmpty: false } next)
                entry = BundleEntry.Parse(next.Span);

            if (entry?.Index != reveal.Index)
                return Fault($"The entry of line {lines.Line} of reveals.jsonl is not in the bundle.", reveal.Index);

            if (!IsCommitted(entry.Leaf, reveal))
            {
                return Fault(
                    $"The content at {reveal.Pointer} of entry {reveal.Index} is not the one that was recorded.",
                    reveal.Index);
            }

            (last, count) = (order, count + 1);
        }

        if (lines.Crc != file.Crc)
            return new VerificationFault(FaultKind.Container, "The zip's checksum of reveals.jsonl is wrong.");

        return count == promised
            ? null
            : new VerificationFault(
                FaultKind.Manifest, $"The manifest was signed for {promised} contents; {count} are here.");
    }

    private static VerificationFault Fault(string what, long? index) => new(FaultKind.Content, what, index);

    private static int Compare((long Index, string Pointer) one, (long Index, string Pointer) other) =>
        one.Index != other.Index ? one.Index.CompareTo(other.Index)
        : string.CompareOrdinal(one.Pointer, other.Pointer);

    private static Reveal? Parse(ReadOnlySpan<byte> line)
    {
        if (!CanonicalJson.IsCanonical(line))
            return null;

        using var document = JsonDocument.Parse(line.ToArray());
        var json = document.RootElement;
        return json.ValueKind == JsonValueKind.Object
            && json.EnumerateObject().Select(m => m.Name).SequenceEqual(Names)
            && json.GetProperty("index") is { ValueKind: JsonValueKind.Number } index
            && Text(json, "pointer") is { } pointer
            && Bytes(json, "payload") is { } payload
            && Bytes(json, "salt") is { Length: SaltBytes } salt
                ? new Reveal(index.GetInt64(), pointer, salt, payload)
                : null;
    }

    /// <summary>HMAC-SHA-256 under the salt, and the length, as the entry's record has them.</summary>
    private static bool IsCommitted(byte[] leaf, Reveal reveal)
    {
        using var document = JsonDocument.Parse(leaf);
        var at = document.RootElement;
        foreach (var name in reveal.Pointer.Split('/').Skip(1))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return false;
        }

        return reveal.Pointer.StartsWith("/record/", StringComparison.Ordinal)
            && at.ValueKind == JsonValueKind.Object
            && Bytes(at, "hmac") is { } hmac
            && at.TryGetProperty("length", out var length) && length.ValueKind == JsonValueKind.Number
            && length.TryGetInt64(out var bytes) && bytes == reveal.Payload.Length
            && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(reveal.Salt, reveal.Payload), hmac);
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Bytes(JsonElement of, string name) =>
        Text(of, name) is { } text ? StrictBase64.Decode(text) : null;

    private sealed record Reveal(long Index, string Pointer, byte[] Salt, byte[] Payload);
}
