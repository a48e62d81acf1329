namespace Provost.Ledger.Spool;

/// <summary>What is done before a spool is written again.</summary>
internal static class SpoolRecovery
{
    /// <summary>
    /// Cuts the newest segment behind its last sound frame, so that bytes of a torn batch can never be read as frames
    /// later, and gives the next number. Empty segments go.
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
        while (SpoolFrame.TryRead(bytes.AsMemory(at), out var length) is { } frame)
        {
            next = frame.Kind == SpoolFrame.RecordKind ? frame.NodeSeq + 1 : next;
            at += length;
        }

        if (at < bytes.Length)
            storage.Truncate(path, at);
        return next;
    }
}
