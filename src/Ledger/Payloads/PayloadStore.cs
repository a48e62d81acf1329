using Provost.Ledger.Records;

namespace Provost.Ledger.Payloads;

/// <summary>
/// Finds sealed payload parts by the record they belong to. Opening them takes the payload key:
/// <see cref="PayloadOpener"/>. The files used last stay indexed, so that following a node, or reading many of its
/// records, costs one pass over each file. Safe for concurrent use, beside the sequencer that writes.
/// </summary>
/// <param name="directory">Folder with one folder a node.</param>
public sealed class PayloadStore(string directory)
{
    /// <summary>A file of 64 MiB with records of 1 KB takes 1 MB of index.</summary>
    private const int MostIndexed = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<(long First, string Path)>> _files = new(StringComparer.Ordinal);

    /// <summary>Used last first.</summary>
    private readonly LinkedList<(string Path, PayloadFileIndex Index)> _indexes = new();

    /// <summary>The sealed part, or null when there is none: not captured, not yet sequenced, or deleted.</summary>
    public byte[]? Find(string node, long nodeSeq, PayloadField field)
    {
        lock (_gate)
        {
            if (_files.TryGetValue(node, out var known) && FindIn(known, nodeSeq, field) is { } part)
                return part;

            // a file may have begun, been cut or gone since they were listed
            var files = _files[node] = PayloadFile.List(Path.Combine(directory, node));
            return known is not null && files.SequenceEqual(known) ? null : FindIn(files, nodeSeq, field);
        }
    }

    private byte[]? FindIn(List<(long First, string Path)> files, long nodeSeq, PayloadField field)
    {
        var at = files.FindLastIndex(f => f.First <= nodeSeq);
        return at < 0 ? null : IndexOf(files[at].Path).Find(nodeSeq, field);
    }

    private PayloadFileIndex IndexOf(string path)
    {
        for (var node = _indexes.First; node is not null; node = node.Next)
        {
            if (node.Value.Path != path)
                continue;

            _indexes.Remove(node);
            _indexes.AddFirst(node);
            return node.Value.Index;
        }

        if (_indexes.Count == MostIndexed)
            _indexes.RemoveLast();

        return _indexes.AddFirst((path, new PayloadFileIndex(path))).Value.Index;
    }
}
