using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;

namespace Provost.Control.Holds;

internal sealed record HoldReleaseBody(string Basis);

internal sealed record HoldConfirmBody(JsonElement Envelope);

/// <summary>Routes of holds.</summary>
internal static class HoldApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet(
            "/holds",
            (string? system, string? subject, bool? inForce, [AsParameters] PageParameters page, HttpContext call) =>
                Permission.MayReadRecords(desks.Log.State, ControlApi.Asks(call).Person)
                    ? Problems.Answer<Listing<Hold>>(page.Of(
                        desks.Log.State.Holds.All,
                        h => (system is null || h.Covers.System == system)
                            && (subject is null || h.Covers.Subject == subject)
                            && (inForce is null || h.InForce == inForce),
                        h => h.Id))
                    : Problems.Answer<Listing<Hold>>(HoldErrors.ComplianceOnly()));
        api.MapGet("/holds/{id:guid}", (Guid id, HttpContext call) => Problems.Answer<Hold>(
            !Permission.MayReadRecords(desks.Log.State, ControlApi.Asks(call).Person)
                ? HoldErrors.ComplianceOnly()
                : desks.Log.State.Holds.Find(id) is { } hold ? hold : HoldErrors.Unknown()));
        api.MapPost("/holds", async (HoldOrder order, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Holds.PlaceAsync(ControlApi.Asks(call), order, token)));
        api.MapPost(
            "/holds/{id:guid}/release",
            async (Guid id, HoldReleaseBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Holds.AskReleaseAsync(ControlApi.Asks(call), id, body.Basis, token)));
        api.MapGet("/holds/{id:guid}/release", (Guid id, HttpContext call) => Problems.Answer<Proposal>(
            !Permission.MayReadRecords(desks.Log.State, ControlApi.Asks(call).Person)
                ? HoldErrors.ComplianceOnly()
                : desks.Holds.ProposeRelease(id)));
        api.MapPost(
            "/holds/{id:guid}/release/confirm",
            async (Guid id, HoldConfirmBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Holds.ReleaseAsync(ControlApi.Asks(call), id, body.Envelope, token)));
    }
}
