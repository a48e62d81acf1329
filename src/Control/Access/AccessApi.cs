using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Access;

internal sealed record SetupBody(string Code, string Name, string Mail, string Password);

internal sealed record LoginBody(string Mail, string Password);

internal sealed record AcceptBody(string Invite, string Password);

internal sealed record PersonBody(
    string Name, string Mail, IReadOnlyList<string> Roles, JsonElement? Envelope = null);

internal sealed record PersonKeyBody(string PublicKey, JsonElement? Envelope = null);

internal sealed record ReasonBody(string Reason = "");

internal sealed record KeyAnswer(string Id);

internal sealed record WhoAmI(string Person, string Name, string? Mail, IReadOnlyList<string> Roles, int Keys);

internal sealed record PersonLine(
    string Person, string Name, string? Mail, IReadOnlyList<string> Roles, bool Active, IReadOnlyList<string> Keys,
    bool Invited, bool Bootstrap, DateTimeOffset Since);

/// <summary>Routes of people and of every way in.</summary>
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
        api.MapGet("/people", (string? asOf) => People(desks, asOf));
        api.MapPost("/people", (PersonBody body, HttpContext call, CancellationToken token) =>
            AddAsync(desks, body, ControlApi.Asks(call), token));
        api.MapPost(
            "/people/{id}/deactivate",
            (string id, ReasonBody body, HttpContext call, CancellationToken token) =>
                DeactivateAsync(desks, id, body, ControlApi.Asks(call), token));
        api.MapGet("/people/me/keys/statement", (string publicKey, HttpContext call) =>
            Problems.Answer(desks.Roster.ProposeKey(ControlApi.Asks(call), publicKey)));
        api.MapPost("/people/me/keys", (PersonKeyBody body, HttpContext call, CancellationToken token) =>
            AddKeyAsync(desks, body, ControlApi.Asks(call), token));
    }

    private static Results<Ok<Listing<PersonLine>>, ProblemHttpResult> People(ControlDesks desks, string? asOf)
    {
        var from = Standpoint.Of(desks.Log, asOf, desks.Time.GetUtcNow());
        return from.Fault is { } fault
            ? Problems.Of(fault)
            : TypedResults.Ok(new Listing<PersonLine>(
                [.. from.Value.State.Roster.People.Values.Select(p => Line(desks, p))]));
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

    private static async Task<Results<Ok<Invited>, ProblemHttpResult>> AddAsync(
        ControlDesks desks, PersonBody body, Principal asks, CancellationToken cancellationToken)
    {
        Unsigned? unsigned = null;
        var answer = await desks.Roster.AddAsync(
            asks, body.Name, body.Mail, body.Roles, body.Envelope, u => unsigned = u, cancellationToken);
        return answer.Fault is { } fault && unsigned is { } waits
            ? Problems.Of(fault, ("payload", waits.Proposal.Payload), ("payloadType", waits.Proposal.PayloadType))
            : Problems.Answer(answer);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeactivateAsync(
        ControlDesks desks, string id, ReasonBody body, Principal asks, CancellationToken cancellationToken) =>
        await desks.Roster.DeactivateAsync(asks, id, body.Reason, cancellationToken) is { } fault
            ? Problems.Of(fault)
            : TypedResults.NoContent();

    private static async Task<Results<Ok<KeyAnswer>, ProblemHttpResult>> AddKeyAsync(
        ControlDesks desks, PersonKeyBody body, Principal asks, CancellationToken cancellationToken)
    {
        var answer = await desks.Roster.AddKeyAsync(asks, body.PublicKey, body.Envelope, cancellationToken);
        return answer.Fault is { } fault ? Problems.Of(fault) : TypedResults.Ok(new KeyAnswer(answer.Value));
    }

    private static PersonLine Line(ControlDesks desks, Person person) => new(
        person.Id, desks.Directory.NameOf(person.Id), desks.Directory.Find(person.Id)?.Mail, [.. person.Roles],
        person.Active, [.. person.Keys.Select(k => k.KeyId)], person.Invite is not null, person.Bootstrap,
        person.Since);
}
