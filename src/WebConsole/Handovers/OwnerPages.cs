using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Handovers;

/// <summary>The route <c>/owners</c>: who holds which office. Handed over at the command line, where the keys
/// are.</summary>
internal static class OwnerPages
{
    public static void MapOwners(this IEndpointRouteBuilder routes) => routes.MapGet("/owners", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var view = OwnersView.Read(
            ports.Governance(), SignedInOnly.PersonOf(call), OwnersFilter.From(call.Request.Query), names, frame.Now);
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "owners.csv",
                [
                    "system", "environment", "unit", "tier", "office", "person", "state", "since", "left", "offered_to",
                    "last_reached", "pause_rehearsed", "suspends",
                ],
                view.Lines.Select(l => new[]
                {
                    l.Key.System, l.Key.Environment, l.Unit, l.Tier, l.Office, names.Of(l.Person), l.State,
                    Say.Iso(l.Since), Iso(l.LeftAt), l.Offered is null ? null : names.Of(l.Offered), Iso(l.Reached),
                    Iso(l.Rehearsed), Iso(l.SuspendsAt),
                }))
            : new RazorComponentResult<OwnersPage>(new { Frame = frame, View = view });
    }

    private static string? Iso(DateTimeOffset? at) => at is { } instant ? Say.Iso(instant) : null;
}
