using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Control.Gate;

/// <summary>Routes of pipelines and clusters. Whoever is signed in may ask.</summary>
internal static class GateApi
{
    /// <summary>As long as the name of an environment can be.</summary>
    internal const int MaxEnvironment = 63;

    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/gate", (string? digest, string? environment, HttpContext call, CancellationToken token) =>
            AskAsync(desks, ControlApi.Asks(call), digest, environment, token));
        api.MapPost("/admission", (string? environment, HttpContext call, CancellationToken token) =>
            AdmissionApi.ReviewAsync(desks, environment, call, token));
        GateBookApi.Map(api, desks);
        api.MapGet("/manifest.schema.json", () => TypedResults.Bytes(
            ManifestJsonSchema.ToBytes(), "application/schema+json")).Anonymous();
    }

    private static async Task<Results<Ok<GateAnswer>, ProblemHttpResult>> AskAsync(
        ControlDesks desks, Principal asks, string? digest, string? environment, CancellationToken cancellationToken)
    {
        if (digest is null || !Digest.IsWellFormed(digest))
        {
            return Problems.Of(new GovernanceFault(
                FaultKind.Invalid, "provost.gate.digest", "digest names no release.",
                "Give sha256: and 64 lower-case hexadecimal digits; provost plan --offline prints it.").At("digest"));
        }

        if (desks.Log.State.Registry.Releases.Any(r => r.Digest == digest && !asks.Covers(r.System)))
            return Problems.Of(AutomationErrors.OutOfScope());

        if (string.IsNullOrWhiteSpace(environment) || environment.Length > MaxEnvironment)
        {
            return Problems.Of(new GovernanceFault(
                FaultKind.Invalid, "provost.gate.environment", "No environment is named.",
                "Give environment, as environment=production.").At("environment"));
        }

        var answer = ReleaseGate.Ask(desks.Log.State, digest, environment, desks.Time.GetUtcNow());
        return await desks.GateBook.WriteAsync(asks, Body(answer), cancellationToken) is { } unrecorded
            ? Problems.Of(unrecorded)
            : TypedResults.Ok(answer);
    }

    private static GateAsked Body(GateAnswer answer) => new()
    {
        By = GateAsked.ByGate,
        Systems = answer.System is { } system ? [system] : [],
        Environment = answer.Environment,
        Releases = [answer.Digest],
        Admitted = answer.Admitted,
        Missing = [.. answer.Missing.Select(m => m.Code).Distinct()],
        Unwritten = 0,
    };
}
