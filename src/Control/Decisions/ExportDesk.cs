using Provost.Control.Access;
using Provost.Control.Governance;

namespace Provost.Control.Decisions;

/// <summary>Decisions leave as a file only after the log says who took them, by which filters and how many.</summary>
/// <param name="log">Where it is recorded.</param>
/// <param name="query">Counts what leaves.</param>
/// <param name="committedSize">Entries in the log.</param>
public sealed class ExportDesk(GovernanceLog log, DecisionQuery query, Func<long> committedSize)
{
    /// <summary>Records an export; null: it may begin.</summary>
    /// <param name="person">Who takes it.</param>
    /// <param name="words">The filters, one text each.</param>
    /// <param name="filter">What leaves.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <exception cref="Storage.DatabaseDownException">The index cannot be read.</exception>
    public async Task<GovernanceFault?> RecordAsync(
        string person, IReadOnlyList<string> words, DecisionFilter filter, CancellationToken cancellationToken)
    {
        if (!Permission.MayExport(log.State, person))
        {
            return new GovernanceFault(
                FaultKind.Forbidden, "provost.decisions.export", "Decisions are exported by the role compliance.",
                "Ask a person with the role compliance; owners read their systems' decisions page by page.");
        }

        var counts = await query.CountByOutcomeAsync(filter, cancellationToken);
        var exported = new LedgerExported { Query = words, Entries = counts.Values.Sum(), Size = committedSize() };
        return await log.AppendAsync(
            GovernanceDraft.Of(Actor.Person(person), "decisions", exported), cancellationToken)
            is GovernanceOutcome.Refused refused
            ? refused.Fault
            : null;
    }
}
