namespace Provost.Control.Decisions;

/// <summary>An intent whose outcome is not in the index.</summary>
internal sealed record OpenIntent(long LeafIndex, byte[] LeafHash, Guid Id, DateTimeOffset Time, string Stream,
    long Seq, string? System, byte[] Record);

/// <summary>Refused unauthenticated calls of one source over some seconds.</summary>
internal sealed record RefusedRow(long LeafIndex, byte[] LeafHash, DateTimeOffset Time, string Source,
    string? UserAgent, string? Model, long Count, long Bytes, DateTimeOffset First, DateTimeOffset Last);

/// <summary>A run of leaves, sorted by what the index does with them.</summary>
internal sealed class IndexBatch
{
    private static readonly LeafParser Parser = new();

    private readonly List<(LogLeaf Outcome, LogLeaf? Intent)> _outcomes = [];
    private readonly Dictionary<Guid, LogLeaf> _open = [];
    private readonly List<LogLeaf> _refused = [];

    public IndexBatch(IReadOnlyList<LogLeaf> leaves)
    {
        foreach (var leaf in leaves)
        {
            if (leaf.Fault is null)
                Sort(leaf);
            else
                Unreadable.Add(leaf.Index);
        }

        NextLeaf = leaves[^1].Index + 1;
        LastHash = leaves[^1].Hash;
    }

    /// <summary>The cursor after this batch.</summary>
    public long NextLeaf { get; }

    public byte[] LastHash { get; }

    /// <summary>Leaves of a form that this build cannot read.</summary>
    public List<long> Unreadable { get; } = [];

    /// <summary>Outcomes of intents that an earlier batch left open.</summary>
    public Guid[] Elsewhere(HashSet<Guid> open) => open.Count == 0
        ? []
        : [.. _outcomes.Where(pair => pair.Intent is null).Select(pair => pair.Outcome.Record.Decision)
            .Where(open.Contains).Distinct()];

    public List<DecisionRow> Decisions(IReadOnlyDictionary<Guid, OpenIntent> stored)
    {
        var rows = new List<DecisionRow>(_outcomes.Count);
        foreach (var (outcome, near) in _outcomes)
        {
            if (near is not null)
                rows.Add(RecordFields.ToRow(outcome, near.Record, near.Index));
            else if (stored.TryGetValue(outcome.Record.Decision, out var far))
                rows.Add(RecordFields.ToRow(outcome, Parser.ReadRecord(far.Record), far.LeafIndex));
            else
                rows.Add(RecordFields.ToRow(outcome, null, null));
        }

        return rows;
    }

    /// <summary>Intents that stay without an outcome at the end of this batch.</summary>
    public List<OpenIntent> StillOpen() =>
        [.. _open.Values.Select(intent => new OpenIntent(
            intent.Index, intent.Hash, intent.Record.Decision, intent.Record.Time, intent.Stream, intent.Seq,
            intent.Record.System, intent.Intent!))];

    public async ValueTask<List<RefusedRow>> RefusedAsync(
        Func<RefusedSource, CancellationToken, ValueTask<string?>> reveal, CancellationToken cancellationToken)
    {
        var rows = new List<RefusedRow>(_refused.Count);
        foreach (var leaf in _refused)
        {
            var record = leaf.Record;
            var commitment = record.SourceHmac ?? "";
            var sealedSource = new RefusedSource(leaf.Node, leaf.NodeSeq, record.Id, commitment);
            var source = await reveal(sealedSource, cancellationToken);
            rows.Add(new RefusedRow(leaf.Index, leaf.Hash, record.Time, source ?? "sealed:" + commitment,
                record.UserAgent, record.Model, record.Count ?? 1, record.Bytes ?? 0,
                record.From ?? record.Time, record.To ?? record.Time));
        }

        return rows;
    }

    private void Sort(LogLeaf leaf)
    {
        switch (leaf.Type)
        {
            case "decision.intent":
                _open.TryAdd(leaf.Record.Decision, leaf);
                break;
            case "decision.outcome":
                _open.Remove(leaf.Record.Decision, out var intent);
                _outcomes.Add((leaf, intent));
                break;
            case "refused.aggregate":
                _refused.Add(leaf);
                break;
            default:
                break; // governance and later types have readers of their own
        }
    }
}
