using Provost.Ledger.Records;

namespace Provost.Ledger.Payloads;

/// <summary>
/// Finds sealed payload parts by the record they belong to. Opening them takes the payload key:
/// <see cref="PayloadOpener"/>. Safe for concurrent use, beside the sequencer that writes.
/// </summary>
/// <param name="directory">Folder with one folder a node.</param>
public sealed class PayloadStore(string directory)
{
    /// <summary>The sealed part, or null when there is none: not captured, not yet sequenced, or deleted.</summary>
    public byte[]? Find(string node, long nodeSeq, PayloadField field)
    {
        var files = PayloadFile.List(Path.Combine(directory, node));
        var at = files.FindLastIndex(f => f.First <= nodeSeq);
        return at < 0 ? null : FindIn(files[at].Path, nodeSeq, field);
    }

    private static byte[]? FindIn(string path, long nodeSeq, PayloadField field)
    {
        Span<byte> head = stackalloc byte[PayloadFile.Head + sizeof(long)];
        using var file = PayloadFile.OpenOrNull(path);
        if (file is null)
            return null;

        for (long at = 0; RandomAccess.Read(file, head, at) == head.Length;)
        {
            var length = PayloadFile.Head + (long)BitConverter.ToUInt32(head);
            var number = BitConverter.ToInt64(head[PayloadFile.Head..]);
            if (number == nodeSeq)
                return ReadPart(file, at, length, field);

            if (number > nodeSeq || length <= head.Length)
                return null;

            at += length;
        }

        return null;
    }

    private static byte[]? ReadPart(
        Microsoft.Win32.SafeHandles.SafeFileHandle file, long at, long length, PayloadField field)
    {
        var bytes = new byte[length];
        var read = RandomAccess.Read(file, bytes, at);
        if (read < length || PayloadFile.TryRead(bytes, out _) is not { } entry)
            return null; // still being written

        foreach (var (found, part) in entry.Parts)
        {
            if (found == (byte)field)
                return part.ToArray();
        }

        return null;
    }
}
