namespace Provost.Ledger.Verification;

/// <summary>Follows each stream (no gap in seq, prev is the hash of the one before) and each node's count.</summary>
/// <param name="isWholeLog">Every entry comes by, so that each stream begins at 0 and nothing may be missing.</param>
internal sealed class StreamChains(bool isWholeLog)
{
    private readonly Dictionary<string, (long Seq, string Hash, long Index)> _streams = [];
    private readonly Dictionary<string, long> _nodes = [];

    /// <summary>Takes the next leaf; null when it continues what came before.</summary>
    public VerificationFault? Next(long index, LeafFacts leaf, byte[] hash)
    {
        var fault = Stream(index, leaf) ?? (isWholeLog ? Node(index, leaf) : null);
        _streams[leaf.Stream] = (leaf.Seq, Convert.ToHexStringLower(hash), index);
        _nodes[leaf.Node] = leaf.NodeSeq;
        return fault;
    }

    /// <summary>The index of the leaf that stands before a leaf in its stream, if it came by.</summary>
    public long? Before(LeafFacts leaf) =>
        _streams.TryGetValue(leaf.Stream, out var last) && last.Seq == leaf.Seq - 1 ? last.Index : null;

    private VerificationFault? Stream(long index, LeafFacts leaf)
    {
        if (leaf.Seq < 0 || (leaf.Seq == 0) != (leaf.Prev.Length == 0))
            return Fault(FaultKind.Chain, "only the first entry of a stream has no predecessor");

        if (!_streams.TryGetValue(leaf.Stream, out var last))
        {
            return isWholeLog && leaf.Seq != 0
                ? Fault(FaultKind.StreamGap, $"the stream begins at {leaf.Seq}, not at 0")
                : null;
        }

        if (leaf.Seq <= last.Seq)
            return Fault(FaultKind.StreamGap, $"it comes after {last.Seq} of the same stream");

        if (leaf.Seq > last.Seq + 1)
        {
            return isWholeLog
                ? Fault(FaultKind.StreamGap, $"it comes after {last.Seq}: {leaf.Seq - last.Seq - 1} left out")
                : null;
        }

        return leaf.Prev == last.Hash
            ? null
            : Fault(FaultKind.Chain, $"it names another predecessor than entry {last.Index}");

        VerificationFault Fault(FaultKind kind, string what) => new(
            kind, $"Entry {index} ({leaf.Stream} {leaf.Seq}): {what}.", index, leaf.Stream, leaf.Seq);
    }

    private VerificationFault? Node(long index, LeafFacts leaf)
    {
        // Nodes count from 0 or from 1; what they begin with, they go on from without a gap.
        var fits = _nodes.TryGetValue(leaf.Node, out var last)
            ? leaf.NodeSeq == last + 1
            : leaf.NodeSeq is 0 or 1;
        return fits
            ? null
            : new VerificationFault(
                FaultKind.NodeGap,
                $"Entry {index} ({leaf.Stream} {leaf.Seq}): number {leaf.NodeSeq} of node {leaf.Node} does not follow.",
                index,
                leaf.Stream,
                leaf.Seq);
    }
}
