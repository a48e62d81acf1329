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
        var offset = 0;
        while (from > 0 && offset == 0)
            offset = EndOfLastSignature(File.ReadAllBytes(segments[--from].Path));

        for (; from < segments.Count; from++, offset = 0)
        {
            var bytes = File.ReadAllBytes(segments[from].Path);
            while (SpoolFrame.TryRead(bytes.AsMemory(offset), out var length) is { } frame)
            {
                signature.Add(bytes.AsSpan(offset, length), frame.NodeSeq);
                offset += length;
            }
        }
    }

    private static int EndOfLastSignature(byte[] segment)
    {
        var (at, end) = (0, 0);
        while (SpoolFrame.TryRead(segment.AsMemory(at), out var length) is { } frame)
        {
            at += length;
            end = frame.Kind == SpoolFrame.SignatureKind ? at : end;
        }

        return end;
    }
}
