using System.Globalization;
using System.Text;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>One line of entries.jsonl.</summary>
internal sealed record BundleEntry(long Index, byte[] Leaf, byte[][] Proof);

/// <summary>Reads entries.jsonl line by line; keeps the CRC-32 of what it has read.</summary>
internal sealed class BundleEntries(BundleArchive archive, BundleFile file)
{
    // The largest leaf in base64, 63 proof hashes and the member names fit well below.
    private const int MaxLineBytes = 128 * 1024;

    private readonly byte[] _buffer = new byte[4 * MaxLineBytes];
    private long _position;
    private int _start;
    private int _end;

    /// <summary>CRC-32 over everything read.</summary>
    public uint Crc { get; private set; }

    /// <summary>Number of the line read last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>
    /// The next line without its line feed; empty at the end. A line without an end, or one too long, comes as it is
    /// and fails to parse.
    /// </summary>
    public ReadOnlyMemory<byte> Next()
    {
        var feed = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        if (feed < 0)
        {
            Refill();
            feed = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        }

        var length = feed < 0 ? _end - _start : feed;
        var line = _buffer.AsMemory(_start, length);
        _start += feed < 0 ? length : length + 1;
        if (length > 0 || feed >= 0)
            Line++;

        return feed == 0 ? "\n"u8.ToArray() : feed < 0 && length > 0 ? Unended(line) : line;
    }

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

    /// <summary>A last line without a line feed was cut: it must not parse.</summary>
    private static byte[] Unended(ReadOnlyMemory<byte> line) => [.. line.Span, (byte)' '];

    private static byte[]? Bytes(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? StrictBase64.Decode(value.GetString()!) : null;

    private void Refill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        var room = (int)Math.Min(_buffer.Length - _end, file.Length - _position);
        var read = archive.ReadAt(file.Offset + _position, _buffer.AsSpan(_end, room));
        Crc = BundleArchive.Crc(Crc, _buffer.AsSpan(_end, read));
        _position += read;
        _end += read;
    }
}
