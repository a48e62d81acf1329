using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access.Passkeys;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Access;

internal sealed record PersonBody(string Name, string Mail, IReadOnlyList<string> Roles);

internal sealed record PersonKeyBody(string PublicKey, JsonElement? Envelope = null);

internal sealed record ChangeBody(
    string Change, IReadOnlyList<string>? Roles = null, string? Key = null, string Reason = "");

internal sealed record EnvelopeBody(JsonElement Envelope);

/// <summary>A person's key. Its signatures count from <c>From</c> on.</summary>
/// <param name="Kind"><c>file</c> or <c>passkey</c>.</param>
internal sealed record KeyView(
    string Id, string Kind, DateTimeOffset Since, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>A person of the roster. Address, keys and standing are shown to who may read the roster, and to the person
/// themself; others get null and empty lists.</summary>
internal sealed record PersonLine(
    string Person, string Name, string? Mail, IReadOnlyList<string> Roles, bool Active, IReadOnlyList<KeyView> Keys,
    IReadOnlyList<KeyView> FormerKeys, bool Invited, bool Bootstrap, DateTimeOffset Since);

/// <summary>A change that waits, with what everybody signs: exactly the bytes of <c>Payload</c>, whose <c>after</c> is
/// the digest of <c>Body</c> in canonical JSON.</summary>
internal sealed record WaitingView(
    Guid Id, string Change, PersonView Person, PersonView By, string? Reason, DateTimeOffset Asked,
    DateTimeOffset Until, IReadOnlyList<PersonView> SignedBy, int Needed, JsonElement Body, string Payload,
    string PayloadType);

/// <summary>Done when <c>Waiting</c> is null (200), else it waits for signatures (202).</summary>
internal sealed record ChangeAnswer(string Person, string? Invite, DateTimeOffset? Expires, WaitingView? Waiting);

/// <param name="From">From when on its signatures count; null while it waits.</param>
internal sealed record KeyAnswer(string Id, DateTimeOffset? From, WaitingView? Waiting);

internal sealed record BootstrapAnswer(bool Open, DateTimeOffset Ends, int ApproversWithKeys, Proposal? Reopening);

/// <summary>Routes of the roster.</summary>
internal static class PeopleApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/people", (string? asOf, string? role, bool? active, HttpContext call) =>
            List(desks, ControlApi.Asks(call), asOf, role, active));
        api.MapPost("/people", async (PersonBody body, HttpContext call, CancellationToken token) => Answer(
            desks,
            await desks.Roster.AddAsync(ControlApi.Asks(call), body.Name, body.Mail, body.Roles, token)));
        api.MapPost(
            "/people/{id}/changes",
            async (string id, ChangeBody body, HttpContext call, CancellationToken token) => Answer(
                desks,
                await desks.Roster.ChangeAsync(
                    ControlApi.Asks(call), id, new RosterRequest(body.Change, body.Roles, body.Key, body.Reason),
                    token)));
        api.MapGet("/people/changes", (HttpContext call) => Changes(desks, ControlApi.Asks(call)));
        api.MapPost(
            "/people/changes/{id:guid}/signatures",
            async (Guid id, EnvelopeBody body, HttpContext call, CancellationToken token) => Answer(
                desks, await desks.Roster.SignAsync(ControlApi.Asks(call), id, body.Envelope, token)));
        api.MapDelete(
            "/people/changes/{id:guid}",
            async Task<Results<NoContent, ProblemHttpResult>> (Guid id, HttpContext call, CancellationToken token) =>
                await desks.Roster.WithdrawAsync(ControlApi.Asks(call), id, token) is { } fault
                    ? Problems.Of(fault)
                    : TypedResults.NoContent());
        api.MapGet("/people/bootstrap", (HttpContext call) => Bootstrap(desks, ControlApi.Asks(call)));
        api.MapPost(
            "/people/bootstrap",
            async Task<Results<Ok<BootstrapAnswer>, ProblemHttpResult>> (
                EnvelopeBody body, HttpContext call, CancellationToken token) =>
                (await desks.Roster.ReopenAsync(ControlApi.Asks(call), body.Envelope, token)).Fault is { } fault
                    ? Problems.Of(fault)
                    : Bootstrap(desks, ControlApi.Asks(call)));
        api.MapGet("/people/me/keys/statement", (string publicKey, HttpContext call) =>
            Problems.Answer(desks.Roster.ProposeKey(ControlApi.Asks(call), publicKey)));
        api.MapGet("/people/me/passkeys", (HttpContext call) => desks.Passkeys.OptionsFor(ControlApi.Asks(call)));
        api.MapPost("/people/me/keys", (PersonKeyBody body, HttpContext call, CancellationToken token) =>
            AddKeyAsync(desks, body, ControlApi.Asks(call), token));
    }

    private static Results<Ok<Listing<PersonLine>>, ProblemHttpResult> List(
        ControlDesks desks, Principal asks, string? asOf, string? role, bool? active)
    {
        var from = Standpoint.Of(desks.Log, asOf, desks.Time.GetUtcNow());
        var all = Permission.MayReadRoster(desks.Log.State, asks.Person);
        return from.Fault is { } fault
            ? Problems.Of(fault)
            : TypedResults.Ok(new Listing<PersonLine>(
            [
                .. from.Value.State.Roster.People.Values
                    .Where(p => (role is null || p.Roles.Contains(role)) && (active is null || p.Active == active))
                    .Select(p => all || p.Id == asks.Person ? Line(desks, p) : Short(desks, p)),
            ]));
    }

    /// <summary>What waits: everything for who may read the roster, else what concerns the person or was asked by
    /// them.</summary>
    private static Results<Ok<Listing<WaitingView>>, ProblemHttpResult> Changes(ControlDesks desks, Principal asks)
    {
        var waiting = desks.Roster.Waiting;
        if (!Permission.MayReadRoster(desks.Log.State, asks.Person))
        {
            waiting = [.. waiting.Where(w => w.Person == asks.Person || w.By == asks.Person)];
            if (waiting.Count == 0)
                return Problems.Of(AccessErrors.RosterClosed());
        }

        return TypedResults.Ok(new Listing<WaitingView>([.. waiting.Select(w => View(desks, w))]));
    }

    private static Ok<BootstrapAnswer> Bootstrap(ControlDesks desks, Principal asks)
    {
        var (state, now) = (desks.Log.State, desks.Time.GetUtcNow());
        var proposal = desks.Roster.ProposeReopening(asks);
        return TypedResults.Ok(new BootstrapAnswer(
            state.Roster.IsBootstrap(state.Founded, now), state.Roster.BootstrapEnds(state.Founded),
            state.Roster.ApproversWithKeys(now), proposal.Fault is null ? proposal.Value : null));
    }

    internal static Results<Ok<ChangeAnswer>, Accepted<ChangeAnswer>, ProblemHttpResult> Answer(
        ControlDesks desks, Answer<RosterAnswer> answer)
    {
        if (answer.Fault is { } fault)
            return Problems.Of(fault);

        var (person, invite, expires, waits) = answer.Value;
        return waits is null
            ? TypedResults.Ok(new ChangeAnswer(person, invite, expires, null))
            : TypedResults.Accepted(
                (string?)null, new ChangeAnswer(person, invite, expires, View(desks, waits)));
    }

    private static async Task<Results<Ok<KeyAnswer>, Accepted<KeyAnswer>, ProblemHttpResult>> AddKeyAsync(
        ControlDesks desks, PersonKeyBody body, Principal asks, CancellationToken cancellationToken)
    {
        var answer = await desks.Roster.AddKeyAsync(asks, body.PublicKey, body.Envelope, cancellationToken);
        if (answer.Fault is { } fault)
            return Problems.Of(fault);

        if (answer.Value.Waiting is { } waits)
        {
            var asked = waits.Draft.Body.Deserialize(GovernanceJson.Default.RosterChanged)!;
            var key = SignatureKey.TryRead(asked.Key)!;
            return TypedResults.Accepted((string?)null, new KeyAnswer(key.KeyId, null, View(desks, waits)));
        }

        var held = desks.Log.State.Roster.People[asks.Person].Keys[^1];
        return TypedResults.Ok(new KeyAnswer(held.Key.KeyId, held.From, null));
    }

    private static WaitingView View(ControlDesks desks, WaitingChange waits) => new(
        waits.Id, waits.Change, new PersonView(waits.Person, waits.NewName ?? desks.Directory.NameOf(waits.Person)),
        Named(desks, waits.By), waits.Reason, waits.Asked, waits.Until,
        [.. waits.SignedBy.Select(p => Named(desks, p))], Needed: 2, waits.Draft.Body,
        Convert.ToBase64String(waits.Payload), Statement<ActPredicate>.PayloadType);

    private static PersonView Named(ControlDesks desks, string person) => new(person, desks.Directory.NameOf(person));

    private static PersonLine Line(ControlDesks desks, Person person) => new(
        person.Id, desks.Directory.NameOf(person.Id), desks.Directory.Find(person.Id)?.Mail, [.. person.Roles],
        person.Active, [.. person.Keys.Select(View)], [.. person.FormerKeys.Select(View)], person.Invite is not null,
        person.Bootstrap, person.Since);

    /// <summary>Who that is, for everyone: no address, no keys.</summary>
    private static PersonLine Short(ControlDesks desks, Person person) => new(
        person.Id, desks.Directory.NameOf(person.Id), null, [.. person.Roles], person.Active, [], [], false, false,
        person.Since);

    private static KeyView View(PersonKey key) => new(
        key.Key.KeyId, key.Key is PasskeyPublicKey ? "passkey" : "file", key.Since, key.From, key.Until);
}
