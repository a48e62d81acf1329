using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Evaluations;

/// <summary>A test in a list.</summary>
/// <param name="Standing"><c>running</c>, <c>passed</c>, <c>failed</c>, <c>broken</c> or <c>cut</c>.</param>
/// <param name="CountsUntil">Until when a result counts; null without one.</param>
internal sealed record RehearsalLine(
    Guid Id, string System, string Version, string Release, string Set, string Standing, PersonView By,
    DateTimeOffset BegunAt, DateTimeOffset? EndedAt, DateTimeOffset? CountsUntil, string? Fault,
    IReadOnlyList<MeasureFact> Measures, IReadOnlyList<string> Shortfalls, IReadOnlyList<string> FailedTests,
    TestJudge? Judge);

/// <param name="Failure">Why it fails; null when it passes.</param>
/// <param name="Judged">What the judge gave, from 0 to 1; null without one or where it gave nothing.</param>
internal sealed record CaseLine(string Id, string? Failure, Guid? Decision, decimal? Judged);

/// <summary>A test with what this life of the server knows of its cases.</summary>
/// <param name="Cases">Empty for a test of an earlier life.</param>
/// <param name="Statement">The signed result, to be verified without this server.</param>
internal sealed record RehearsalDetail(
    RehearsalLine Test, int? Total, int? Done, int? Failing, IReadOnlyList<CaseLine> Cases, JsonElement? Statement);

/// <summary>Routes of tests before approval.</summary>
internal static class RehearsalApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapPost(
            "/systems/{name}/releases/{version}/tests",
            async (string name, string version, HttpContext call, CancellationToken token) =>
            {
                var begun = await desks.Rehearsals.BeginAsync(ControlApi.Asks(call), name, version, token);
                return Problems.Answer<RehearsalDetail>(begun.Fault is { } fault ? fault : Detail(desks, begun.Value));
            });
        api.MapGet("/tests", (string? system, string? version, [AsParameters] PageParameters page) =>
        {
            var release = system is null || version is null
                ? null
                : desks.Log.State.Registry.Version(system, version)?.Digest;
            var found = page.Of(
                [.. desks.Log.State.Rehearsals.Tests],
                r => (system is null || r.Is.System == system) && (version is null || r.Is.Release == release),
                r => r.Id);
            return Problems.Answer<Listing<RehearsalLine>>(new Listing<RehearsalLine>(
                [.. found.Items.Select(r => Line(desks, r))], found.Next));
        });
        api.MapGet("/tests/{id:guid}", (Guid id) => Problems.Answer<RehearsalDetail>(
            desks.Log.State.Rehearsals.Find(id) is { Is.Rollback: null } found
                ? Detail(desks, found)
                : EvaluationErrors.NotOpen()));
    }

    private static RehearsalDetail Detail(ControlDesks desks, Rehearsal rehearsal)
    {
        // The log's end is looked at first: a test that has ended is never shown with a part of its cases.
        var line = Line(desks, rehearsal);
        var progress = desks.Rehearsals.ProgressOf(rehearsal.Id);
        return new RehearsalDetail(
            line, progress?.Total, progress?.Done, progress?.Failing,
            [.. (progress?.Outcomes ?? []).Select(o => new CaseLine(
                o.Case.Id, o.Failure, o.Decision, o.Judged?.Score))],
            rehearsal.Statement);
    }

    private static RehearsalLine Line(ControlDesks desks, Rehearsal rehearsal)
    {
        var (of, result) = (rehearsal.Is, rehearsal.Result);
        return new RehearsalLine(
            rehearsal.Id, of.System, desks.Log.State.Registry.Release(of.System, of.Release)?.Version ?? "", of.Release,
            of.Set ?? "", rehearsal.Standing(desks.Time.GetUtcNow()), desks.Systems.Person(rehearsal.By), rehearsal.At,
            rehearsal.EndedAt, result is null ? null : rehearsal.EndedAt + RehearsalState.Counts, rehearsal.Fault,
            result?.Run.Measures ?? [], result?.Run.Shortfalls ?? [], result?.FailedTests ?? [],
            result?.Run.Judge);
    }
}
