using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Decisions;
using Provost.Control.Storage;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Found;

/// <summary>The route <c>/found</c>.</summary>
internal static class FoundPages
{
    private const int Most = 5000;

    public static void MapFound(this IEndpointRouteBuilder routes) => routes.MapGet("/found", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var filter = FoundFilter.From(call.Request.Query);
        IReadOnlyList<FoundCaller>? all = null;
        try
        {
            all = await ports.FoundAsync(frame.Now.AddDays(-filter.Days), Most, cancellationToken);
        }
        catch (DatabaseDownException)
        {
            // null: the page says that the list cannot be read
        }

        var passed = all?.Where(filter.Takes).ToList();
        if (call.Request.Query["format"] == "csv" && passed is not null)
        {
            return CsvList.Of(
                "found.csv", ["source", "user_agent", "model", "calls", "bytes", "first_seen", "last_seen"],
                passed.Select(f => new[]
                {
                    f.Source, f.UserAgent, f.Model, f.Count.ToString(), f.Bytes.ToString(), Say.Iso(f.FirstSeen),
                    Say.Iso(f.LastSeen),
                }));
        }

        return new RazorComponentResult<FoundPage>(new
        {
            Frame = frame,
            Filter = filter,
            Callers = passed,
            Triager = ports.Triager(),
        });
    }
}

/// <summary>Which callers the list shows.</summary>
/// <param name="Text">A part of source, client or model, whatever its case.</param>
/// <param name="Days">How far back.</param>
public sealed record FoundFilter(string? Text, int Days, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>Whether a caller passes.</summary>
    public bool Takes(FoundCaller caller) => Text is null
        || $"{caller.Source} {caller.UserAgent} {caller.Model}".Contains(Text, StringComparison.OrdinalIgnoreCase);

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/found", ("q", Text), ("days", Days == 30 ? null : Days.ToString()),
        ("page", page > 1 ? page.ToString() : null), ("format", format));

    internal static FoundFilter From(IQueryCollection query) => new(
        Query.Text(query, "q"),
        int.TryParse(query["days"], out var days) && days is > 0 and <= 3650 ? days : 30,
        Query.Page(query));
}
