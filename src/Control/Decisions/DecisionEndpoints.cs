using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Storage;

namespace Provost.Control.Decisions;

/// <summary>A list as the API gives it: items, and the cursor of the next page or null.</summary>
public sealed record ApiList<T>(IReadOnlyList<T> Items, string? Next = null);

/// <summary>The filters of a request, as text; the same for lists, exports and bundles.</summary>
public sealed record DecisionParameters(
    string? System = null, string? Environment = null, string? Model = null, string? Outcome = null,
    string? Code = null, string? Cohort = null, string? Since = null, string? Until = null, string? Key = null,
    string? Release = null, string? Exception = null, string? Adoption = null)
{
    /// <summary>The filter, or which parameter is wrong.</summary>
    public Answer<DecisionFilter> ToFilter()
    {
        var (from, to) = (Instant(Since), Instant(Until));
        if ((Since is not null && from is null) || (Until is not null && to is null))
        {
            return new GovernanceFault(
                FaultKind.Invalid, "provost.bad_request", "An instant cannot be read.",
                "Write RFC 3339, as 2026-11-21T09:00:00Z.").At(from is null && Since is not null ? "since" : "until");
        }

        return new DecisionFilter
        {
            System = System,
            Environment = Environment,
            Model = Model,
            Outcome = Outcome,
            Code = Code,
            Cohort = Cohort?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
            From = from,
            To = to,
            CallerKey = Key,
            Release = Release,
            Exception = Exception,
            Adoption = Adoption,
        };
    }

    private static DateTimeOffset? Instant(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
        ? instant.ToUniversalTime()
        : null;
}

/// <summary><c>/api/decisions</c>: lists, counts by group and exports, for compliance, and for owners of their own
/// systems.</summary>
public sealed class DecisionEndpoints(
    RequestIdentity identity, GovernanceLog log, DecisionQuery query, DecisionExport export, ExportDesk exports)
{
    private const int DefaultPage = 50;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/decisions", ListAsync);
        routes.MapGet("/api/decisions/export", ExportAsync);
        routes.MapGet("/api/decisions/groups", GroupsAsync);
    }

    /// <summary>The filter narrowed to what the caller may read, or why nothing.</summary>
    public Answer<DecisionFilter> Authorise(HttpContext call, DecisionParameters parameters)
    {
        if (identity.Of(call) is not { } asks)
            return identity.Refusal(call);

        var (state, filter) = (log.State, parameters.ToFilter());
        if (filter.Fault is not null)
            return filter;

        if (!Permission.MayReadDecisions(state, asks.Person, filter.Value.System))
        {
            return new GovernanceFault(
                FaultKind.Forbidden, "provost.decisions.not_yours", "These decisions are not yours to read.",
                "Compliance, reviewers and auditors read all; an owner names a system of theirs with system=.");
        }

        var release = ReleaseName.Resolve(state, filter.Value.System, filter.Value.Release);
        return release.Fault is { } unknown ? unknown : filter.Value with { Release = release.Value };
    }

    private async Task<Results<Ok<GroupedDecisions>, ProblemHttpResult>> GroupsAsync(
        HttpContext call, [AsParameters] DecisionParameters parameters, string? by,
        CancellationToken cancellationToken)
    {
        var filter = Authorise(call, parameters);
        if (filter.Fault is { } fault)
            return Problems.Of(fault);

        if (!DecisionGroups.Knows(by ?? "outcome"))
        {
            return Problems.Of(new GovernanceFault(
                FaultKind.Invalid, "provost.bad_request", "Decisions are not grouped by that.",
                $"Write one of {string.Join(", ", DecisionGroups.Kinds)}.").At("by"));
        }

        try
        {
            return TypedResults.Ok(await query.GroupAsync(filter.Value, by ?? "outcome", cancellationToken));
        }
        catch (DatabaseDownException down)
        {
            return Problems.Of(DatabaseDown(down));
        }
    }

    private async Task<Results<Ok<ApiList<DecisionRow>>, ProblemHttpResult>> ListAsync(
        HttpContext call, [AsParameters] DecisionParameters parameters, int? limit, string? after,
        CancellationToken cancellationToken)
    {
        var filter = Authorise(call, parameters);
        if (filter.Fault is { } fault)
            return Problems.Of(fault);

        var size = Math.Clamp(limit ?? DefaultPage, 1, DecisionQuery.LargestPage);
        try
        {
            var page = await query.PageAsync(filter.Value, DecisionCursor.Parse(after), size, cancellationToken);
            return TypedResults.Ok(new ApiList<DecisionRow>(page.Rows, page.Next?.ToString()));
        }
        catch (DatabaseDownException down)
        {
            return Problems.Of(DatabaseDown(down));
        }
    }

    private async Task<Results<EmptyHttpResult, ProblemHttpResult>> ExportAsync(
        HttpContext call, [AsParameters] DecisionParameters parameters, string? format,
        CancellationToken cancellationToken)
    {
        var filter = Authorise(call, parameters);
        if (filter.Fault is { } fault)
            return Problems.Of(fault);

        var isJson = format == "json";
        var words = call.Request.Query.Select(q => $"{q.Key}={q.Value}").Order(StringComparer.Ordinal).ToList();
        try
        {
            if (await exports.RecordAsync(identity.Of(call)!.Person, words, filter.Value, cancellationToken) is { } no)
                return Problems.Of(no);

            call.Response.ContentType = isJson ? "application/json" : "text/csv; charset=utf-8";
            call.Response.Headers.ContentDisposition = $"attachment; filename=decisions.{(isJson ? "json" : "csv")}";
            await (isJson
                ? export.WriteJsonAsync(filter.Value, call.Response.Body, cancellationToken)
                : export.WriteCsvAsync(filter.Value, call.Response.Body, cancellationToken));
        }
        catch (DatabaseDownException down) when (!call.Response.HasStarted)
        {
            return Problems.Of(DatabaseDown(down));
        }

        return TypedResults.Empty;
    }

    /// <summary>The refusal of everything that needs the index while it is away.</summary>
    internal static GovernanceFault DatabaseDown(DatabaseDownException down) => new(
        FaultKind.Unavailable, "provost.database_down", down.Message,
        "Serving and recording go on; ask again when /readyz says that the database is up.");
}
