using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Handovers;

/// <summary>An office and who holds it.</summary>
/// <param name="Name"><c>business</c>, <c>technical</c> or <c>deputy</c>.</param>
public readonly record struct Office(string Name, string Person);

/// <summary>
/// What follows from who holds the offices of a system. Computed from the roster as it stands, so a system is flagged
/// in the moment in which its owner leaves.
/// </summary>
public static class Ownership
{
    /// <summary>How long a system of tier high may serve without an owner before it is suspended.</summary>
    public static readonly TimeSpan SuspendedAfter = TimeSpan.FromHours(72);

    /// <summary>An owner whom no page has reached for so long is a finding.</summary>
    public static readonly TimeSpan ReachedWithin = TimeSpan.FromDays(90);

    /// <summary>The offices that are held: business, technical and, where there is one, deputy.</summary>
    public static IEnumerable<Office> Offices(OwnerIds owners)
    {
        ArgumentNullException.ThrowIfNull(owners);
        yield return new Office("business", owners.Business);
        yield return new Office("technical", owners.Technical);
        if (owners.Deputy is { } deputy)
            yield return new Office("deputy", deputy);
    }

    /// <summary>The offices whose holder has left, the deputy's too.</summary>
    public static IEnumerable<Office> Left(GovernanceState state, SystemState system) =>
        Offices(system.Owners).Where(o => state.Roster.Live(o.Person) is null);

    /// <summary>Since when the business or technical owner has been missing; null while both are live.</summary>
    public static DateTimeOffset? VacantSince(GovernanceState state, SystemState system)
    {
        ArgumentNullException.ThrowIfNull(state);
        var left = Left(state, system).Where(o => o.Name != "deputy").ToList();
        return left.Count == 0
            ? null
            : left.Min(o => state.Roster.People.GetValueOrDefault(o.Person)?.LeftAt ?? system.Changed);
    }

    /// <summary>Whether releases are frozen.</summary>
    public static bool IsVacant(GovernanceState state, SystemState system) => VacantSince(state, system) is not null;

    /// <summary>When a system of tier high is suspended for want of an owner; null for all others.</summary>
    public static DateTimeOffset? SuspendsAt(GovernanceState state, SystemState system, DateTimeOffset now) =>
        VacantSince(state, system) is { } since
        && (system.Tier == "high" || state.Warrants.Live(system.Key, now)?.Says.Tier == "high")
            ? since + SuspendedAfter
            : null;

    /// <summary>
    /// Who answers a page to an office: its holder; where that person has left another live owner, then the compliance
    /// contact, then somebody on call, then anybody of compliance. Never somebody who left.
    /// </summary>
    /// <returns>A person's id; null when nobody of these is there.</returns>
    public static string? Answers(GovernanceState state, SystemState system, string office)
    {
        ArgumentNullException.ThrowIfNull(system);
        var holder = Offices(system.Owners).FirstOrDefault(o => o.Name == office).Person;
        if (holder is null)
            return null; // nobody was ever named for it: its step is left out

        var roster = state.Roster;
        return new[]
            {
                holder, system.Owners.Technical, system.Owners.Deputy, system.Owners.Business,
                system.Contacts.GetValueOrDefault("compliance"),
            }
            .Concat(roster.People.Values.Where(p => p.Has(Roles.OnCall)).Select(p => p.Id))
            .Concat(roster.People.Values.Where(p => p.Has(Roles.Compliance)).Select(p => p.Id))
            .FirstOrDefault(person => roster.Live(person) is not null);
    }

    /// <summary>When each person last acknowledged a page or answered a drill: the proof that pages reach
    /// them.</summary>
    public static IReadOnlyDictionary<string, DateTimeOffset> Reached(GovernanceState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var reached = new Dictionary<string, DateTimeOffset>();
        var answers = state.Incidents.Incidents.Values.SelectMany(i => i.Acknowledgements)
            .Select(a => (a.Person, a.At))
            .Concat(state.Drills.All.Where(d => d.AnsweredAt is not null).Select(d => (d.Person, d.AnsweredAt!.Value)));
        foreach (var (person, at) in answers)
        {
            if (!reached.TryGetValue(person, out var before) || at > before)
                reached[person] = at;
        }

        return reached;
    }
}
