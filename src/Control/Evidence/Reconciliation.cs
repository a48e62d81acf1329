using Provost.Control.Decisions;

namespace Provost.Control.Evidence;

/// <summary>What a node says that the log owes: answers that left it, by system, and how far its spool goes.</summary>
/// <param name="Answered">Read before <paramref name="DurableThrough"/>.</param>
/// <param name="DurableThrough">Number of the node's last durable record; each answer counted has one up to it.</param>
public sealed record NodeTally(
    string Node, IReadOnlyDictionary<(string System, string Environment), long> Answered, long DurableThrough);

/// <summary>One system of one node: answers and outcomes up to one record of the node.</summary>
/// <param name="Answered">Calls that the node answered since it began.</param>
/// <param name="Recorded">Outcomes of the node in the log since then, through the same record.</param>
/// <param name="Through">Number of that record.</param>
/// <param name="At">When the node was asked.</param>
public sealed record NodeBalance(
    string Node, string System, string Environment, long Answered, long Recorded, long Through, DateTimeOffset At)
{
    /// <summary>Answers without an outcome in the log.</summary>
    public long Missing => Math.Max(0, Answered - Recorded);

    /// <summary>Answers with one. The log may have more: of calls whose record is durable and whose answer is just
    /// leaving.</summary>
    public long Matched => Answered - Missing;
}

/// <summary>Answers were given of which the log has no outcome.</summary>
/// <param name="Balance">The count that does not close.</param>
/// <param name="Since">When the count last closed.</param>
/// <param name="Evidence">What was compared, in words: where to look.</param>
public sealed record CompletenessGap(NodeBalance Balance, DateTimeOffset Since, string Evidence)
{
    /// <summary>The name that incidents have for it.</summary>
    public const string Signal = "completeness";
}

/// <summary>
/// Calls served = records written, for one node, continuously: compares the node's own counters with the outcomes that
/// the committed log has from it, through the same record of the node. Each comparison is exact: what is durable later
/// is counted on neither side.
/// </summary>
public sealed class Reconciliation
{
    private const int LeavesAtOnce = 512;

    /// <summary>Comparisons that may wait for the log; a longer tail would only repeat them.</summary>
    private const int MostWaiting = 1000;

    /// <summary>So long the log may take to come as far as the node's spool, before that is a gap.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Func<NodeTally> _tally;
    private readonly LeafFeed _feed;
    private readonly Func<CompletenessGap, CancellationToken, Task> _found;
    private readonly Func<bool> _isSignatureDue;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Queue<(NodeTally Tally, DateTimeOffset At)> _waiting = new();
    private readonly Dictionary<(string System, string Environment), long> _recorded = [];
    private readonly Dictionary<(string System, string Environment), NodeBalance> _balances = [];
    private readonly Dictionary<(string System, string Environment), NodeBalance> _closed = [];
    private readonly Dictionary<(string System, string Environment), long> _told = [];
    private readonly List<(long From, long To)> _skipped = [];
    private readonly DateTimeOffset _began;
    private readonly string _node;

    /// <summary>The first record of this run of the node.</summary>
    private readonly long _first;
    private long _next;
    private long _cursor;

    /// <summary>Begins to count; the node has answered nothing yet.</summary>
    /// <param name="tally">The node's counters now.</param>
    /// <param name="feed">The committed log.</param>
    /// <param name="isSignatureDue">Whether entries of the log wait for a checkpoint: then it is not late.</param>
    /// <param name="found">Told of a gap, and again when it grows.</param>
    /// <param name="time">The clock that comparisons are dated by.</param>
    public Reconciliation(
        Func<NodeTally> tally, LeafFeed feed, Func<bool> isSignatureDue,
        Func<CompletenessGap, CancellationToken, Task> found, TimeProvider time)
    {
        (_tally, _feed, _found, _time) = (tally, feed, found, time);
        (_isSignatureDue, _began, _cursor) = (isSignatureDue, time.GetUtcNow(), feed.Size());
        var begin = tally();
        (_node, _first, _next) = (begin.Node, begin.DurableThrough + 1, begin.DurableThrough + 1);
    }

    /// <summary>The newest comparison of each system.</summary>
    public IReadOnlyList<NodeBalance> Balances
    {
        get
        {
            lock (_lock)
                return [.. _balances.Values.OrderBy(b => b.System, StringComparer.Ordinal)];
        }
    }

    /// <summary>Follows the log until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _feed.WaitForSizeAsync(_cursor + 1, cancellationToken);
            await FollowAsync(cancellationToken);
        }
    }

    /// <summary>Takes in what the log has.</summary>
    internal async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (_cursor < _feed.Size())
        {
            foreach (var leaf in await _feed.ReadAsync(_cursor, LeavesAtOnce, cancellationToken))
            {
                _cursor = leaf.Index + 1;
                await TellAsync(Fold(leaf), cancellationToken);
            }
        }
    }

    /// <summary>Asks the node for its counters; they are compared once the log has come as far.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        var asked = _tally();
        List<CompletenessGap> gaps;
        lock (_lock)
        {
            if (_waiting.Count < MostWaiting)
                _waiting.Enqueue((asked, _time.GetUtcNow()));

            // the log may be there already: then no leaf comes that would set it off
            gaps = asked.DurableThrough == _next - 1 ? CompareThrough(_next - 1) : [];
            if (_waiting.TryPeek(out var oldest) && _time.GetUtcNow() - oldest.At > Patience && !_isSignatureDue())
                gaps.AddRange(CompareThrough(oldest.Tally.DurableThrough, isOverdue: true));
        }

        await TellAsync(gaps, cancellationToken);
    }

    private async Task TellAsync(List<CompletenessGap> gaps, CancellationToken cancellationToken)
    {
        foreach (var gap in gaps)
            await _found(gap, cancellationToken);
    }

    private List<CompletenessGap> Fold(LogLeaf leaf)
    {
        lock (_lock)
        {
            // Records of before this start were answered by an earlier run of the node.
            if (leaf.Node != _node || leaf.NodeSeq < _next || leaf.NodeSeq < _first)
                return [];

            var gaps = CompareThrough(leaf.NodeSeq - 1);
            if (leaf.NodeSeq > _next)
                _skipped.Add((_next, leaf.NodeSeq - 1));
            _next = leaf.NodeSeq + 1;
            if (IsAnswer(leaf) && leaf.Record is { System: { } system, Environment: { } environment })
                _recorded[(system, environment)] = _recorded.GetValueOrDefault((system, environment)) + 1;

            gaps.AddRange(CompareThrough(leaf.NodeSeq));
            return gaps;
        }
    }

    /// <summary>A call's own outcome; one that recovery wrote for a cut call was never answered.</summary>
    private static bool IsAnswer(LogLeaf leaf) => leaf.Record is { Type: "decision.outcome", Ended: not "unknown" };

    private List<CompletenessGap> CompareThrough(long through, bool isOverdue = false)
    {
        var gaps = new List<CompletenessGap>();
        while (_waiting.TryPeek(out var asked) && asked.Tally.DurableThrough <= through)
        {
            _waiting.Dequeue();
            foreach (var (key, answered) in asked.Tally.Answered)
            {
                var balance = new NodeBalance(
                    asked.Tally.Node, key.System, key.Environment, answered, _recorded.GetValueOrDefault(key),
                    asked.Tally.DurableThrough, asked.At);
                _balances[key] = balance;
                if (balance.Missing == 0)
                    _closed[key] = balance;
                else if (balance.Missing > _told.GetValueOrDefault(key))
                {
                    _told[key] = balance.Missing;
                    gaps.Add(Gap(key, balance, isOverdue));
                }
            }
        }

        return gaps;
    }

    private CompletenessGap Gap((string System, string Environment) key, NodeBalance balance, bool isOverdue)
    {
        var closed = _closed.GetValueOrDefault(key);
        var since = closed?.At ?? _began;
        var from = (closed?.Through ?? (_first - 1)) + 1;
        var skipped = _skipped.Where(s => s.To >= from && s.From <= balance.Through).ToList();
        return new CompletenessGap(balance, since,
            $"Node {balance.Node} answered {balance.Answered} calls since its start; the log has {balance.Recorded} "
            + $"outcomes of it through record {balance.Through} of the node: {balance.Missing} missing. The count last "
            + $"closed at record {from - 1}. " + (isOverdue
                ? $"The log has not come further than record {_next - 1} of the node for {Patience.TotalSeconds} s"
                : skipped.Count == 0
                ? "No number of the node is missing in the log between: the node answered without recording"
                : "Not in the log, or unreadable there: "
                    + string.Join(", ", skipped.Select(s => s.From == s.To ? $"record {s.From}"
                        : $"records {s.From} to {s.To}")) + " of the node"));
    }
}
