using Provost.WebConsole.Systems;

namespace Provost.WebConsole.Overview;

/// <summary>How many use cases of a unit have a tier of the taxonomy in force.</summary>
/// <param name="Unit">Null for callers that nobody registered: their unit is not known.</param>
/// <param name="All">Use cases in flight: systems that are not retired, and unregistered sources of calls.</param>
public sealed record UnitShare(string? Unit, int Classified, int All)
{
    public double Share => All == 0 ? 0 : (double)Classified / All;

    /// <summary>One line for each unit, least classified first. A system counts once, whatever its environments, and
    /// as classified when it is in each of them.</summary>
    internal static IReadOnlyList<UnitShare> Of(
        IReadOnlyList<SystemSummary> systems, int unregistered, int edition) =>
    [
        .. systems.GroupBy(s => s.System.Unit).Select(unit => new UnitShare(
                unit.Key,
                unit.GroupBy(s => s.System.Key.System).Count(s => s.All(e => e.System.Taxonomy == edition)),
                unit.DistinctBy(s => s.System.Key.System).Count()))
            .Concat(unregistered > 0 ? [new UnitShare(null, 0, unregistered)] : Array.Empty<UnitShare>())
            .OrderBy(u => u.Share).ThenByDescending(u => u.All).ThenBy(u => u.Unit, StringComparer.Ordinal),
    ];
}
