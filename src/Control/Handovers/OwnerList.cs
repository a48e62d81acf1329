using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Handovers;

/// <summary>One office of one system as it stands.</summary>
/// <param name="State"><c>vacant</c>: the holder left. <c>offered</c>: somebody else was named and has not accepted.
/// <c>named</c>: the holder was named with the system and has not accepted. <c>held</c>: accepted.</param>
/// <param name="Since">Since when this person holds it.</param>
/// <param name="LeftAt">When the holder left; null while they are live.</param>
/// <param name="Offered">To whom it is offered; null when to nobody.</param>
/// <param name="Reached">When the holder last acknowledged a page; null for never.</param>
/// <param name="Rehearsed">When the holder last proved the right to pause this system; null for never.</param>
/// <param name="SuspendsAt">When the system is suspended for want of an owner; null unless it is of tier high and an
/// owner left.</param>
public sealed record OwnerLine(
    SystemKey Key, string Unit, string Tier, string Office, string Person, string State, DateTimeOffset Since,
    DateTimeOffset? LeftAt, string? Offered, DateTimeOffset? Reached, DateTimeOffset? Rehearsed,
    DateTimeOffset? SuspendsAt)
{
    /// <summary>The words of <see cref="State"/>, worst first.</summary>
    public static IReadOnlyList<string> States { get; } = ["vacant", "offered", "named", "held"];
}

/// <summary>Who holds which office: orphans first, then what waits for somebody's acceptance.</summary>
public static class OwnerList
{
    /// <summary>Every office of every system, worst first, then by name.</summary>
    public static IReadOnlyList<OwnerLine> Of(GovernanceState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var reached = Ownership.Reached(state);
        return
        [
            .. state.Registry.Systems.Values.Where(s => s.RetiredAt is null)
                .SelectMany(system => Ownership.Offices(system.Owners)
                    .Select(office => Line(state, system, office, reached, now)))
                .OrderBy(l => Rank(l.State)).ThenBy(l => l.Key.ToString(), StringComparer.Ordinal)
                .ThenBy(l => l.Office, StringComparer.Ordinal),
        ];
    }

    private static OwnerLine Line(
        GovernanceState state, SystemState system, Office office, IReadOnlyDictionary<string, DateTimeOffset> reached,
        DateTimeOffset now)
    {
        var offered = system.Proposed is { } proposed
            ? Ownership.Offices(proposed).FirstOrDefault(o => o.Name == office.Name).Person
            : null;
        var isOffered = offered is not null && offered != office.Person;
        var isLive = state.Roster.Live(office.Person) is not null;
        return new OwnerLine(
            system.Key, system.Unit, system.Tier, office.Name, office.Person,
            !isLive ? "vacant"
            : isOffered ? "offered"
            : system.Accepted.ContainsKey(office.Person) ? "held" : "named",
            system.HeldSince(office),
            isLive ? null : state.Roster.People.GetValueOrDefault(office.Person)?.LeftAt ?? system.Changed,
            isOffered ? offered : null,
            reached.TryGetValue(office.Person, out var at) ? at : null,
            system.Rehearsed.TryGetValue(office.Person, out var shown) ? shown : null,
            Ownership.SuspendsAt(state, system, now));
    }

    private static int Rank(string state) => OwnerLine.States.ToList().IndexOf(state);
}
