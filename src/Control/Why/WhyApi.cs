using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Why;

/// <param name="Purpose">Why the content is read; may name a person, so it travels in no address.</param>
internal sealed record ContentBody(string Purpose);

/// <summary>Routes of one decision.</summary>
internal static class WhyApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/decisions/{id:guid}", async (Guid id, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Why.FindAsync(ControlApi.Asks(call), id, token)));
        api.MapPost(
            "/decisions/{id:guid}/content",
            async (Guid id, ContentBody body, HttpContext call, CancellationToken token) =>
                Problems.Answer(await desks.Why.RevealAsync(ControlApi.Asks(call), id, body.Purpose, token)));
        api.MapPost(
            "/decisions/{id:guid}/explanation",
            async (Guid id, ContentBody body, HttpContext call, CancellationToken token) =>
                Problems.Answer(await desks.Explain.ExplainAsync(ControlApi.Asks(call), id, body.Purpose, token)));
    }
}
