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
        api.MapPost("/login", (LoginBody body, HttpContext call, CancellationToken token) =>
            LoginAsync(desks, body, call, token)).Anonymous();
        api.MapPost("/invitations/accept", async (AcceptBody body, HttpContext call, CancellationToken token) =>
            await EnterAsync(
                desks, call, WayIn.Invitation, await desks.Logins.AcceptAsync(body.Invite, body.Password, token),
                token)).Anonymous();
        api.MapPost("/logout", (HttpContext call, CancellationToken token) => LogoutAsync(desks, call, token));
        api.MapGet("/whoami", (HttpContext call) => WhoAmI(desks, ControlApi.Asks(call)));
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> SetUpAsync(
        ControlDesks desks, SetupBody body, HttpContext call, CancellationToken cancellationToken)
    {
        // A server without a remote address is one in memory: a test's.
        if (call.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote))
            return Problems.Of(LoginErrors.NotLoopback());

        var made = await desks.Logins.SetUpAsync(body.Code, body.Name, body.Mail, body.Password, cancellationToken);
        return await EnterAsync(desks, call, WayIn.Setup, made, cancellationToken);
    }

    /// <summary>Records the way in, or counts the refusal, before the token is given.</summary>
    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> EnterAsync(
        ControlDesks desks, HttpContext call, string way, Answer<SignedIn> answer,
        CancellationToken cancellationToken)
    {
        if (answer.Fault is { } no)
        {
            desks.SignIns.Failed(call, way, no);
            return Problems.Of(no);
        }

        var token = SecretText.IdOf(answer.Value.Token!)!;
        return await desks.SignIns.EnteredAsync(
            call, answer.Value.Person, way, CredentialSet.Token, token, cancellationToken) is { } fault
                ? Problems.Of(fault)
                : TypedResults.Ok(answer.Value);
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> LoginAsync(
        ControlDesks desks, LoginBody body, HttpContext call, CancellationToken cancellationToken)
    {
        var person = await desks.Logins.CheckAsync(body.Mail, body.Password, cancellationToken);
        var signedIn = person.Fault is { } fault
            ? fault
            : await desks.Logins.TokenAsync(person.Value.Id, cancellationToken);
        return await EnterAsync(desks, call, WayIn.Password, signedIn, cancellationToken);
    }

    private static async Task<NoContent> LogoutAsync(
        ControlDesks desks, HttpContext call, CancellationToken cancellationToken)
    {
        var asks = ControlApi.Asks(call);
        await desks.Identity.SignOutAsync(call, cancellationToken);
        if (!asks.ByCookie && asks.Credential is { } token)
            await desks.Credentials.EndAsync(asks, token, cancellationToken);

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
