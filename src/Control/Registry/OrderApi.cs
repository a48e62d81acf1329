using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Registry;

internal sealed record OrderBody(string Environment, string Kind, string Reason = "", string? Release = null);

internal sealed record ResumeBody(string Environment, JsonElement Envelope, string Reason = "");

/// <summary>Routes that tighten, and the one that loosens.</summary>
internal static class OrderApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapPost(
            "/systems/{name}/orders",
            async (string name, OrderBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Orders.GiveAsync(
                    ControlApi.Asks(call).Actor, new SystemKey(name, body.Environment), body.Kind, body.Release,
                    incident: null, body.Reason, token)));
        api.MapGet("/systems/{name}/resume", (string name, string? environment) =>
            Problems.Answer(desks.Orders.Propose(new SystemKey(name, environment ?? "production"))));
        api.MapPost(
            "/systems/{name}/resume",
            async (string name, ResumeBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Orders.ResumeAsync(
                    ControlApi.Asks(call), new SystemKey(name, body.Environment), body.Envelope, body.Reason,
                    token)));
    }
}
