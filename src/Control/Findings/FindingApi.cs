using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Findings;

/// <summary>A finding as the API lists it.</summary>
internal sealed record FindingView(
    string Id, string System, string Environment, string Unit, string Tier, string Code, string Message,
    string Remedy, PersonView? Owner, DateTimeOffset Since);

/// <summary>The route of findings.</summary>
internal static class FindingApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapGet("/findings", async (
        string? system, string? code, string? tier, bool? mine, [AsParameters] NamedPage page, HttpContext call,
        CancellationToken cancellationToken) =>
    {
        if (NamedPage.Unknown("code", code, FindingList.Codes) is { } unknown)
            return Problems.Answer<Listing<FindingView>>(unknown);

        var asks = ControlApi.Asks(call).Person;
        return Problems.Answer(page.Of(
            [.. (await desks.Findings.ListAsync(cancellationToken)).Select(f => View(desks, f))],
            f => (system is null || f.System == system) && (code is null || f.Code == code)
                && (tier is null || f.Tier == tier) && (mine != true || f.Owner?.Person == asks),
            f => f.Id));
    });

    private static FindingView View(ControlDesks desks, Finding found) => new(
        found.Id, found.Key.System, found.Key.Environment, found.Unit, found.Tier, found.Code, found.Message,
        found.Remedy, found.Owner is { } owner ? desks.Systems.Person(owner) : null, found.Since);
}
