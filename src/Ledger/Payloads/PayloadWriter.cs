using Provost.Ledger.Spool;

namespace Provost.Ledger.Payloads;

/// <summary>
/// Copies payload parts out of the spools before their records are sequenced. Copying a record again does nothing, so a
/// round that was cut may be repeated. Not safe for concurrent use: the sequencer is its only user.
/// </summary>
internal sealed class PayloadWriter(string directory) : IDisposable
{
    private readonly Dictionary<string, NodePayloads> _nodes = new(StringComparer.Ordinal);

    /// <summary>Takes the parts of a node's frames; they are durable once <see cref="Sync"/> has returned.</summary>
    /// <exception cref="IOException">Some had to be written at once and could not be; nothing is lost.</exception>
    public void Copy(string node, IReadOnlyList<SpoolFrame> frames)
    {
        if (!_nodes.TryGetValue(node, out var file))
            _nodes[node] = file = NodePayloads.Continue(Path.Combine(directory, node));

        foreach (var frame in frames)
        {
            if (frame.Parts.Count > 0)
                file.Add(frame);
        }
    }

    /// <summary>Makes all that was taken durable. After a fault it may be called again; nothing is lost.</summary>
    public void Sync()
    {
        foreach (var file in _nodes.Values)
            file.Sync();
    }

    public void Dispose()
    {
        foreach (var file in _nodes.Values)
            file.Dispose();
    }
}
