using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Evaluations;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Rollbacks;

/// <param name="Leaving">The release that the rollback leaves, version or digest; null for the newest.</param>
internal sealed record RollbackRehearsalBody(string Environment = "production", string? Leaving = null);

/// <summary>A rehearsed rollback as lists show it.</summary>
/// <param name="Restores"><c>release</c>, or <c>fallback</c>: the release's declared fallback.</param>
/// <param name="Standing"><c>running</c>, <c>passed</c>, <c>failed</c>, <c>broken</c> or <c>cut</c>.</param>
/// <param name="RestoredMs">Milliseconds from the order to the first answer; null where none came.</param>
/// <param name="CountsUntil">Until when the gate counts it; null where it did not pass or the tier asks for
/// none.</param>
/// <param name="Why">Why it did not pass; null where it did or still runs.</param>
internal sealed record RollbackLine(
    Guid Id, string System, string Environment, string Version, string Release, string Restores, string Standing,
    PersonView By, DateTimeOffset BegunAt, DateTimeOffset? EndedAt, long? RestoredMs, DateTimeOffset? CountsUntil,
    string? Why, IReadOnlyList<RollbackCall> Calls);

/// <summary>Routes of rehearsed rollbacks.</summary>
internal static class RollbackRehearsalApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapPost(
            "/systems/{name}/rollback-rehearsals",
            async (string name, RollbackRehearsalBody body, HttpContext call) =>
            {
                // once begun it is finished: a client that leaves must not leave the lane open
                var done = await desks.Rollbacks.RehearseAsync(
                    ControlApi.Asks(call), name, body.Environment, body.Leaving);
                return Problems.Answer<RollbackLine>(done.Fault is { } fault ? fault : Line(desks, done.Value));
            });
        api.MapGet("/rollback-rehearsals", (
            string? system, string? environment, [AsParameters] PageParameters page) =>
        {
            var found = page.Of(
                [.. desks.Log.State.Rehearsals.Rollbacks],
                r => (system is null || r.Is.System == system)
                    && (environment is null || r.Is.Rollback!.Environment == environment),
                r => r.Id);
            return Problems.Answer<Listing<RollbackLine>>(new Listing<RollbackLine>(
                [.. found.Items.Select(r => Line(desks, r))], found.Next));
        });
    }

    private static RollbackLine Line(ControlDesks desks, Rehearsal rehearsal)
    {
        var (of, aim, state) = (rehearsal.Is, rehearsal.Is.Rollback!, desks.Log.State);
        var days = state.Registry.Find(of.System, aim.Environment) is { } system
            ? ReleaseDuties.Of(system.Tier).RollbackDays
            : null;
        var standing = rehearsal.Standing(desks.Time.GetUtcNow());
        return new RollbackLine(
            rehearsal.Id, of.System, aim.Environment,
            state.Registry.Release(of.System, of.Release)?.Version ?? "", of.Release,
            aim.IsFallback ? "fallback" : "release", standing, desks.Systems.Person(rehearsal.By), rehearsal.At,
            rehearsal.EndedAt, rehearsal.Restored?.RestoredMs,
            standing == "passed" && days is { } counted ? rehearsal.EndedAt!.Value.AddDays(counted) : null,
            rehearsal.Fault ?? rehearsal.Shortfall, rehearsal.Restored?.Calls ?? []);
    }
}
