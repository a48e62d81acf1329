namespace Provost.Ledger.Spool;

/// <summary>What is done before a spool is written again.</summary>
internal static class SpoolRecovery
{
    /// <summary>
    /// Cuts the newest segment behind its last sound frame, so that bytes of a torn batch can never be read as frames
    /// later, and gives the next number. One without a record is emptied: the next segment will bear its name.
    /// </summary>
    public static long CutTornTail(string directory, ISpoolStorage storage)
    {
        File.Delete(Path.Combine(directory, "ahead"));
        var segments = SpoolSegments.List(directory);
        if (segments.Count == 0)
            return 0;

        var (first, path) = segments[^1];
        var bytes = File.ReadAllBytes(path);
        var next = first;
        var at = 0;
        while (SpoolFrame.TryRead(bytes.AsMemory(at), out var length) is { } frame && frame.Follows(next))
        {
            next = frame.Kind == SpoolFrame.RecordKind ? frame.NodeSeq + 1 : next;
            at += length;
        }

        at = next == first ? 0 : at;
        if (at < bytes.Length)
            storage.Truncate(path, at);
        return next;
    }

    /// <summary>Gives the signature the records behind the last one, which a crash left unsigned.</summary>
    public static void AddUnsigned(string directory, SpoolSignature signature)
    {
        var segments = SpoolSegments.List(directory);
        var from = segments.Count;
        var (offset, next) = (0, 0L);
        while (from > 0 && offset == 0)
            (offset, next) = LastSignature(segments[--from]);

        for (; from < segments.Count; from++, offset = 0)
        {
            var bytes = File.ReadAllBytes(segments[from].Path);
            next = offset == 0 ? segments[from].First : next;
            while (SpoolFrame.TryRead(bytes.AsMemory(offset), out var length) is { } frame && frame.Follows(next))
            {
                signature.Add(bytes.AsSpan(offset, length), frame.NodeSeq);
                offset += length;
                next = frame.NodeSeq + 1;
            }
        }
    }

    /// <summary>Where the last signature of a segment ends and which record is due there; 0 where there is none. A
    /// segment that was left without being cut has frames of its earlier life behind its own.</summary>
    private static (int End, long Due) LastSignature((long First, string Path) segment)
    {
        var bytes = File.ReadAllBytes(segment.Path);
        var (at, next, last) = (0, segment.First, (End: 0, Due: segment.First));
        while (SpoolFrame.TryRead(bytes.AsMemory(at), out var length) is { } frame && frame.Follows(next))
        {
            at += length;
            next = frame.NodeSeq + 1;
            last = frame.Kind == SpoolFrame.SignatureKind ? (at, next) : last;
        }

        return last;
    }
}
