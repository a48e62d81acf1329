using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Access.Pipelines;

/// <param name="Person">Id of who answers for its runs.</param>
internal sealed record PipelineTrustBody(
    string Person, string Issuer, string Keys, string Audience, string Repository, string Workflow, string Ref,
    string System, IReadOnlyList<string> Verbs, string? Subject = null, string Reason = "")
{
    public PipelineTrusted Says(DateTimeOffset now) => new()
    {
        Person = Person,
        Trust = Guid.CreateVersion7(now),
        Issuer = Issuer,
        Keys = Keys,
        Audience = Audience,
        Repository = Repository,
        Workflow = Workflow,
        Ref = Ref,
        Subject = Subject,
        System = System,
        Verbs = [.. Verbs.Order(StringComparer.Ordinal)],
    };
}

internal sealed record PipelineLine(
    Guid Trust, PersonView Person, string Issuer, string Keys, string Audience, string Repository, string Workflow,
    string Ref, string? Subject, string System, IReadOnlyList<string> Verbs, DateTimeOffset Since);

/// <summary>Routes of pipelines: whom two persons trust, and the way in for their runs.</summary>
internal static class PipelineApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapPost("/sessions/ci", (PipelineProof body, HttpContext call, CancellationToken token) =>
            EnterAsync(desks, body, call, token)).Anonymous();
        api.MapGet("/people/pipelines", (string? system) => new Listing<PipelineLine>(
        [
            .. desks.Log.State.Roster.Pipelines.Trusts.Values
                .Where(t => system is null || t.Says.System == system)
                .OrderByDescending(t => t.Since).Select(t => Line(desks, t)),
        ]));
        api.MapPost(
            "/people/pipelines", async (PipelineTrustBody body, HttpContext call, CancellationToken token) =>
                PeopleApi.Answer(desks, await desks.Roster.TrustAsync(
                    ControlApi.Asks(call), body.Says(desks.Time.GetUtcNow()), body.Reason, token)));
        api.MapDelete(
            "/people/pipelines/{id:guid}",
            async Task<Results<NoContent, ProblemHttpResult>> (Guid id, HttpContext call, CancellationToken token) =>
                await desks.Pipelines.EndAsync(ControlApi.Asks(call), id, token) is { } fault
                    ? Problems.Of(fault)
                    : TypedResults.NoContent());
    }

    private static async Task<Results<Ok<PipelineSession>, ProblemHttpResult>> EnterAsync(
        ControlDesks desks, PipelineProof proof, HttpContext call, CancellationToken cancellationToken)
    {
        var entered = await desks.Pipelines.EnterAsync(proof, cancellationToken);
        if (entered.Fault is { } fault)
            desks.SignIns.Failed(call, WayIn.Pipeline, fault);

        return Problems.Answer(entered);
    }

    private static PipelineLine Line(ControlDesks desks, PipelineTrust trust)
    {
        var says = trust.Says;
        return new PipelineLine(
            says.Trust, new PersonView(says.Person, desks.Directory.NameOf(says.Person)), says.Issuer, says.Keys,
            says.Audience, says.Repository, says.Workflow, says.Ref, says.Subject, says.System, says.Verbs,
            trust.Since);
    }
}
