using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Storage;

namespace Provost.Control.Found;

/// <summary>An unregistered caller and the person who looks into it.</summary>
/// <param name="Triager">A named person; "nobody" is a finding of its own.</param>
public sealed record FoundItem(
    string Source, string? UserAgent, string? Model, long Count, long Bytes, DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen, string Triager);

/// <summary><c>/api/found</c>: what runs that nobody approved.</summary>
public sealed class FoundEndpoints(
    RequestIdentity identity, GovernanceLog log, FoundCallers callers, Func<string> triager, TimeProvider time)
{
    private const int AtMost = 500;

    /// <summary>How far back the list looks.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/found", ListAsync);

    private async Task<Results<Ok<ApiList<FoundItem>>, ProblemHttpResult>> ListAsync(
        HttpContext call, CancellationToken cancellationToken)
    {
        if (identity.Of(call) is not { } asks || !Permission.MayReadEstate(log.State, asks.Person))
            return Problems.Of(identity.Refusal(call));

        try
        {
            var found = await callers.ListAsync(time.GetUtcNow() - Window, AtMost, cancellationToken);
            var person = triager();
            return TypedResults.Ok(new ApiList<FoundItem>([.. found.Select(f => new FoundItem(
                f.Source, f.UserAgent, f.Model, f.Count, f.Bytes, f.FirstSeen, f.LastSeen, person))]));
        }
        catch (DatabaseDownException down)
        {
            return Problems.Of(DecisionEndpoints.DatabaseDown(down));
        }
    }
}
