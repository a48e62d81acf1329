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
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/gate", (string? digest, string? environment, HttpContext call) =>
            Ask(desks, ControlApi.Asks(call), digest, environment));
        api.MapPost("/admission", (string? environment, HttpContext call, CancellationToken token) =>
            AdmissionApi.ReviewAsync(desks, environment, call, token));
        api.MapGet("/manifest.schema.json", () => TypedResults.Bytes(
            ManifestJsonSchema.ToBytes(), "application/schema+json")).Anonymous();
    }

    private static Results<Ok<GateAnswer>, ProblemHttpResult> Ask(
        ControlDesks desks, Principal asks, string? digest, string? environment)
    {
        if (digest is null || !Digest.IsWellFormed(digest))
        {
            return Problems.Of(new GovernanceFault(
                FaultKind.Invalid, "provost.gate.digest", "digest names no release.",
                "Give sha256: and 64 lower-case hexadecimal digits; provost plan --offline prints it.").At("digest"));
        }

        if (desks.Log.State.Registry.Releases.Any(r => r.Digest == digest && !asks.Covers(r.System)))
            return Problems.Of(AutomationErrors.OutOfScope());

        return string.IsNullOrWhiteSpace(environment)
            ? Problems.Of(new GovernanceFault(
                FaultKind.Invalid, "provost.gate.environment", "No environment is named.",
                "Give environment, as environment=production.").At("environment"))
            : TypedResults.Ok(ReleaseGate.Ask(desks.Log.State, digest, environment, desks.Time.GetUtcNow()));
    }
}
