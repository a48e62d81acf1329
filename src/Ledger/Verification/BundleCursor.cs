namespace Provost.Ledger.Verification;

/// <summary>Reads one file of a bundle forward through a buffer of fixed size; keeps the CRC-32 of what it has
/// read.</summary>
internal sealed class BundleCursor(BundleArchive archive, BundleFile file, int most = BundleCursor.MaxEntryLine)
{
    // The largest leaf in base64, 63 proof hashes and the member names fit well below.
    private const int MaxEntryLine = 4 * 128 * 1024;

    private readonly byte[] _buffer = new byte[Math.Min(most, Math.Max(file.Length, 1))];
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
    public ReadOnlyMemory<byte> NextLine()
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

    /// <summary>The next bytes, as many as asked for or as there are, at most the buffer's; good until the next
    /// call.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (_end - _start < count)
            Refill();

        var taken = _buffer.AsSpan(_start, Math.Min(count, _end - _start));
        _start += taken.Length;
        return taken;
    }

    /// <summary>A last line without a line feed was cut: it must not parse.</summary>
    private static byte[] Unended(ReadOnlyMemory<byte> line) => [.. line.Span, (byte)' '];

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
