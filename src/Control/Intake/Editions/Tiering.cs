using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Intake.Editions;

/// <summary>More is asked of a system since an edition came into force.</summary>
/// <param name="Edition">The edition.</param>
/// <param name="Until">The older warrant serves until then at the latest.</param>
/// <param name="Before">The tier it had.</param>
/// <param name="After">The tier it has under that edition, <c>prohibited</c> or <c>unknown</c>.</param>
public sealed record TierRise(int Edition, DateTimeOffset At, DateTimeOffset Until, string Before, string After);

/// <summary>What an edition makes of one system in one environment.</summary>
/// <param name="Change"><c>rises</c>: more is asked; <c>falls</c>: less, from the next approved release on;
/// <c>forbidden</c>; <c>unknown</c>: it cannot be tiered; <c>same</c>.</param>
/// <param name="Before">The tier now.</param>
/// <param name="After">The tier then; <c>prohibited</c> or <c>unknown</c>.</param>
/// <param name="Duties">The duties that differ, old and new.</param>
/// <param name="Reasons">Why, one sentence each.</param>
/// <param name="Faults">What must be put right in the manifest before it can be applied again.</param>
public sealed record TierChange(
    SystemKey Key, string Change, string Before, string After, IReadOnlyList<Change> Duties,
    IReadOnlyList<string> Reasons, IReadOnlyList<IntakeFault> Faults)
{
    /// <summary>Whether its releases freeze and it is approved again within the edition's term.</summary>
    public bool Tightens => Change is "rises" or "forbidden" or "unknown";
}

/// <summary>
/// Tiers systems by another edition than theirs: what <c>plan</c> shows beforehand is what the fold does. An edition
/// tightens at once and loosens nothing: a lower tier counts from the next release that is approved under it.
/// </summary>
public static class Tiering
{
    /// <summary>What an edition makes of every system that is not retired, what tightens first.</summary>
    public static IReadOnlyList<TierChange> Plan(GovernanceState state, Taxonomy next)
    {
        ArgumentNullException.ThrowIfNull(state);
        return
        [
            .. state.Registry.Systems.Values.Where(s => s.RetiredAt is null).Select(s => Of(state, s, next))
                .OrderBy(c => c.Tightens ? 0 : c.Change == "falls" ? 1 : 2)
                .ThenBy(c => c.Key.ToString(), StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether nothing of the system is put forward or approved until its manifest stands under the edition
    /// that asks more of it.</summary>
    public static bool IsFrozen(SystemState system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.Risen is { } rise && system.Taxonomy < rise.Edition;
    }

    /// <summary>When the system is suspended unless a release is approved under the edition that asks more of it; null
    /// where nothing serves under an older one.</summary>
    public static DateTimeOffset? SuspendsAt(GovernanceState state, SystemState system, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(system);
        return system.Risen is { } rise && system.RetiredAt is null
            && state.Warrants.Live(system.Key, now) is { } live && live.Says.Taxonomy < rise.Edition
                ? rise.Until
                : null;
    }

    /// <summary>The registry with every system noted of which the edition asks more.</summary>
    internal static RegistryState Raise(GovernanceState state, Taxonomy next, DateTimeOffset at) =>
        state.Registry with
        {
            Systems = state.Registry.Systems.SetItems(state.Registry.Systems.Values
                .Where(s => s.RetiredAt is null)
                .Select(s => (system: s, change: Of(state, s, next)))
                .Where(s => s.change.Tightens)
                .Select(s => KeyValuePair.Create(s.system.Key, s.system with
                {
                    Risen = new TierRise(
                        next.Edition, at, Until(state, s.system, s.change, next, at), s.change.Before, s.change.After),
                }))),
        };

    /// <summary>A forbidden use has no term; a term that runs already is not prolonged by a further edition.</summary>
    private static DateTimeOffset Until(
        GovernanceState state, SystemState system, TierChange change, Taxonomy next, DateTimeOffset at)
    {
        var until = change.Change == "forbidden" ? at : next.Reapproval?.After(at) ?? at;
        return SuspendsAt(state, system, at) is { } running && running < until ? running : until;
    }

    private static TierChange Of(GovernanceState state, SystemState system, Taxonomy next)
    {
        var before = state.Taxonomies.DutiesOf(system);
        if (system.Intake is not { } intake)
        {
            return Stopped(system, "unknown", "unknown",
                ["Its manifest was applied before answers stood in the log; apply it again."], []);
        }

        switch (next.Decide(intake, system.Key.Environment))
        {
            case TierDecision.Forbidden forbidden:
                return Stopped(system, "forbidden", "prohibited", Reasons(forbidden.Reasons), []);
            case TierDecision.Unknown unknown:
                return Stopped(
                    system, "unknown", "unknown", [.. unknown.Faults.Select(f => $"{f.Message} {f.Remedy}")],
                    unknown.Faults);
            case TierDecision.Tiered tiered:
                var rises = tiered.Faults.Count > 0 || !before.AtLeast(tiered.Duties)
                    || next.Rank(tiered.Tier) > next.Rank(system.Tier);
                var change = rises ? "rises" : tiered.Duties.AtLeast(before) ? "same" : "falls";
                return new TierChange(
                    system.Key, change, system.NamedTier, tiered.Named,
                    DutyWords.Differences(before, tiered.Duties, system.Key.Environment), Reasons(tiered.Reasons),
                    tiered.Faults);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static TierChange Stopped(
        SystemState system, string change, string after, IReadOnlyList<string> reasons,
        IReadOnlyList<IntakeFault> faults) =>
        new(system.Key, change, system.NamedTier, after, [], reasons, faults);

    private static IReadOnlyList<string> Reasons(IReadOnlyList<TierReason> reasons) =>
        [.. reasons.Select(r => r.Clause is null ? r.Text : $"{r.Text} ({r.Clause})")];
}
