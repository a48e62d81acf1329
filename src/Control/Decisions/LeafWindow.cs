using Provost.Ledger.Tree;

namespace Provost.Control.Decisions;

/// <summary>
/// The newest leaves of a log, each read and parsed once for all who follow its end. Who is further behind (the index,
/// while the database was away) reads for itself, so that it pushes nothing out. Safe for concurrent use.
/// </summary>
internal sealed class LeafWindow(TileLogReader log, Func<long> committedSize)
{
    /// <summary>As many as the log's files hold together, leaves and hashes alike.</summary>
    private const int RunLeaves = 256;

    /// <summary>16,384 leaves, some 10 MB: two seconds of a saturated server.</summary>
    private const int KeptRuns = 64;

    private const long MostBytes = 16 << 20;

    private readonly LeafParser _parser = new();
    private readonly Lock _lock = new();
    private readonly Run?[] _runs = new Run?[KeptRuns];

    /// <summary>As <see cref="LeafFeed.ReadAsync"/> says.</summary>
    public IReadOnlyList<LogLeaf> Read(long from, int atMost)
    {
        var size = committedSize();
        var end = Math.Min(from + atMost, size);
        var oldestKept = ((size - 1) / RunLeaves) - KeptRuns + 1;
        var leaves = new List<LogLeaf>((int)Math.Max(0, end - from));
        for (var bytes = 0L; from < end && bytes < MostBytes;)
        {
            var number = from / RunLeaves;
            var until = Math.Min(end, (number + 1) * RunLeaves);
            var before = leaves.Count;
            if (number < oldestKept || !TryTakeKept(number, from, until, leaves))
                leaves.AddRange(Parse(from, until));
            for (var i = before; i < leaves.Count; i++)
                bytes += leaves[i].Length;
            from = until;
        }

        return leaves;
    }

    /// <summary>Takes leaves of a run that is kept from here on; false when its place holds a newer one.</summary>
    private bool TryTakeKept(long number, long from, long until, List<LogLeaf> into)
    {
        ref var place = ref _runs[number % KeptRuns];
        var first = number * RunLeaves;
        lock (_lock) // whoever comes second waits for the parsing instead of doing it again
        {
            if (place is null || place.Number < number)
                place = new Run(number, []);
            if (place.Number != number)
                return false;

            var known = place.Leaves;
            if (first + known.Count < until)
                known.AddRange(Parse(first + known.Count, until));
            for (var index = from; index < until; index++)
                into.Add(known[(int)(index - first)]);
            return true;
        }
    }

    /// <summary>Leaves of one run. Their hashes stand in the tile over them: none is made again.</summary>
    private IEnumerable<LogLeaf> Parse(long from, long until)
    {
        var number = from / RunLeaves;
        var tile = log.Tile(level: 0, number, (int)(until - (number * RunLeaves)))
            ?? throw new TileLogCorruptException($"The hashes of leaf {until - 1} are missing.");
        foreach (var bytes in log.ScanLeaves(from, until - from))
        {
            var hash = tile.AsSpan((int)(from % RunLeaves) * MerkleHash.Size, MerkleHash.Size);
            yield return _parser.Read(from++, bytes.Span, hash.ToArray());
        }
    }

    private sealed record Run(long Number, List<LogLeaf> Leaves);
}
