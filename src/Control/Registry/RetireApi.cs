using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Registry;

internal sealed record RetireBody(JsonElement Envelope, string Reason = "");

/// <summary>Routes of a system's end.</summary>
internal static class RetireApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/systems/{name}/retirement", (string name) => Problems.Answer(desks.Retirements.Propose(name)));
        api.MapPost(
            "/systems/{name}/retirement",
            async (string name, RetireBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Retirements.RetireAsync(
                    ControlApi.Asks(call), name, body.Envelope, body.Reason, token)));
    }
}
