using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;

namespace Provost.Control.Approvals;

internal sealed record ApprovalBody(JsonElement Envelope, string Environment = "production");

internal sealed record RejectionBody(string Reason, string Environment = "production");

internal sealed record RejectionAnswer(string State);

/// <summary>Routes of approvals.</summary>
internal static class ApprovalApi
{
    private const string Release = "/systems/{name}/releases/{version}";

    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet(
            Release + "/approval",
            async (
                string name, string version, string? environment, string? digestFrom, HttpContext call,
                CancellationToken token) =>
                Problems.Answer(await desks.Approvals.ProposeAsync(
                    ControlApi.Asks(call), name, version, environment ?? "production",
                    digestFrom ?? DigestOrigin.Server, token)));
        api.MapPost(
            Release + "/approvals",
            async (string name, string version, ApprovalBody body, HttpContext call, CancellationToken token) =>
                Problems.Answer(await desks.Approvals.ApproveAsync(
                    ControlApi.Asks(call), name, version, body.Environment, body.Envelope, token)));
        api.MapPost(
            Release + "/rejections",
            (string name, string version, RejectionBody body, HttpContext call, CancellationToken token) =>
                RejectAsync(desks, name, version, body, ControlApi.Asks(call), token));
    }

    private static async Task<Results<Ok<RejectionAnswer>, ProblemHttpResult>> RejectAsync(
        ControlDesks desks, string name, string version, RejectionBody body, Principal asks,
        CancellationToken cancellationToken)
    {
        var answer = await desks.Approvals.RejectAsync(
            asks, name, version, body.Environment, body.Reason, cancellationToken);
        return answer.Fault is { } fault ? Problems.Of(fault) : TypedResults.Ok(new RejectionAnswer(answer.Value));
    }
}
