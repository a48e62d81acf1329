using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Adoptions;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Adoptions;

/// <summary>The route <c>/adoptions</c>: whose traffic passes with nothing approved, by whose signatures, until
/// when.</summary>
internal static class AdoptionPages
{
    public static void MapAdoptions(this IEndpointRouteBuilder routes) => routes.MapGet("/adoptions", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var filter = AdoptionFilter.From(call.Request.Query);
        var state = ports.Governance();
        var shown = state.Adoptions.All.Reverse().Where(a => filter.Takes(a, frame.Now)).ToList();
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "adoptions.csv",
                [
                    "id", "system", "environment", "provider", "tier", "reason", "standing", "row_since", "until",
                    "signed_by", "signed", "ended_by", "ended", "end_reason",
                ],
                shown.Select(a => new[]
                {
                    a.Id.ToString(), a.Content.System, a.Content.Environment, a.Content.Provider, a.Content.Tier,
                    a.Content.Reason, a.Standing(frame.Now), Say.Iso(a.Content.Since), Say.Iso(a.Content.Until),
                    names.Of(a.Signatures.Select(s => s.Person)), Say.Iso(a.From),
                    a.EndedBy is { } ended ? names.Of(ended) : "", a.EndedAt is { } end ? Say.Iso(end) : "",
                    a.EndReason ?? "",
                }))
            : new RazorComponentResult<AdoptionsPage>(new
            {
                Frame = frame,
                Filter = filter,
                Shown = shown,
                Passing = AdoptionState.Passing(state, frame.Now).Select(a => a.Id).ToHashSet(),
            });
    }
}

/// <summary>Which adoptions the list shows.</summary>
/// <param name="Text">A part of the system's name, the provider or the reason, whatever its case.</param>
/// <param name="Standing">One of <see cref="Standings"/>; null for any.</param>
public sealed record AdoptionFilter(string? Text, string? Standing, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>What can be asked for.</summary>
    public static readonly IReadOnlyList<string> Standings = ["asked", "in force", "ended", "over"];

    /// <summary>Whether every adoption passes.</summary>
    public bool IsEmpty => Text is null && Standing is null;

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/adoptions", ("q", Text), ("standing", Standing), ("page", page > 1 ? page.ToString() : null),
        ("format", format));

    internal static AdoptionFilter From(IQueryCollection query) => new(
        Query.Text(query, "q"), Query.Text(query, "standing"), Query.Page(query));

    internal bool Takes(Adoption adoption, DateTimeOffset now) =>
        (Standing is null || adoption.Standing(now) == Standing)
        && (Text is null || $"{adoption.Content.System} {adoption.Content.Provider} {adoption.Content.Reason}"
            .Contains(Text, StringComparison.OrdinalIgnoreCase));
}
