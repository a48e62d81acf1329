using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Snapshot;

namespace Provost.Control.Access;

internal sealed record ClientKeyBody(string System, string Environment, ClientKeyCaps? Caps = null);

internal sealed record ClientKeyLine(
    string Id, string System, string Environment, SnapshotCaps Caps, DateTimeOffset Expires, DateTimeOffset? Revoked,
    string IssuedBy, DateTimeOffset IssuedAt);

/// <summary>Routes of client keys.</summary>
internal static class ClientKeyApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/keys", () => new Listing<ClientKeyLine>([.. desks.Log.State.ClientKeys.Keys.Values
            .OrderByDescending(k => k.IssuedAt).Select(k => Line(desks, k))]));
        api.MapPost("/keys", async (ClientKeyBody body, HttpContext call, CancellationToken token) => Problems.Answer(
            await desks.ClientKeys.IssueAsync(
                ControlApi.Asks(call), new SystemKey(body.System, body.Environment), body.Caps ?? new(), token)));
        api.MapDelete("/keys/{id}", (string id, HttpContext call, CancellationToken token) =>
            RevokeAsync(desks, id, ControlApi.Asks(call), token));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        ControlDesks desks, string id, Principal asks, CancellationToken cancellationToken) =>
        (await desks.ClientKeys.RevokeAsync(asks, id, cancellationToken)).Fault is { } fault
            ? Problems.Of(fault)
            : TypedResults.NoContent();

    private static ClientKeyLine Line(ControlDesks desks, ClientKey key) => new(
        key.Id, key.System.System, key.System.Environment, key.Caps, key.Expires, key.RevokedAt,
        desks.Directory.NameOf(key.IssuedBy), key.IssuedAt);
}
