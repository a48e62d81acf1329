using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Approvals;

internal sealed record RejectionAsk(string Reason, string Environment = "production");

internal sealed record RejectionBody(string Reason, JsonElement Envelope, string Environment = "production");

/// <summary>A release that went back to its author, who has not put forward another since.</summary>
internal sealed record ReturnedLine(
    string System, string Environment, string Version, string Digest, PersonView Author, PersonView RejectedBy,
    DateTimeOffset RejectedAt, string? Reason);

/// <summary>Routes of rejections.</summary>
internal static class RejectApi
{
    private const string Rejections = "/systems/{name}/releases/{version}/rejections";

    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapPost(
            Rejections + "/proposal",
            (string name, string version, RejectionAsk body, HttpContext call) => Problems.Answer(
                desks.Rejections.Propose(ControlApi.Asks(call), name, version, body.Environment, body.Reason)));
        api.MapPost(
            Rejections,
            async (string name, string version, RejectionBody body, HttpContext call, CancellationToken token) =>
                Problems.Answer(await desks.Rejections.RejectAsync(
                    ControlApi.Asks(call), name, version, body.Environment, body.Reason, body.Envelope, token)));
        api.MapGet("/rejections", (string? system, bool? mine, int? after, HttpContext call) =>
            Returned(desks, ControlApi.Asks(call), system, mine == true, Math.Max(0, after ?? 0)));
    }

    private static Listing<ReturnedLine> Returned(
        ControlDesks desks, Principal asks, string? system, bool mine, int after)
    {
        var returned = ApprovalInbox.Returned(desks.Log.State)
            .Where(r => (system is null || r.No.Key.System == system) && (!mine || r.Release.Author == asks.Person))
            .ToList();
        return new Listing<ReturnedLine>(
            [.. returned.Skip(after).Take(ApprovalApi.PageSize).Select(r => new ReturnedLine(
                r.No.Key.System, r.No.Key.Environment, r.Release.Version, r.Release.Digest,
                desks.Systems.Person(r.Release.Author), desks.Systems.Person(r.No.Person), r.No.At, r.No.Reason))],
            returned.Count > after + ApprovalApi.PageSize ? $"{after + ApprovalApi.PageSize}" : null);
    }
}
