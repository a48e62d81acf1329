using Provost.Control.Access;
using Provost.Control.Erasure;
using Provost.Control.Governance;
using Provost.Ledger.Vault;

namespace Provost.Control.Retention;

/// <summary>What becomes of the contents of one system, class and month, and when.</summary>
/// <param name="Keys">Subject keys ever made in it.</param>
/// <param name="Due">First UTC day on which its term is over.</param>
/// <param name="Rule">Which term, in words.</param>
/// <param name="Standing"><c>kept</c>, <c>due</c>, <c>held</c> or <c>ended</c>.</param>
/// <param name="Hold">The hold that keeps all of it.</param>
/// <param name="Spared">How many held subjects keep their keys in it.</param>
/// <param name="Run">The run that ended it.</param>
public sealed record PlanRow(
    KeyGroup Group, int Keys, DateOnly Due, string Rule, string Standing, Guid? Hold, int Spared, Guid? Run);

/// <summary>The plan as of an instant.</summary>
public sealed record RetentionPlan(int Edition, string Schedule, DateTimeOffset AsOf, IReadOnlyList<PlanRow> Rows);

/// <summary>Says what ends when, and ends what is due.</summary>
public sealed class RetentionDesk(
    GovernanceLog log, VaultParts vault, VaultOrders orders, RetentionTerms terms, TimeProvider time)
{
    /// <summary>An entry has 65,535 bytes at most.</summary>
    private const int GroupsAnEntry = 200;

    /// <summary>The schedule in force.</summary>
    public RetentionSchedule Schedule => terms.Schedule;

    /// <summary>The plan, by day on which terms are over.</summary>
    /// <param name="asOf">As if it were then; null for now.</param>
    /// <param name="cancellationToken">Ends the reading of terms.</param>
    public async Task<RetentionPlan> PlanAsync(DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var (state, at) = (log.State, asOf ?? time.GetUtcNow());
        var known = new Dictionary<string, SystemTerms>(StringComparer.Ordinal);
        var rows = new List<PlanRow>();
        foreach (var status in vault.Keys.List())
        {
            if (!known.TryGetValue(status.Group.System, out var approved))
                known[status.Group.System] = approved = await terms.OfAsync(status.Group.System, cancellationToken);

            rows.Add(Row(state, status, approved, at));
        }

        rows.Sort((a, b) => (a.Due, a.Group.System, a.Group.Class).CompareTo((b.Due, b.Group.System, b.Group.Class)));
        return new RetentionPlan(Schedule.Edition, Schedule.Digest, at, rows);
    }

    /// <summary>Ends every term that is over and not held; gives the runs that were written.</summary>
    public async Task<Answer<IReadOnlyList<TermRun>>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        orders.CarryOut();
        var plan = await PlanAsync(null, cancellationToken);
        var runs = new List<TermRun>();
        foreach (var due in plan.Rows.Where(r => r.Standing == "due").Chunk(GroupsAnEntry))
        {
            var outcome = await log.AppendAsync(state => Draft(state, actor, due), cancellationToken);
            if (outcome is GovernanceOutcome.Refused { Fault: var fault })
            {
                if (fault.Code == RetentionErrors.NothingDue().Code)
                    continue; // all of these were held since the plan

                return fault;
            }

            var done = (GovernanceOutcome.Done)outcome;
            var run = done.State.Retention.Runs[^1];
            orders.CarryOut(run);
            runs.Add(run);
        }

        return runs;
    }

    /// <summary>The drafts under the log's lock: what was held since the plan is left out.</summary>
    private Answer<IReadOnlyList<GovernanceDraft>> Draft(GovernanceState state, Actor actor, IEnumerable<PlanRow> due)
    {
        var groups = due.Where(r => state.Holds.Keeping(r.Group) is null)
            .Select(r => new EndedGroup(r.Group, r.Due, r.Rule)).ToList();
        if (groups.Count == 0)
            return RetentionErrors.NothingDue();

        var body = new TermEnded
        {
            Edition = Schedule.Edition,
            Schedule = Schedule.Digest,
            Groups = groups,
            CompleteOn = ErasureState.CompleteOn(time.GetUtcNow()),
            Spared = [.. groups.SelectMany(g => state.Holds.SparedIn(g.Group)).Distinct()],
        };
        return new Answer<IReadOnlyList<GovernanceDraft>>([GovernanceDraft.Of(actor, "retention", body)]);
    }

    private PlanRow Row(GovernanceState state, GroupStatus status, SystemTerms approved, DateTimeOffset at)
    {
        var group = status.Group;
        var (due, rule) = Schedule.TermOf(
            group.Class, group.Class == approved.Class ? approved.Keep : null, approved.Tier, approved.Jurisdictions,
            group.End);
        var (hold, spared, run) = (state.Holds.Keeping(group), state.Holds.SparedIn(group), state.Retention.Of(group));
        var isDone = status.State == GroupState.Ended
            || (status.State == GroupState.PartlyEnded && run is not null && !run.Says.Spared.Except(spared).Any());
        var standing = isDone ? "ended" : due > at ? "kept" : hold is not null ? "held" : "due";
        return new PlanRow(
            group, status.Keys, DateOnly.FromDateTime(due.UtcDateTime.AddTicks(-1)).AddDays(1), rule, standing,
            isDone ? null : hold?.Id, spared.Count, run?.Id);
    }
}
