using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Reviews;

internal sealed record ReviewSignBody(string Finding, JsonElement Envelope, string Environment = "production");

/// <summary>Routes of reviews.</summary>
internal static class ReviewApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/reviews", (string? system, bool? overdue, [AsParameters] NamedPage page) =>
            Problems.Answer(page.Of(
                desks.Reviews.List(),
                l => (system is null || l.System == system) && (overdue is null || l.Overdue == overdue),
                l => l.Id)));
        api.MapPost("/systems/{name}/reviews/proposal", (string name, ReviewOrder order, HttpContext call) =>
            Problems.Answer(desks.Reviews.Propose(ControlApi.Asks(call), name, order)));
        api.MapPost(
            "/systems/{name}/reviews",
            async (string name, ReviewSignBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Reviews.SignAsync(
                    ControlApi.Asks(call), name, new ReviewOrder(body.Finding, body.Environment), body.Envelope,
                    token)));
    }
}
