using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Access;

internal sealed record SetupBody(string Code, string Name, string Mail, string Password);

internal sealed record LoginBody(string Mail, string Password);

internal sealed record AcceptBody(string Invite, string Password);

internal sealed record WhoAmI(string Person, string Name, string? Mail, IReadOnlyList<string> Roles, int Keys);

/// <summary>Routes of every way in.</summary>
internal static class AccessApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapPost("/setup", (SetupBody body, HttpContext call, CancellationToken token) =>
            SetUpAsync(desks, body, call, token)).Anonymous();
        api.MapPost("/login", (LoginBody body, CancellationToken token) => LoginAsync(desks, body, token)).Anonymous();
        api.MapPost("/invitations/accept", async (AcceptBody body, CancellationToken token) =>
            Problems.Answer(await desks.Logins.AcceptAsync(body.Invite, body.Password, token))).Anonymous();
        api.MapPost("/logout", (HttpContext call, CancellationToken token) => LogoutAsync(desks, call, token));
        api.MapGet("/whoami", (HttpContext call) => WhoAmI(desks, ControlApi.Asks(call)));
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> SetUpAsync(
        ControlDesks desks, SetupBody body, HttpContext call, CancellationToken cancellationToken)
    {
        // A server without a remote address is one in memory: a test's.
        if (call.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote))
            return Problems.Of(LoginErrors.NotLoopback());

        return Problems.Answer(await desks.Logins.SetUpAsync(
            body.Code, body.Name, body.Mail, body.Password, cancellationToken));
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> LoginAsync(
        ControlDesks desks, LoginBody body, CancellationToken cancellationToken)
    {
        var person = await desks.Logins.CheckAsync(body.Mail, body.Password, cancellationToken);
        return person.Fault is { } fault
            ? Problems.Of(fault)
            : Problems.Answer(await desks.Logins.TokenAsync(person.Value.Id, cancellationToken));
    }

    private static async Task<NoContent> LogoutAsync(
        ControlDesks desks, HttpContext call, CancellationToken cancellationToken)
    {
        desks.Identity.SignOut(call);
        if (call.Request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var token])
            await desks.Logins.EndTokenAsync(ControlApi.Asks(call).Person, token.Trim(), cancellationToken);

        return TypedResults.NoContent();
    }

    private static Ok<WhoAmI> WhoAmI(ControlDesks desks, Principal asks)
    {
        var person = desks.Log.State.Roster.People[asks.Person];
        return TypedResults.Ok(new WhoAmI(
            person.Id, desks.Directory.NameOf(person.Id), desks.Directory.Find(person.Id)?.Mail, [.. person.Roles],
            person.Keys.Length));
    }
}
