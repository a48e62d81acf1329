namespace Provost.Ledger.Spool;

/// <summary>Reads a node's frames in order, while the node may still be writing. Not safe for concurrent use.</summary>
public sealed class SpoolReader(string directory)
{
    private long _segment = -1;
    private long _offset;
    private long _next = -1;

    /// <summary>
    /// Record frames from a number on, below another (exclusive), at most so many bytes of them. The caller gives as
    /// bound what the node says is durable; of a dead node's folder everything sound is.
    /// </summary>
    public List<SpoolFrame> Read(long from, long below, int maxBytes)
    {
        var frames = new List<SpoolFrame>();
        var bytes = 0;
        Position(from);
        while (bytes < maxBytes && from + frames.Count < below)
        {
            var wanted = from + frames.Count;
            var window = Window();
            var at = 0;
            while (bytes < maxBytes && wanted < below
                && SpoolFrame.TryRead(window.AsMemory(at), out var length) is { } frame)
            {
                at += length;
                if (frame.Kind == SpoolFrame.RecordKind && frame.NodeSeq == wanted)
                {
                    bytes += length;
                    frames.Add(frame);
                    wanted++;
                }
            }

            _offset += at;
            _next = wanted;
            if (at == 0 && !NextSegment(wanted))
                break;
        }

        return frames;
    }

    /// <summary>Drops whole segments whose records are all below a number; the newest segment stays.</summary>
    public static void DeleteBelow(string directory, long nodeSeq)
    {
        var segments = SpoolSegments.List(directory);
        for (var i = 0; i + 1 < segments.Count && segments[i + 1].First <= nodeSeq; i++)
            File.Delete(segments[i].Path);
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
    private byte[] Window()
    {
        var path = SpoolSegments.PathOf(directory, _segment);
        if (_segment < 0 || !File.Exists(path))
            return []; // none yet, or read to its end and dropped since: the next one holds what is wanted

        using var file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var left = RandomAccess.GetLength(file) - _offset;
        var size = (int)Math.Min(left, 1 << 20);
        var window = ReadAt(file, size);
        if (window.Length >= 4)
        {
            var frame = BitConverter.ToUInt32(window) + (long)SpoolFrame.Head;
            if (frame > size && frame <= left)
                window = ReadAt(file, (int)frame);
        }

        return window;
    }

    private byte[] ReadAt(Microsoft.Win32.SafeHandles.SafeFileHandle file, int size)
    {
        var window = new byte[Math.Max(0, size)];
        var read = 0;
        while (read < window.Length)
        {
            var got = RandomAccess.Read(file, window.AsSpan(read), _offset + read);
            if (got == 0)
                return window[..read];

            read += got;
        }

        return window;
    }
}
