using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Handovers;

internal sealed record OfferBody(HandoverOffered Says, JsonElement Envelope, string Reason = "");

internal sealed record AcceptanceBody(JsonElement Envelope);

internal sealed record RehearsalBody(string Environment = "production");

/// <summary>An office as the API lists it.</summary>
internal sealed record OwnerView(
    string Id, string System, string Environment, string Unit, string Tier, string Office, PersonView Person,
    string State, DateTimeOffset Since, DateTimeOffset? LeftAt, PersonView? Offered, DateTimeOffset? Reached,
    DateTimeOffset? Rehearsed, DateTimeOffset? SuspendsAt);

/// <summary>Routes of ownership.</summary>
internal static class HandoverApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/owners", (
            string? state, string? system, string? person, string? asOf, [AsParameters] NamedPage page) =>
        {
            var from = Standpoint.Of(desks.Log, asOf, desks.Time.GetUtcNow());
            return (from.Fault ?? NamedPage.Unknown("state", state, OwnerLine.States)) is { } fault
                ? Problems.Answer<Listing<OwnerView>>(fault)
                : Problems.Answer(page.Of(
                    [.. OwnerList.Of(from.Value.State, from.Value.At).Select(l => View(desks, l))],
                    v => (state is null || v.State == state) && (system is null || v.System == system)
                        && (person is null || v.Person.Person == person || v.Offered?.Person == person),
                    v => v.Id));
        });
        api.MapPost(
            "/systems/{name}/handover/proposal",
            async (string name, HandoverWish wish, CancellationToken token) =>
                Problems.Answer(await desks.Handovers.ProposeAsync(name, wish, token)));
        api.MapPost(
            "/systems/{name}/handover",
            async (string name, OfferBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Handovers.OfferAsync(
                    ControlApi.Asks(call), name, body.Says, body.Envelope, body.Reason, token)));
        api.MapGet("/systems/{name}/acceptance", (string name, HttpContext call) =>
            Problems.Answer(desks.Handovers.ProposeAcceptance(ControlApi.Asks(call), name)));
        api.MapPost(
            "/systems/{name}/acceptance",
            async (string name, AcceptanceBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Handovers.AcceptAsync(ControlApi.Asks(call), name, body.Envelope, token)));
        api.MapPost(
            "/systems/{name}/rehearsals",
            async (string name, RehearsalBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Handovers.RehearseAsync(
                    ControlApi.Asks(call), new SystemKey(name, body.Environment), token)));
    }

    private static OwnerView View(ControlDesks desks, OwnerLine line) => new(
        $"{line.Key}/{line.Office}", line.Key.System, line.Key.Environment, line.Unit, line.Tier, line.Office,
        desks.Systems.Person(line.Person), line.State, line.Since, line.LeftAt,
        line.Offered is { } offered ? desks.Systems.Person(offered) : null, line.Reached, line.Rehearsed,
        line.SuspendsAt);
}
