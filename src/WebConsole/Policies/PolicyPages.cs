using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Intake.Editions;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Policies;

/// <summary>The route <c>/policies</c>: the taxonomy in force in plain words, its editions and who signed them, and
/// what an edition that waits would do. Editions are signed at the command line.</summary>
internal static class PolicyPages
{
    public static void MapPolicies(this IEndpointRouteBuilder routes) => routes.MapGet("/policies", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var state = ports.Governance();
        var asked = call.Request.Query["edition"];
        var shown = asked.Count == 0
            ? state.Taxonomies.Editions[^1]
            : int.TryParse(asked, out var number) ? state.Taxonomies.Find(number) : null;
        if (shown is null)
        {
            call.Response.StatusCode = StatusCodes.Status404NotFound;
            shown = state.Taxonomies.Editions[^1];
        }

        var waiting = state.Taxonomies.Waiting(frame.Now);
        var filter = ChangeFilter.From(call.Request.Query);
        var changes = waiting is null ? [] : Tiering.Plan(state, waiting.Rules);
        return (string?)call.Request.Query["format"] switch
        {
            "json" => TypedResults.Json(
                shown.Rules.ToJson(), contentType: "application/json; charset=utf-8"),
            "csv" => Csv(changes.Where(filter.Takes)),
            _ => new RazorComponentResult<PoliciesPage>(new
            {
                Frame = frame,
                Shown = shown,
                State = state.Taxonomies,
                Waiting = waiting,
                Filter = filter,
                Changes = changes,
            }),
        };
    }

    private static FileContentHttpResult Csv(IEnumerable<TierChange> changes) => CsvList.Of(
        "tiers.csv", ["system", "environment", "change", "before", "after", "duties", "reasons"],
        changes.Select(c => new[]
        {
            c.Key.System, c.Key.Environment, c.Change, c.Before, c.After,
            string.Join("; ", c.Duties.Select(
                d => $"{d.Path}: {d.Before ?? "nothing"} becomes {d.After ?? "nothing"}")),
            string.Join("; ", c.Reasons),
        }));
}

/// <summary>Which changes of an edition that waits the list shows; null means any.</summary>
/// <param name="Text">A part of the system's name, whatever its case.</param>
public sealed record ChangeFilter(string? Text, string? Change, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/policies", ("q", Text), ("change", Change), ("page", page > 1 ? page.ToString() : null),
        ("format", format));

    internal static ChangeFilter From(IQueryCollection query) =>
        new(Query.Text(query, "q"), Query.Text(query, "change"), Query.Page(query));

    internal bool Takes(TierChange change) => (Change is null || change.Change == Change)
        && (Text is null || change.Key.System.Contains(Text, StringComparison.OrdinalIgnoreCase));
}
