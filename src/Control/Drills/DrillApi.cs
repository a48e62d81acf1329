using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Drills;

internal sealed record DrillBody(string Person);

/// <summary>Routes of drills and of who was reached when.</summary>
internal static class DrillApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/oncall", (bool? unreached, [AsParameters] NamedPage page) => Problems.Answer(page.Of(
            desks.Drills.Reach(), l => unreached is null || l.Unreached == unreached, l => l.Person.Person)));
        api.MapGet("/drills", (string? person, string? standing, [AsParameters] NamedPage page) =>
            Problems.Answer(
                NamedPage.Unknown("standing", standing, Drill.Standings) is { } unknown
                    ? unknown
                    : page.Of(
                        desks.Drills.List(),
                        d => (person is null || d.Person.Person == person)
                            && (standing is null || d.Standing == standing),
                        d => d.Id.ToString())));
        api.MapPost("/drills", async (DrillBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Drills.PageAsync(ControlApi.Asks(call), body.Person, token)));
    }
}
