using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Ledger.Spool;

namespace Provost.Control.Evidence;

/// <summary>What the watch over nodes asks and tells.</summary>
public sealed record NodeWatchPorts
{
    /// <summary>The live node's id.</summary>
    public required string Node { get; init; }

    /// <summary>How far the live node's records are durable; null before the first of this process.</summary>
    public required Func<SpoolHead?> Head { get; init; }

    /// <summary>Of each node the number after its last record in the committed log; null while nothing was committed
    /// by this process, or while the log cannot take in what the spools have.</summary>
    public required Func<IReadOnlyDictionary<string, long>?> Committed { get; init; }

    /// <summary>The committed log.</summary>
    public required LeafFeed Feed { get; init; }

    /// <summary>Told of each system that a lost node served last: its owner is to be paged.</summary>
    public required Func<SystemKey, NodeGapFound, CancellationToken, Task> Page { get; init; }
}

/// <summary>
/// Keeps the newest head of the node in Control's own part of the log, and finds what a lost disk took with it: records
/// whose head stands there, that no spool holds any more and that the log does not have.
/// </summary>
public sealed class NodeWatch(GovernanceLog log, NodeWatchPorts ports)
{
    /// <summary>How far back in the log the systems are looked for that a lost node served.</summary>
    private const int LookBack = 10_000;

    private const int LeavesAtOnce = 500;

    /// <summary>Writes the live node's head when it moved; finds losses of nodes that live no more.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        await FindLossesAsync(cancellationToken);
        if (ports.Head() is not { } head
            || (log.State.NodeHeads.Newest.GetValueOrDefault(ports.Node) is { } before
                && before.Through >= head.Through))
        {
            return;
        }

        await AppendAsync(
            ports.Node, new NodeHeadSeen { Node = ports.Node, Through = head.Through, Record = head.Record },
            cancellationToken);
    }

    private async Task FindLossesAsync(CancellationToken cancellationToken)
    {
        if (ports.Committed() is not { } committed)
            return;

        var heads = log.State.NodeHeads;
        foreach (var head in heads.Newest.Values.OrderBy(h => h.Node, StringComparer.Ordinal))
        {
            var next = committed.GetValueOrDefault(head.Node);
            if (head.Node == ports.Node || next > head.Through || heads.IsKnown(head))
                continue;

            var gap = new NodeGapFound
            {
                Node = head.Node,
                From = next,
                To = head.Through,
                HeadAt = head.At,
            };
            foreach (var system in await ServedAsync(head.Node, cancellationToken))
                await ports.Page(system, gap, cancellationToken);

            await AppendAsync(head.Node, gap, cancellationToken); // last: a stop before it pages again
        }
    }

    /// <summary>Systems with entries of the node near the end of the log; all that have a warrant where there are
    /// none.</summary>
    private async Task<IReadOnlyCollection<SystemKey>> ServedAsync(string node, CancellationToken cancellationToken)
    {
        var found = new HashSet<SystemKey>();
        var size = ports.Feed.Size();
        for (var from = Math.Max(0, size - LookBack); from < size; from += LeavesAtOnce)
        {
            var count = (int)Math.Min(LeavesAtOnce, size - from);
            foreach (var leaf in await ports.Feed.ReadAsync(from, count, cancellationToken))
            {
                if (leaf.Node == node && leaf.Record is { System: { } system, Environment: { } environment })
                    found.Add(new SystemKey(system, environment));
            }
        }

        return found.Count > 0 ? found : [.. log.State.Warrants.Issued.Select(w => w.Key).Distinct()];
    }

    private async Task AppendAsync<T>(string node, T body, CancellationToken cancellationToken)
        where T : IGovernanceBody<T>
    {
        var said = await log.AppendAsync(GovernanceDraft.Of(Actor.Self, node, body), cancellationToken);
        if (said is GovernanceOutcome.Refused refused)
            throw new InvalidOperationException(refused.Fault.Message);
    }
}
