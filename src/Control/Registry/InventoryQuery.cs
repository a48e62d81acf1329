using Microsoft.AspNetCore.Mvc;
using Provost.Control.Governance;

namespace Provost.Control.Registry;

/// <summary>Which systems a list is asked for; null means any.</summary>
/// <param name="Text">A part of the name or the unit, whatever its case.</param>
/// <param name="Owner">A person's id: who holds any office.</param>
/// <param name="Stale">Whether nothing has confirmed the record for 7 days.</param>
/// <param name="After">The cursor that the page before ended with.</param>
/// <param name="Limit">Systems a page, 1 to 1000; without it and without a cursor all come at once.</param>
internal sealed record InventoryQuery(
    [property: FromQuery(Name = "q")] string? Text = null, string? Kind = null, string? Unit = null,
    string? Tier = null, string? Environment = null, string? State = null, string? Owner = null, bool? Stale = null,
    string? After = null,
    int? Limit = null)
{
    /// <summary>The page of a list that is ordered by name; a state that no system can be in is refused.</summary>
    public Answer<Listing<SystemLine>> Of(IReadOnlyList<SystemLine> all) =>
        NamedPage.Unknown("state", State, Standing.Words) is { } unknown ? unknown
        : After is null && Limit is null ? new Listing<SystemLine>([.. all.Where(Takes)])
        : new NamedPage(After, Limit).Of(all, Takes, line => $"{line.Name}/{line.Environment}");

    private bool Takes(SystemLine line) => (Kind is null || line.Kind == Kind) && (Unit is null || line.Unit == Unit)
        && (Tier is null || line.Tier == Tier) && (Environment is null || line.Environment == Environment)
        && (State is null || line.State == State)
        && (Stale is null || line.IsStale == Stale)
        && (Owner is null || line.Owners.Business.Person == Owner || line.Owners.Technical.Person == Owner
            || line.Owners.Deputy?.Person == Owner)
        && (Text is null || $"{line.Name} {line.Unit}".Contains(Text, StringComparison.OrdinalIgnoreCase));
}
