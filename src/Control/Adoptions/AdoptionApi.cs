using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Warrants;

namespace Provost.Control.Adoptions;

internal sealed record AdoptionSignBody(AdoptionContent Content, JsonElement Envelope);

internal sealed record AdoptionConfirmBody(JsonElement Envelope);

internal sealed record AdoptionEndBody(string Reason);

/// <summary>An adoption as the API and the console show it.</summary>
/// <param name="Standing"><c>asked</c>, <c>in force</c>, <c>ended</c> or <c>over</c>.</param>
/// <param name="Passes">Whether calls pass under it now: in force, its owners there and its tier as it was.</param>
/// <param name="SignedBy">In the order of signing; a renewal has two.</param>
/// <param name="Latest">The latest end that the days in a row leave.</param>
public sealed record AdoptionView(
    Guid Id, string System, string Environment, string Provider, string Reason, string Standing, bool Passes,
    DateTimeOffset Since, DateTimeOffset Until, DateTimeOffset Latest, Guid? Renews,
    IReadOnlyList<PersonView> SignedBy, PersonView? EndedBy, DateTimeOffset? EndedAt, string? EndReason)
{
    internal static AdoptionView Of(GovernanceState state, Adoption adoption, SystemViews views, DateTimeOffset now)
    {
        var content = adoption.Content;
        return new AdoptionView(
            content.Id, content.System, content.Environment, content.Provider, content.Reason, adoption.Standing(now),
            AdoptionState.Passing(state, adoption.Key, now)?.Id == adoption.Id, content.Since, content.Until,
            content.Since + AdoptionContent.Longest, content.Renews,
            [.. adoption.Signatures.Select(s => views.Person(s.Person))],
            adoption.EndedBy is { } ended ? views.Person(ended) : null, adoption.EndedAt, adoption.EndReason);
    }
}

/// <summary>Routes of adoptions.</summary>
internal static class AdoptionApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/adoptions", (string? system, bool? inForce, [AsParameters] PageParameters page) =>
        {
            var (state, now) = (desks.Log.State, desks.Time.GetUtcNow());
            var found = page.Of(
                state.Adoptions.All,
                a => (system is null || a.Content.System == system)
                    && (inForce is null || a.IsInForce(now) == inForce),
                a => a.Id);
            return Problems.Answer<Listing<AdoptionView>>(new Listing<AdoptionView>(
                [.. found.Items.Select(a => AdoptionView.Of(state, a, desks.Systems, now))], found.Next));
        });
        api.MapGet("/adoptions/{id:guid}", (Guid id) => Problems.Answer(One(desks, id)));
        api.MapPost("/adoptions/proposal", (AdoptionOrder order, HttpContext call) =>
            Problems.Answer(desks.Adoptions.Propose(ControlApi.Asks(call), order)));
        api.MapPost("/adoptions", async (AdoptionSignBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Adoptions.SignAsync(
                ControlApi.Asks(call), body.Content, body.Envelope, token)));
        api.MapGet("/adoptions/{id:guid}/signature", (Guid id, HttpContext call) =>
            Problems.Answer(desks.Adoptions.ProposeConfirmation(ControlApi.Asks(call), id)));
        api.MapPost(
            "/adoptions/{id:guid}/signature",
            async (Guid id, AdoptionConfirmBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Adoptions.ConfirmAsync(ControlApi.Asks(call), id, body.Envelope, token)));
        api.MapPost(
            "/adoptions/{id:guid}/end",
            async (Guid id, AdoptionEndBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Adoptions.EndAsync(ControlApi.Asks(call), id, body.Reason, token)));
    }

    private static Answer<AdoptionView> One(ControlDesks desks, Guid id) =>
        desks.Log.State.Adoptions.Find(id) is { } found
            ? AdoptionView.Of(desks.Log.State, found, desks.Systems, desks.Time.GetUtcNow())
            : AdoptionErrors.NotStanding();
}
