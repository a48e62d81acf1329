using Microsoft.Win32.SafeHandles;

namespace Provost.Ledger.Spool;

/// <summary>Reads a node's frames in order, while the node may still be writing. Not safe for concurrent use.</summary>
public sealed class SpoolReader(string directory)
{
    private long _segment = -1;
    private long _offset;
    private long _next = -1;
    private readonly List<SpoolFrame> _frames = [];
    private byte[] _reused = [];

    /// <summary>
    /// Record frames from a number on, below another (exclusive), at most so many bytes of them. The caller gives as
    /// bound what the node says is durable; of a dead node's folder everything sound is.
    /// </summary>
    public List<SpoolFrame> Read(long from, long below, int maxBytes)
    {
        var frames = new List<SpoolFrame>();
        Position(from);
        for (var left = maxBytes; left > 0 && from + frames.Count < below;)
        {
            if (!TakeWindow(Window(size => new byte[size]), below, frames, ref left))
                break;
        }

        return frames;
    }

    /// <summary>
    /// The next frames as <see cref="Read"/> gives them, of one window of about a mebibyte and good only until the next
    /// call: a steady reader makes no garbage of that size.
    /// </summary>
    internal List<SpoolFrame> ReadWindow(long from, long below, int maxBytes)
    {
        _frames.Clear();
        Position(from);
        while (_frames.Count == 0 && from < below && TakeWindow(Window(Reuse), below, _frames, ref maxBytes))
        {
        }

        return _frames;
    }

    /// <summary>False when the folder holds no more.</summary>
    private bool TakeWindow(ReadOnlyMemory<byte> window, long below, List<SpoolFrame> frames, ref int left)
    {
        var at = 0;
        while (left > 0 && _next < below && SpoolFrame.TryRead(window[at..], out var length) is { } frame)
        {
            at += length;
            if (frame.Kind == SpoolFrame.RecordKind && frame.NodeSeq == _next)
            {
                left -= length;
                frames.Add(frame);
                _next++;
            }
        }

        _offset += at;
        return at > 0 || NextSegment(_next);
    }

    /// <summary>Drops whole segments whose records are all below a number; the newest segment stays.</summary>
    /// <param name="spare">So many files at most are left for the node to write over; zero where nobody writes.</param>
    public static void DeleteBelow(string directory, long nodeSeq, int spare = 0)
    {
        var segments = SpoolSegments.List(directory);
        for (var i = 0; i + 1 < segments.Count && segments[i + 1].First <= nodeSeq; i++)
            SpoolSegments.Drop(segments[i].Path, spare);
    }

    /// <summary>Number after the last sound record in a folder that nobody writes.</summary>
    public static long EndOf(string directory)
    {
        var segments = SpoolSegments.List(directory);
        if (segments.Count == 0)
            return 0;

        var reader = new SpoolReader(directory);
        var from = segments[^1].First;
        while (reader.Read(from, long.MaxValue, 4 << 20) is { Count: > 0 } frames)
            from = frames[^1].NodeSeq + 1;
        return from;
    }

    private void Position(long from)
    {
        if (_segment >= 0 && _next == from)
            return;

        var segments = SpoolSegments.List(directory);
        var at = segments.FindLastIndex(s => s.First <= from);
        (_segment, _offset, _next) = (at < 0 ? -1 : segments[at].First, 0, from);
    }

    private bool NextSegment(long wanted)
    {
        var later = SpoolSegments.List(directory).FindIndex(s => s.First > _segment && s.First <= wanted);
        if (later < 0)
            return false;

        (_segment, _offset) = (SpoolSegments.List(directory)[later].First, 0);
        return true;
    }

    /// <summary>The bytes from the current place on: one mebibyte, or more when a single frame needs it.</summary>
    private ReadOnlyMemory<byte> Window(Func<int, byte[]> rent)
    {
        var path = SpoolSegments.PathOf(directory, _segment);
        if (_segment < 0 || !File.Exists(path))
            return default; // none yet, or read to its end and dropped since: the next one holds what is wanted

        using var file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var left = RandomAccess.GetLength(file) - _offset;
        var size = (int)Math.Clamp(left, 0, 1 << 20);
        var window = ReadAt(file, rent(size), size);
        if (window.Length >= 4)
        {
            var frame = BitConverter.ToUInt32(window.Span) + (long)SpoolFrame.Head;
            if (frame > size && frame <= left)
                window = ReadAt(file, rent((int)frame), (int)frame);
        }

        return window;
    }

    private ReadOnlyMemory<byte> ReadAt(SafeFileHandle file, byte[] into, int size)
    {
        var read = 0;
        while (read < size)
        {
            var got = RandomAccess.Read(file, into.AsSpan(read, size - read), _offset + read);
            if (got == 0)
                break;

            read += got;
        }

        return into.AsMemory(0, read);
    }

    private byte[] Reuse(int size)
    {
        if (_reused.Length < size)
            _reused = new byte[size];

        return _reused;
    }
}
