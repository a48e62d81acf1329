using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Registry;

namespace Provost.Control.Drills;

/// <summary>Somebody who is to be reached by pages.</summary>
/// <param name="Offices">Offices of systems that they hold, as <c>technical owner of desk</c>, each system
/// once.</param>
/// <param name="Reached">When they last acknowledged a page or a drill; null: never.</param>
/// <param name="Drill">The standing of the last drill; null: there was none.</param>
/// <param name="DrillAt">When that was.</param>
/// <param name="Unreached">Nobody has reached them for 90 days, or ever.</param>
public sealed record ReachLine(
    PersonView Person, bool OnCall, IReadOnlyList<string> Offices, DateTimeOffset? Reached, string? Drill,
    DateTimeOffset? DrillAt, bool Unreached);

/// <summary>Who answers for systems or is on call, and who of them is known to be reached.</summary>
public static class ReachList
{
    /// <summary>Everybody of them, who was never reached first, then by how long it is ago.</summary>
    public static IReadOnlyList<ReachLine> Of(
        GovernanceState state, Func<string, PersonView> person, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(person);
        var reached = Ownership.Reached(state);
        var offices = state.Registry.Systems.Values.Where(s => s.RetiredAt is null)
            .SelectMany(s => Ownership.Offices(s.Owners)
                .Select(o => (o.Person, Text: $"{Office(o.Name)} of {s.Key.System}")))
            .ToLookup(o => o.Person, o => o.Text);
        var drills = state.Drills.All.GroupBy(d => d.Person).ToDictionary(d => d.Key, d => d.Last());
        return
        [
            .. state.Roster.People.Keys.Select(state.Roster.Live).OfType<Person>()
                .Where(p => p.Has(Roles.OnCall) || offices.Contains(p.Id))
                .Select(p =>
                {
                    DateTimeOffset? at = reached.TryGetValue(p.Id, out var last) ? last : null;
                    var drill = drills.GetValueOrDefault(p.Id);
                    return new ReachLine(
                        person(p.Id), p.Has(Roles.OnCall), [.. offices[p.Id].Distinct().Order(StringComparer.Ordinal)],
                        at, drill?.Standing(now), drill?.At, at is null || now - at > Ownership.ReachedWithin);
                })
                .OrderBy(l => l.Reached ?? DateTimeOffset.MinValue)
                .ThenBy(l => l.Person.Person, StringComparer.Ordinal),
        ];
    }

    private static string Office(string name) => name == "deputy" ? name : name + " owner";
}
