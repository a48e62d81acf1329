using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;

namespace Provost.Control.Signals;

/// <summary>A reading as the API gives it.</summary>
/// <param name="Verdict">OK, BREACH or UNPROVEN.</param>
public sealed record SignalItem(
    string System, string Environment, string Release, Guid Warrant, string Signal, string? Feature, string Measures,
    double? Value, double Low, double High, double Approved, double Limit, string Verdict, long Rows,
    DateTimeOffset? LastSample, DateTimeOffset? Since);

/// <summary><c>/api/signals</c>: each signal beside the threshold that was approved.</summary>
public sealed class SignalEndpoints(
    RequestIdentity identity, GovernanceLog log, SignalEngine engine, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/signals", List);

    private Results<Ok<ApiList<SignalItem>>, ProblemHttpResult> List(HttpContext call, string? system)
    {
        if (identity.Of(call) is not { } asks || !Permission.MayReadEstate(log.State, asks.Person))
            return Problems.Of(identity.Refusal(call));

        var readings = engine.Read(time.GetUtcNow()).Readings
            .Where(r => system is null || r.Key.System == system)
            .Select(Item);
        return TypedResults.Ok(new ApiList<SignalItem>([.. readings]));
    }

    private static SignalItem Item(SignalReading r) => new(
        r.Key.System, r.Key.Environment, r.Key.Release, r.Warrant, r.Signal, r.Feature, r.Measures, r.Value, r.Low,
        r.High, r.Approved, r.Limit, r.Verdict.ToString().ToUpperInvariant(), r.Rows, r.LastSample, r.Since);
}
