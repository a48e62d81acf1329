using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Intake.Editions;

internal sealed record EditionSignBody(string File, string Edition, JsonElement Envelope);

/// <summary>Who brought and who signed an edition; the one of the build has neither.</summary>
internal sealed record EditionLine(
    int Edition, string Source, string? Digest, PersonView? ProposedBy, DateTimeOffset? ProposedAt,
    PersonView? AppliedBy, DateTimeOffset? AppliedAt, bool InForce);

/// <summary>One edition, whole.</summary>
/// <param name="Document">As its file says it: a start for the next edition.</param>
/// <param name="Editions">Every edition, oldest first.</param>
/// <param name="Waiting">What was brought and waits for a second person; null while nothing does.</param>
internal sealed record TaxonomyAnswer(
    EditionLine Edition, JsonElement Document, IReadOnlyList<EditionLine> Editions, EditionLine? Waiting);

/// <summary>Routes of the taxonomy.</summary>
internal static class TaxonomyApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/taxonomy", (int? edition) => Problems.Answer(Show(desks, edition)));
        api.MapPost("/taxonomy/plan", (EditionRequest request, HttpContext call) =>
            Problems.Answer(Permission.MayReadEstate(desks.Log.State, ControlApi.Asks(call).Person)
                ? desks.Taxonomy.Plan(request)
                : AccessErrors.NoSuchPerson()));
        api.MapPost("/taxonomy/proposal", (EditionRequest request, HttpContext call) =>
            Problems.Answer(desks.Taxonomy.Propose(ControlApi.Asks(call), request)));
        api.MapPost("/taxonomy", async (EditionSignBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Taxonomy.SignAsync(
                ControlApi.Asks(call), new EditionRequest(body.File, body.Edition), body.Envelope, token)));
    }

    private static Answer<TaxonomyAnswer> Show(ControlDesks desks, int? number)
    {
        var state = desks.Log.State.Taxonomies;
        var shown = number is { } named ? state.Find(named) : state.Editions[^1];
        return shown is null
            ? TaxonomyErrors.Unknown(number!.Value)
            : new TaxonomyAnswer(
                Line(desks, shown), shown.Rules.ToJson(), [.. state.Editions.Select(e => Line(desks, e))],
                state.Waiting(desks.Time.GetUtcNow()) is { } waiting ? Line(desks, waiting) : null);
    }

    private static EditionLine Line(ControlDesks desks, TaxonomyEdition edition) => new(
        edition.Rules.Edition, edition.Rules.Source, edition.Digest,
        edition.ProposedBy is { } by ? desks.Systems.Person(by) : null, edition.ProposedAt,
        edition.AppliedBy is { } second ? desks.Systems.Person(second) : null, edition.AppliedAt,
        edition == desks.Log.State.Taxonomies.Editions[^1]);
}
