using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Warrants;

namespace Provost.Control.Approvals;

internal sealed record ApprovalBody(JsonElement Envelope, string Environment = "production");

internal sealed record RejectionBody(string Reason, string Environment = "production");

internal sealed record RejectionAnswer(string State);

/// <summary>A release that waits; <c>asksYou</c> says whether the caller's signature is one of the missing.</summary>
internal sealed record WaitingLine(
    string System, string Environment, string Tier, string Version, string Digest, PersonView Author,
    DateTimeOffset SubmittedAt, IReadOnlyList<string> Missing, IReadOnlyList<PersonView> Signed, bool AsksYou);

/// <summary>Routes of approvals.</summary>
internal static class ApprovalApi
{
    private const string Release = "/systems/{name}/releases/{version}";

    /// <summary>Rows of one answer.</summary>
    private const int PageSize = 200;

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
        api.MapGet("/approvals", (string? system, bool? mine, int? after, HttpContext call) =>
            Waiting(desks, ControlApi.Asks(call), system, mine == true, Math.Max(0, after ?? 0)));
    }

    private static Listing<WaitingLine> Waiting(
        ControlDesks desks, Principal asks, string? system, bool mine, int after)
    {
        var waiting = ApprovalInbox.Of(desks.Log.State, asks.Person, desks.Time.GetUtcNow())
            .Where(w => (system is null || w.System.Key.System == system) && (!mine || w.AsksYou))
            .ToList();
        return new Listing<WaitingLine>(
            [.. waiting.Skip(after).Take(PageSize).Select(w => Line(desks, w))],
            waiting.Count > after + PageSize ? $"{after + PageSize}" : null);
    }

    private static WaitingLine Line(ControlDesks desks, WaitingRelease waiting) => new(
        waiting.System.Key.System, waiting.System.Key.Environment, waiting.System.Tier, waiting.Release.Version,
        waiting.Release.Digest, desks.Systems.Person(waiting.Release.Author), waiting.Release.SubmittedAt,
        waiting.Missing, [.. waiting.Signed.Select(desks.Systems.Person)], waiting.AsksYou);

    private static async Task<Results<Ok<RejectionAnswer>, ProblemHttpResult>> RejectAsync(
        ControlDesks desks, string name, string version, RejectionBody body, Principal asks,
        CancellationToken cancellationToken)
    {
        var answer = await desks.Approvals.RejectAsync(
            asks, name, version, body.Environment, body.Reason, cancellationToken);
        return answer.Fault is { } fault ? Problems.Of(fault) : TypedResults.Ok(new RejectionAnswer(answer.Value));
    }
}
