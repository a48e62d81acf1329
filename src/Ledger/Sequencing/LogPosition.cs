using System.Runtime.ExceptionServices;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Sequencing;

/// <summary>The end of a stream: the number the next entry gets, and the leaf hash that it points back to.</summary>
internal sealed class StreamEnd(string stream)
{
    public string Stream { get; } = stream;

    public long Next { get; set; }

    public byte[] LastHash { get; } = new byte[MerkleHash.Size];
}

/// <summary>
/// Where the log stands: a fold over its entries, so that whoever lost it can fold again. It says which record of each
/// node comes next, how each stream goes on, and which intents still lack their outcome.
/// </summary>
internal sealed class LogPosition
{
    private const int ReplayedAtOnce = 4096;

    private readonly Dictionary<string, StreamEnd> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _nextOfNode = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, long> _open = [];

    /// <summary>Entries folded in.</summary>
    public long Size { get; private set; }

    public IReadOnlyDictionary<string, long> NextOfNode => _nextOfNode;

    public IReadOnlyCollection<StreamEnd> Streams => _streams.Values;

    /// <summary>Decisions with an intent and no outcome yet, and the index of the intent.</summary>
    public IReadOnlyDictionary<Guid, long> Open => _open;

    public long NextOf(string node) => _nextOfNode.GetValueOrDefault(node);

    public StreamEnd Stream(string stream)
    {
        if (!_streams.TryGetValue(stream, out var end))
            _streams[stream] = end = new StreamEnd(stream);

        return end;
    }

    /// <summary>Takes in the next entry, just made or read again; one out of order is a fault of the log.</summary>
    public void Add(in RecordHead head, StreamEnd end, ReadOnlySpan<byte> leafHash)
    {
        if (head.NodeSeq != NextOf(head.Node))
        {
            throw new SequencerFaultException(
                $"Entry {Size} holds record {head.NodeSeq} of node {head.Node}; {NextOf(head.Node)} is next.");
        }

        _nextOfNode[head.Node] = head.NodeSeq + 1;
        end.Next++;
        leafHash.CopyTo(end.LastHash);
        if (head.Type == "decision.intent")
            _open[head.Decision] = Size;
        else if (head.Type == "decision.outcome")
            _open.Remove(head.Decision);

        Size++;
    }

    /// <summary>Takes in entries of the log from <see cref="Size"/> on: read by all processors, folded in
    /// order.</summary>
    public void Replay(TileLogReader log, long size)
    {
        while (Size < size)
        {
            var entries = log.ReadLeaves(Size, Math.Min(ReplayedAtOnce, size - Size)).ToArray();
            var read = new ReplayedEntry[entries.Length];
            Parallel.For(0, entries.Length, i => read[i] = ReplayedEntry.Read(entries[i]));
            foreach (var entry in read)
                Add(entry);
        }
    }

    private void Add(in ReplayedEntry entry)
    {
        entry.Fault?.Throw();
        var end = Stream(entry.Stream);
        if (entry.Seq != end.Next)
        {
            throw new SequencerFaultException(
                $"Entry {Size} is number {entry.Seq} of stream {entry.Stream}; {end.Next} is next.");
        }

        Add(entry.Head, end, entry.Hash);
    }

    /// <summary>A position as it was saved.</summary>
    public static LogPosition Restore(
        long size, IEnumerable<KeyValuePair<string, long>> nodes, IEnumerable<StreamEnd> streams,
        IEnumerable<KeyValuePair<Guid, long>> open)
    {
        var position = new LogPosition { Size = size };
        foreach (var (node, next) in nodes)
            position._nextOfNode[node] = next;
        foreach (var end in streams)
            position._streams[end.Stream] = end;
        foreach (var (decision, index) in open)
            position._open[decision] = index;

        return position;
    }
}

/// <summary>What the fold needs of an entry.</summary>
/// <param name="Fault">Why it cannot be read, thrown when its turn comes; null when it can.</param>
internal readonly record struct ReplayedEntry(
    string Stream, long Seq, RecordHead Head, byte[] Hash, ExceptionDispatchInfo? Fault)
{
    public static ReplayedEntry Read(ReadOnlyMemory<byte> entry)
    {
        try
        {
            var leaf = LeafReader.Read(entry);
            return new ReplayedEntry(
                leaf.Stream, leaf.Seq, RecordHead.Read(leaf.Record.Span), MerkleHash.Leaf(entry.Span), null);
        }
        catch (FormatException broken)
        {
            return new ReplayedEntry("", 0, default, [], ExceptionDispatchInfo.Capture(broken));
        }
    }
}
