using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Registry;
using Provost.Control.Reviews;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Reviews;

/// <summary>Which systems the list shows; null means any.</summary>
/// <param name="Text">A part of the system's name, whatever its case.</param>
/// <param name="Overdue">Only those whose date is past.</param>
public sealed record ReviewFilter(string? Text, bool Overdue, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>Whether everything passes.</summary>
    public bool IsEmpty => Text is null && !Overdue;

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/reviews", ("q", Text), ("overdue", Overdue ? "yes" : null), ("page", page > 1 ? page.ToString() : null),
        ("format", format));

    internal static ReviewFilter From(IQueryCollection query) =>
        new(Query.Text(query, "q"), query["overdue"] == "yes", Query.Page(query));

    internal bool Takes(ReviewLine line) => (!Overdue || line.Overdue)
        && (Text is null || line.System.Contains(Text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The route <c>/reviews</c>: when each system is to be looked at again. Signed at the command line, where the
/// keys are.</summary>
internal static class ReviewPages
{
    public static void MapReviews(this IEndpointRouteBuilder routes) => routes.MapGet("/reviews", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var filter = ReviewFilter.From(call.Request.Query);
        var all = ReviewDesk.List(
            ports.Governance(), person => new PersonView(person, names.Of(person)), frame.Now);
        var passed = all.Where(filter.Takes).ToList();
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "reviews.csv",
                ["system", "environment", "tier", "every", "due", "overdue", "last", "by", "finding"],
                passed.Select(l => new[]
                {
                    l.System, l.Environment, l.Tier, l.Every, Say.Iso(l.Due), l.Overdue ? "yes" : "no",
                    l.Last is { } last ? Say.Iso(last) : null, l.By?.Name, l.Finding,
                }))
            : new RazorComponentResult<ReviewsPage>(new
            {
                Frame = frame,
                Filter = filter,
                Passed = passed,
                All = all.Count,
                Overdue = all.Count(l => l.Overdue),
            });
    }
}
