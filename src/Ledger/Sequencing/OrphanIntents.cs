using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Sequencing;

/// <summary>A decision whose outcome is not in the log.</summary>
/// <param name="Decision">The decision's id.</param>
/// <param name="Index">Where the log holds the intent.</param>
public readonly record struct OpenIntent(Guid Decision, long Index);

/// <summary>
/// Intents whose process ended before the outcome. Once all that the spools hold is sequenced and before a gateway
/// takes calls again, no call is in flight: what is open then stays open, and gets the outcome <c>unknown</c>.
/// </summary>
public static class OrphanIntents
{
    private const int ServiceUnavailable = 503;

    /// <summary>The intents, oldest first, that were left open by nodes for which this is true.</summary>
    public static IReadOnlyList<DecisionView> Find(
        IEnumerable<OpenIntent> open, TileLogReader log, Func<string, bool> isLeft)
    {
        var orphans = new List<DecisionView>();
        foreach (var (_, index) in open)
        {
            var leaf = LeafReader.Read(log.ReadLeaf(index));
            if (isLeft(leaf.Node) && DecisionView.Read(leaf.Record) is { } intent)
                orphans.Add(intent);
        }

        return orphans;
    }

    /// <summary>
    /// Writes the outcome into a draft: blocked, because nobody knows that an answer was released, and ended unknown.
    /// </summary>
    /// <param name="intent">The intent that stands open.</param>
    /// <param name="draft">Where it is written; append it to the spool of <paramref name="node"/>.</param>
    /// <param name="node">Who says so: the node that recovers, not the one that made the intent.</param>
    /// <param name="id">The record's id.</param>
    /// <param name="time">Now.</param>
    public static void Close(DecisionView intent, RecordDraft draft, string node, Guid id, DateTimeOffset time)
    {
        var outcome = new DecisionRecord
        {
            Decision = intent.Decision,
            Node = node,
            Epoch = intent.Epoch,
            Drill = intent.Drill,
            System = intent.System,
            Environment = intent.Environment,
            Release = intent.Release,
            Warrant = intent.Warrant,
            Exception = intent.Exception,
            Adoption = intent.Adoption,
            Outcome = Outcome.Blocked,
            Ended = Ended.Unknown,
            Code = "provost.record_unavailable",
            Status = ServiceUnavailable,
        };
        outcome.WriteOutcome(draft, id, time, whole: false);
    }
}
