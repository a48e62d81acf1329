using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;

namespace Provost.Control.Erasure;

internal sealed record ErasureBody(ContentErased Says, JsonElement Envelope);

/// <summary>Routes of erasures. A person's name travels in bodies only: addresses end in logs.</summary>
internal static class ErasureApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/erasures", (string? subject, [AsParameters] PageParameters page, HttpContext call) =>
            Permission.MayReadRecords(desks.Log.State, ControlApi.Asks(call).Person)
                ? Problems.Answer<Listing<Erasure>>(page.Of(
                    desks.Log.State.Erasures.All, e => subject is null || e.Says.Subject == subject, e => e.Id))
                : Problems.Answer<Listing<Erasure>>(ErasureErrors.ComplianceOnly()));
        api.MapPost("/erasures/proposal", async (ErasureOrder order, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Erasures.ProposeAsync(ControlApi.Asks(call), order, token)));
        api.MapPost("/erasures", async (ErasureBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Erasures.EraseAsync(
                ControlApi.Asks(call), body.Says, body.Envelope, token)));
    }
}
