using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Exceptions;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Exceptions;

/// <summary>The route <c>/exceptions</c>: what may be done beside warrants, by whose signatures, until when.</summary>
internal static class ExceptionPages
{
    public static void MapExceptions(this IEndpointRouteBuilder routes) => routes.MapGet("/exceptions", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var filter = ExceptionFilter.From(call.Request.Query);
        var all = ports.Governance().Exceptions.All;
        var shown = all.Reverse().Where(e => filter.Takes(e, frame.Now)).ToList();
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "exceptions.csv",
                [
                    "id", "system", "environment", "scope", "reason", "standing", "until", "asked_by", "asked",
                    "granted_by", "granted", "ended_by", "ended", "end_reason",
                ],
                shown.Select(e => new[]
                {
                    e.Id.ToString(), e.Content.System, e.Content.Environment, e.Content.Scope(), e.Content.Reason,
                    e.Standing(frame.Now), Say.Iso(e.Content.Until), names.Of(e.Asked.Person), Say.Iso(e.Asked.At),
                    e.Granted is { } by ? names.Of(by.Person) : "", e.Granted is { } at ? Say.Iso(at.At) : "",
                    e.EndedBy is { } ended ? names.Of(ended) : "", e.EndedAt is { } end ? Say.Iso(end) : "",
                    e.EndReason ?? "",
                }))
            : new RazorComponentResult<ExceptionsPage>(new
            {
                Frame = frame,
                Filter = filter,
                Shown = shown,
                InForce = all.Count(e => e.IsInForce(frame.Now)),
            });
    }
}

/// <summary>Which exceptions the list shows.</summary>
/// <param name="Text">A part of the system's name, the reason or the scope, whatever its case.</param>
/// <param name="Standing">One of <see cref="Standings"/>; null for any.</param>
public sealed record ExceptionFilter(string? Text, string? Standing, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>What can be asked for.</summary>
    public static readonly IReadOnlyList<string> Standings = ["asked", "in force", "revoked", "over"];

    /// <summary>Whether every exception passes.</summary>
    public bool IsEmpty => Text is null && Standing is null;

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/exceptions", ("q", Text), ("standing", Standing), ("page", page > 1 ? page.ToString() : null),
        ("format", format));

    internal static ExceptionFilter From(IQueryCollection query) => new(
        Query.Text(query, "q"), Query.Text(query, "standing"),
        Query.Page(query));

    internal bool Takes(GovernedException exception, DateTimeOffset now) =>
        (Standing is null || exception.Standing(now) == Standing)
        && (Text is null || $"{exception.Content.System} {exception.Content.Reason} {exception.Content.Scope()}"
            .Contains(Text, StringComparison.OrdinalIgnoreCase));
}
