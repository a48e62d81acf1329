using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Approvals;

internal sealed record RevokeBody(JsonElement Envelope, string Reason);

/// <summary>Routes that end a warrant.</summary>
internal static class RevokeApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/warrants/{id:guid}/revocation", (Guid id, HttpContext call) =>
            Problems.Answer(desks.Revocations.Propose(ControlApi.Asks(call), id)));
        api.MapPost(
            "/warrants/{id:guid}/revocation",
            async (Guid id, RevokeBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Revocations.RevokeAsync(
                    ControlApi.Asks(call), id, body.Envelope, body.Reason, token)));
    }
}
