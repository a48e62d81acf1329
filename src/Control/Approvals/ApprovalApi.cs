using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Approvals;

internal sealed record ApprovalBody(JsonElement Envelope, string Environment = "production");

/// <summary>A release that waits; <c>asksYou</c> says whether the caller's signature is one of the missing.</summary>
internal sealed record WaitingLine(
    string System, string Environment, string Tier, string Version, string Digest, PersonView Author,
    DateTimeOffset SubmittedAt, IReadOnlyList<string> Missing, IReadOnlyList<PersonView> Signed, bool AsksYou);

/// <summary>Routes of approvals.</summary>
internal static class ApprovalApi
{
    private const string Release = "/systems/{name}/releases/{version}";

    /// <summary>Rows of one answer.</summary>
    internal const int PageSize = 200;

    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet(
            Release + "/approval",
            async (
                string name, string version, string? environment, string? digestFrom, string[]? condition,
                string? until, HttpContext call, CancellationToken token) =>
            {
                var wish = ApprovalWish.Read(digestFrom, condition ?? [], until, desks.Time.GetUtcNow());
                return Problems.Answer(wish.Fault is { } fault
                    ? fault
                    : await desks.Approvals.ProposeAsync(
                        ControlApi.Asks(call), name, version, environment ?? "production", wish.Value, token));
            });
        api.MapPost(
            Release + "/approvals",
            async (string name, string version, ApprovalBody body, HttpContext call, CancellationToken token) =>
                Problems.Answer(await desks.Approvals.ApproveAsync(
                    ControlApi.Asks(call), name, version, body.Environment, body.Envelope, token)));
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
}
