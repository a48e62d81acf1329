using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Access;
using Provost.Control.Erasure;
using Provost.Control.Governance;
using Provost.Control.Holds;
using Provost.Ledger.Vault;

namespace Provost.Control.Retention;

/// <summary>Terms that were ended in one go.</summary>
/// <param name="Id">Of the entry in the log.</param>
/// <param name="By">Person's id, or <c>control</c> for the clock.</param>
public sealed record TermRun(Guid Id, string By, DateTimeOffset At, TermEnded Says);

/// <summary>What reached the end of its term.</summary>
public sealed record RetentionState
{
    internal static readonly FrozenSet<string> Verbs = new[] { TermEnded.Verb }.ToFrozenSet();

    internal static readonly RetentionState Empty = new();

    /// <summary>Oldest first.</summary>
    public ImmutableList<TermRun> Runs { get; init; } = [];

    /// <summary>The newest run of each group.</summary>
    private ImmutableDictionary<KeyGroup, TermRun> Ended { get; init; } = ImmutableDictionary<KeyGroup, TermRun>.Empty;

    /// <summary>The run that ended a group, null while none did.</summary>
    public TermRun? Of(KeyGroup group) => Ended.GetValueOrDefault(group);

    /// <summary>The run that ended the content of a record; null when none did.</summary>
    public TermRun? Of(KeyGroup group, string? subject) =>
        Of(group) is { } run && (subject is null || !run.Says.Spared.Contains(subject)) ? run : null;

    internal Answer<RetentionState> Apply(GovernanceEntry entry, GovernanceState whole)
    {
        var body = entry.Read<TermEnded>();
        if (entry.Actor != Actor.Self && !Permission.MayErase(whole, entry.Actor.Id))
            return RetentionErrors.ComplianceOnly();

        if (body.Groups.Count == 0)
            return RetentionErrors.NothingDue();

        foreach (var ended in body.Groups)
        {
            if (whole.Holds.Keeping(ended.Group) is { } hold)
                return HoldErrors.Held(hold);

            if (whole.Holds.SparedIn(ended.Group).Except(body.Spared).Any())
                return RetentionErrors.HeldSubject();

            // no month ends before it is over, whatever a schedule says
            if (ended.Group.End > entry.Time || ended.Due > DateOnly.FromDateTime(entry.Time.UtcDateTime))
                return RetentionErrors.NotDue();
        }

        if (body.CompleteOn < ErasureState.CompleteOn(entry.Time).AddDays(-1))
            return ErasureErrors.TooSoon();

        var run = new TermRun(entry.Id, entry.Actor.Id, entry.Time, body);
        return this with
        {
            Runs = Runs.Add(run),
            Ended = Ended.SetItems(body.Groups.Select(g => KeyValuePair.Create(g.Group, run))),
        };
    }
}

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class RetentionErrors
{
    public static GovernanceFault ComplianceOnly() => new(FaultKind.Forbidden, "provost.retention.compliance_only",
        "Terms are looked at and ended by compliance.", "Ask a person with the role compliance.");

    public static GovernanceFault NothingDue() => new(FaultKind.Conflict, "provost.retention.nothing_due",
        "No term is over that is not held.", "See provost retention plan.");

    public static GovernanceFault HeldSubject() => new(FaultKind.Conflict, "provost.retention.held",
        "A subject of these groups is held and not spared.", "Plan the run again.");

    public static GovernanceFault NotDue() => new(FaultKind.Conflict, "provost.retention.not_due",
        "A term of these is not over yet.", "Plan the run again.");
}
