using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;

namespace Provost.Control.Reveals;

internal sealed record RevealBody(DecisionParameters Query, string Purpose);

internal sealed record RevealConfirmBody(JsonElement Envelope);

/// <summary>Routes of reveals of many, and the list of all.</summary>
internal static class RevealApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet(
            "/reveals",
            (string? by, string? system, [AsParameters] PageParameters page, HttpContext call) =>
                Permission.MayReadRecords(desks.Log.State, ControlApi.Asks(call).Person)
                    ? Problems.Answer<Listing<Reveal>>(page.Of(
                        desks.Log.State.Reveals.All,
                        r => (by is null || r.By == by) && (system is null || r.System == system), r => r.Id))
                    : Problems.Answer<Listing<Reveal>>(RevealErrors.ComplianceOnly()));
        api.MapGet("/reveals/{id:guid}", (Guid id, HttpContext call) => Problems.Answer<Reveal>(
            !Permission.MayReadRecords(desks.Log.State, ControlApi.Asks(call).Person)
                ? RevealErrors.ComplianceOnly()
                : desks.Log.State.Reveals.Find(id) is { } reveal ? reveal : RevealErrors.Unknown()));
        api.MapPost("/reveals", async (RevealBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Reveals.AskAsync(ControlApi.Asks(call), body.Query, body.Purpose, token)));
        api.MapGet("/reveals/{id:guid}/confirmation", (Guid id, HttpContext call) => Problems.Answer<Proposal>(
            !Permission.MayReadRecords(desks.Log.State, ControlApi.Asks(call).Person)
                ? RevealErrors.ComplianceOnly()
                : desks.Reveals.Propose(id)));
        api.MapPost(
            "/reveals/{id:guid}/confirmation",
            async (Guid id, RevealConfirmBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Reveals.ConfirmAsync(ControlApi.Asks(call), id, body.Envelope, token)));
        api.MapPost("/reveals/{id:guid}/content", ReadAsync);

        async Task<IResult> ReadAsync(Guid id, HttpContext call, CancellationToken token)
        {
            var begun = await desks.Reveals.BeginAsync(ControlApi.Asks(call), id, token);
            if (begun.Fault is { } fault)
                return Problems.Of(fault);

            call.Response.ContentType = "application/jsonl";
            foreach (var row in begun.Value)
            {
                var revealed = await desks.Reveals.ReadAsync(row, token);
                await JsonSerializer.SerializeAsync(call.Response.Body, revealed, JsonSerializerOptions.Web, token);
                await call.Response.Body.WriteAsync("\n"u8.ToArray(), token);
            }

            return TypedResults.Empty;
        }
    }
}
