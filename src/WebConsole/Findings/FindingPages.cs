using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Findings;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Findings;

/// <summary>Which gaps the list shows; null means any.</summary>
/// <param name="Text">A part of the system's name or unit, whatever its case.</param>
/// <param name="Mine">Only those that whoever looks is to settle.</param>
public sealed record FindingsFilter(string? Text, string? Code, string? Tier, bool Mine, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>Whether every finding passes.</summary>
    public bool IsEmpty => Text is null && Code is null && Tier is null && !Mine;

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/findings", ("q", Text), ("code", Code), ("tier", Tier), ("mine", Mine ? "yes" : null),
        ("page", page > 1 ? page.ToString() : null), ("format", format));

    internal static FindingsFilter From(IQueryCollection query) => new(
        Query.Text(query, "q"), Query.Text(query, "code"), Query.Text(query, "tier"), query["mine"] == "yes",
        Query.Page(query));

    internal bool Takes(Finding found, string person) => (Code is null || found.Code == Code)
        && (Tier is null || found.Tier == Tier) && (!Mine || found.Owner == person)
        && (Text is null || $"{found.Key.System} {found.Unit}".Contains(Text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The route <c>/findings</c>: gaps in records, each with who is to settle it.</summary>
internal static class FindingPages
{
    public static void MapFindings(this IEndpointRouteBuilder routes) => routes.MapGet("/findings", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var filter = FindingsFilter.From(call.Request.Query);
        var person = SignedInOnly.PersonOf(call);
        var all = await ports.FindingsAsync(cancellationToken);
        var passed = all.Where(f => filter.Takes(f, person)).ToList();
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "findings.csv",
                ["system", "environment", "unit", "tier", "code", "message", "remedy", "owner", "since"],
                passed.Select(f => new[]
                {
                    f.Key.System, f.Key.Environment, f.Unit, f.Tier, f.Code, f.Message, f.Remedy, names.Of(f.Owner),
                    Say.Iso(f.Since),
                }))
            : new RazorComponentResult<FindingsPage>(new
            {
                Frame = frame,
                Filter = filter,
                Passed = passed,
                All = all.Count,
                Mine = all.Count(f => f.Owner == person),
                Tiers = all.Select(f => f.Tier).Distinct().Order().ToList(),
            });
    }
}
