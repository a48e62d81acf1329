using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>Routes of tokens, sessions and sign-ins.</summary>
internal static class CredentialApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/people/me/credentials", (string? kind, HttpContext call) => new Listing<CredentialView>(
            [.. desks.Credentials.Of(ControlApi.Asks(call)).Where(c => kind is null || c.Kind == kind)]));
        api.MapDelete("/people/me/credentials", async Task<Results<NoContent, ProblemHttpResult>> (
            bool? others, HttpContext call, CancellationToken token) =>
            (others == true
                ? await desks.Credentials.EndAllAsync(ControlApi.Asks(call), token)
                : AccessErrors.WhichTokens()) is { } fault
                ? Problems.Of(fault)
                : TypedResults.NoContent());
        api.MapDelete(
            "/people/me/credentials/{id}", (string id, HttpContext call, CancellationToken token) =>
                EndAsync(desks, id, ControlApi.Asks(call), token));
        api.MapGet("/people/services", (string? person, string? system, HttpContext call) =>
            Programs(desks, ControlApi.Asks(call), person, system));
        api.MapPost("/people/services", async (ServiceTokenOrder order, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Services.MakeAsync(ControlApi.Asks(call), order, token)));
        api.MapDelete("/people/services/{id}", (string id, HttpContext call, CancellationToken token) =>
            EndAsync(desks, id, ControlApi.Asks(call), token));
        api.MapGet(
            "/people/sign-ins", (string? person, string? what, Guid? after, int? limit, HttpContext call) =>
                NamedPage.Unknown("what", what, CredentialDesk.Kinds) is { } unknown
                    ? Problems.Answer<Listing<SignInLine>>(unknown)
                    : Problems.Answer<Listing<SignInLine>>(desks.Credentials.SignIns(
                        ControlApi.Asks(call), new SignInFilter(person, what, after, limit ?? 50))));
    }

    private static Listing<CredentialView> Programs(
        ControlDesks desks, Principal asks, string? person, string? system)
    {
        var whose = Permission.MayReadRoster(desks.Log.State, asks.Person) ? person : asks.Person;
        return new Listing<CredentialView>([.. desks.Credentials.Programs(whose).Where(c =>
            system is null || c.Systems.Contains(system) || c.Systems.Contains(AutomationScope.Every))]);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(
        ControlDesks desks, string id, Principal asks, CancellationToken cancellationToken) =>
        await desks.Credentials.EndAsync(asks, id, cancellationToken) is { } fault
            ? Problems.Of(fault)
            : TypedResults.NoContent();
}
