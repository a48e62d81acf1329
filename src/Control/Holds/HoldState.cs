using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Incidents;
using Provost.Ledger.Vault;

namespace Provost.Control.Holds;

/// <summary>Who wants a hold to end, and why.</summary>
public sealed record ReleaseAsked(Guid Id, string By, DateTimeOffset At, string Basis);

/// <summary>A legal hold, in force or ended.</summary>
public sealed record Hold(HoldPlaced Covers, string By, DateTimeOffset Since)
{
    /// <summary>Null while nobody asked.</summary>
    public ReleaseAsked? Asked { get; init; }

    public string? ReleasedBy { get; init; }

    public DateTimeOffset? ReleasedAt { get; init; }

    public Guid Id => Covers.Id;

    public bool InForce => ReleasedAt is null;

    /// <summary>Whether a record of this system, subject and time is covered.</summary>
    public bool CoversRecord(string? system, string? subject, DateTimeOffset time) =>
        (Covers.System is null || Covers.System == system) && (Covers.Subject is null || Covers.Subject == subject)
        && (Covers.From is not { } from || time >= from) && (Covers.To is not { } to || time < to);

    /// <summary>Whether some record of a group may be covered.</summary>
    internal bool Touches(KeyGroup group) => (Covers.System is null || Covers.System == group.System)
        && (Covers.From is not { } from || group.End > from)
        && (Covers.To is not { } to || group.End.AddMonths(-1) < to);
}

/// <summary>All holds. One person of compliance places one, the response one for each incident; ending it takes two
/// persons.</summary>
public sealed record HoldState
{
    /// <summary>How long a request to end a hold waits for the second person.</summary>
    public static readonly TimeSpan AskedLife = TimeSpan.FromDays(7);

    internal static readonly FrozenSet<string> Verbs =
        new[] { HoldPlaced.Verb, HoldReleaseAsked.Verb, HoldReleased.Verb }.ToFrozenSet();

    internal static readonly HoldState Empty = new();

    /// <summary>Every hold ever placed, oldest first.</summary>
    public ImmutableList<Hold> All { get; init; } = [];

    /// <summary>Those in force, oldest first.</summary>
    public IEnumerable<Hold> InForce => All.Where(h => h.InForce);

    public Hold? Find(Guid id) => All.Find(h => h.Id == id);

    /// <summary>The hold that keeps one record; null when none does.</summary>
    public Hold? Keeping(string? system, string? subject, DateTimeOffset time) =>
        InForce.FirstOrDefault(h => h.CoversRecord(system, subject, time));

    /// <summary>The hold that keeps a subject's keys in a group; a month that is touched is kept whole.</summary>
    public Hold? Keeping(KeyGroup group, string subject) => InForce.FirstOrDefault(h =>
        h.Touches(group) && (h.Covers.Subject is null || h.Covers.Subject == subject));

    /// <summary>The hold that keeps a whole group; null when none does, or it holds single subjects.</summary>
    public Hold? Keeping(KeyGroup group) => InForce.FirstOrDefault(h => h.Covers.Subject is null && h.Touches(group));

    /// <summary>Subjects that are held in a group.</summary>
    public IReadOnlyList<string> SparedIn(KeyGroup group) =>
        [.. InForce.Where(h => h.Touches(group)).Select(h => h.Covers.Subject).OfType<string>().Distinct()];

    internal Answer<HoldState> Apply(GovernanceEntry entry, GovernanceState whole)
    {
        if (entry.Verb == HoldPlaced.Verb)
            return Place(entry, entry.Read<HoldPlaced>(), whole);

        return entry.Verb == HoldReleaseAsked.Verb
            ? Ask(entry, entry.Read<HoldReleaseAsked>(), whole)
            : Release(entry, entry.Read<HoldReleased>(), whole);
    }

    private Answer<HoldState> Place(GovernanceEntry entry, HoldPlaced body, GovernanceState whole)
    {
        var isOfIncident = entry.Actor == Actor.Response && IncidentHolds.Fits(body, whole.Incidents);
        if (!isOfIncident && !Permission.MayHold(whole, entry.Actor.Id))
            return HoldErrors.ComplianceOnly();

        if (PlainWords.Check(body.Basis, "basis") is { } words)
            return words;

        if (body.System is null && body.Subject is null && body.From is null && body.To is null)
            return HoldErrors.CoversNothing();

        if (body.From >= body.To)
            return HoldErrors.EmptyWindow();

        return Find(body.Id) is null
            ? this with { All = All.Add(new Hold(body, entry.Actor.Id, entry.Time)) }
            : HoldErrors.Taken();
    }

    private Answer<HoldState> Ask(GovernanceEntry entry, HoldReleaseAsked body, GovernanceState whole)
    {
        if (!Permission.MayHold(whole, entry.Actor.Id))
            return HoldErrors.ComplianceOnly();

        if (PlainWords.Check(body.Basis, "basis") is { } words)
            return words;

        return Find(body.Hold) is { InForce: true } hold
            ? With(hold with { Asked = new ReleaseAsked(entry.Id, entry.Actor.Id, entry.Time, body.Basis) })
            : HoldErrors.Unknown();
    }

    private Answer<HoldState> Release(GovernanceEntry entry, HoldReleased body, GovernanceState whole)
    {
        if (Find(body.Hold) is not { InForce: true } hold)
            return HoldErrors.Unknown();

        if (hold.Asked is not { } asked || asked.Id != body.Asked || asked.At + AskedLife < entry.Time)
            return HoldErrors.NotAsked();

        if (!Permission.MayConfirm(whole, entry.Actor.Id) || entry.Actor.Id == asked.By)
            return HoldErrors.SecondPerson();

        return SignedAct.Check(entry, whole, "release_hold", body.Hold.ToString(), SignedStatement.DigestOf(body))
            is { } fault
            ? fault
            : With(hold with { ReleasedBy = entry.Actor.Id, ReleasedAt = entry.Time });
    }

    private HoldState With(Hold changed) =>
        this with { All = All.Replace(All.Find(h => h.Id == changed.Id)!, changed) };
}
