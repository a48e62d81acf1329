using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Warrants;

namespace Provost.Control.Exceptions;

internal sealed record ExceptionAskBody(ExceptionContent Content, JsonElement Envelope);

internal sealed record ExceptionSignBody(JsonElement Envelope);

internal sealed record ExceptionEndBody(string Reason);

/// <summary>An exception as the API shows it.</summary>
/// <param name="Standing"><c>asked</c>, <c>in force</c>, <c>revoked</c> or <c>over</c>.</param>
internal sealed record ExceptionView(
    Guid Id, string System, string Environment, string Scope, string Reason, string Standing, DateTimeOffset Until,
    PersonView AskedBy, DateTimeOffset AskedAt, PersonView? GrantedBy, DateTimeOffset? GrantedAt, PersonView? EndedBy,
    DateTimeOffset? EndedAt, string? EndReason);

/// <summary>One exception with the number of decisions made under it, as far as the index has come.</summary>
internal sealed record ExceptionDetail(ExceptionView Exception, ExceptionContent Content, long Decisions);

/// <summary>Routes of exceptions.</summary>
internal static class ExceptionApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/exceptions", (string? system, bool? inForce, [AsParameters] PageParameters page) =>
        {
            var now = desks.Time.GetUtcNow();
            var found = page.Of(
                desks.Log.State.Exceptions.All,
                e => (system is null || e.Content.System == system)
                    && (inForce is null || e.IsInForce(now) == inForce),
                e => e.Id);
            return Problems.Answer<Listing<ExceptionView>>(
                new Listing<ExceptionView>([.. found.Items.Select(e => View(desks, e, now))], found.Next));
        });
        api.MapGet("/exceptions/{id:guid}", async (Guid id, CancellationToken token) =>
            Problems.Answer(await DetailAsync(desks, id, token)));
        api.MapPost(
            "/exceptions/proposal",
            async (ExceptionOrder order, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Exceptions.ProposeAsync(ControlApi.Asks(call), order, token)));
        api.MapPost("/exceptions", async (ExceptionAskBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Exceptions.AskAsync(
                ControlApi.Asks(call), body.Content, body.Envelope, token)));
        api.MapGet("/exceptions/{id:guid}/signature", (Guid id, HttpContext call) =>
            Problems.Answer(desks.Exceptions.ProposeGrant(ControlApi.Asks(call), id)));
        api.MapPost(
            "/exceptions/{id:guid}/signature",
            async (Guid id, ExceptionSignBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Exceptions.GrantAsync(ControlApi.Asks(call), id, body.Envelope, token)));
        api.MapPost(
            "/exceptions/{id:guid}/end",
            async (Guid id, ExceptionEndBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Exceptions.EndAsync(ControlApi.Asks(call), id, body.Reason, token)));
    }

    private static async Task<Answer<ExceptionDetail>> DetailAsync(
        ControlDesks desks, Guid id, CancellationToken cancellationToken) =>
        desks.Log.State.Exceptions.Find(id) is { } found
            ? new ExceptionDetail(
                View(desks, found, desks.Time.GetUtcNow()), found.Content,
                await desks.DecisionsUnder(id, cancellationToken))
            : ExceptionErrors.NotStanding();

    private static ExceptionView View(ControlDesks desks, GovernedException exception, DateTimeOffset now)
    {
        var content = exception.Content;
        return new ExceptionView(
            content.Id, content.System, content.Environment, content.Scope(), content.Reason, exception.Standing(now),
            content.Until, desks.Systems.Person(exception.Asked.Person), exception.Asked.At,
            exception.Granted is { } granted ? desks.Systems.Person(granted.Person) : null, exception.Granted?.At,
            exception.EndedBy is { } ended ? desks.Systems.Person(ended) : null, exception.EndedAt,
            exception.EndReason);
    }
}
