using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Holds;
using Provost.Ledger.Vault;

namespace Provost.Control.Erasure;

/// <summary>An erasure as ordered.</summary>
/// <param name="Id">Of the entry in the log.</param>
/// <param name="By">The person's id.</param>
public sealed record Erasure(Guid Id, string By, DateTimeOffset At, ContentErased Says);

/// <summary>All erasures, by person and by decision.</summary>
public sealed record ErasureState
{
    /// <summary>How long a backup of keys may be kept; each erasure is complete when the last is gone.</summary>
    public const int BackupDays = 30;

    internal static readonly FrozenSet<string> Verbs = new[] { ContentErased.Verb }.ToFrozenSet();

    internal static readonly ErasureState Empty = new();

    /// <summary>Oldest first.</summary>
    public ImmutableList<Erasure> All { get; init; } = [];

    private ImmutableDictionary<string, Erasure> NewestOf { get; init; } = ImmutableDictionary<string, Erasure>.Empty;

    private ImmutableDictionary<string, Erasure> OfDecisions { get; init; } =
        ImmutableDictionary<string, Erasure>.Empty;

    /// <summary>What erased a decision's content; null when nothing did.</summary>
    public Erasure? Of(Guid decision, string? system, string? subject, DateTimeOffset time)
    {
        if (OfDecisions.TryGetValue(decision.ToString(), out var one))
            return one;

        // the newest comes after the decision, or none does; the first that does is what took effect
        var month = KeyGroup.MonthOf(time);
        return subject is not null && NewestOf.TryGetValue(subject, out var newest) && time <= newest.At
            ? All.Find(e => e.Says.Decision is null && e.Says.Subject == subject && time <= e.At
                && e.Says.Groups.Any(g => g.System == (system ?? "") && g.Month == month))
            : null;
    }

    /// <summary>The first day on which no backup made by then holds a key any more: a gateway's hour key lives up to
    /// three hours, and backups are made once a day.</summary>
    internal static DateOnly CompleteOn(DateTimeOffset at) =>
        DateOnly.FromDateTime(at.UtcDateTime.AddHours(3)).AddDays(BackupDays + 1);

    internal Answer<ErasureState> Apply(GovernanceEntry entry, GovernanceState whole)
    {
        var body = entry.Read<ContentErased>();
        var target = body.Decision ?? body.Subject;
        if (target is null)
            return ErasureErrors.NamesNothing();

        if (!Permission.MayErase(whole, entry.Actor.Id))
            return ErasureErrors.ComplianceOnly();

        if (PlainWords.Check(body.Basis, "basis") is { } words)
            return words;

        if ((body.Duties.Count > 0 || body.Despite is not null)
            && PlainWords.Check(body.Despite, "despite") is { } despite)
        {
            return despite;
        }

        if (Held(body, whole.Holds) is { } hold)
            return HoldErrors.Held(hold);

        if (body.CompleteOn < CompleteOn(entry.Time).AddDays(-1))
            return ErasureErrors.TooSoon();

        if (SignedAct.Check(entry, whole, "erase", target, SignedStatement.DigestOf(body)) is { } fault)
            return fault;

        var erasure = new Erasure(entry.Id, entry.Actor.Id, entry.Time, body);
        return body.Decision is { } decision
            ? this with { All = All.Add(erasure), OfDecisions = OfDecisions.SetItem(decision, erasure) }
            : this with { All = All.Add(erasure), NewestOf = NewestOf.SetItem(target, erasure) };
    }

    /// <summary>The hold that keeps any of it.</summary>
    internal static Hold? Held(ContentErased body, HoldState holds) =>
        body is { Decision: not null, Time: { } time }
            ? holds.Keeping(body.System, body.Subject, time)
            : body.Groups.Select(g => holds.Keeping(g, body.Subject!)).FirstOrDefault(h => h is not null)
                ?? holds.InForce.FirstOrDefault(h => h.Covers.Subject == body.Subject);
}
