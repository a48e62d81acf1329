using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Storage;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Overview;

/// <summary>The route <c>/</c>.</summary>
internal static class OverviewPages
{
    private const int MostCallers = 1000;

    public static void MapOverview(this IEndpointRouteBuilder routes) => routes.MapGet("/", ShowAsync);

    private static async Task<RazorComponentResult<OverviewPage>> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var seen = await LookAsync(ports, frame.Now.AddDays(-1), cancellationToken);
        var view = OverviewView.Of(
            ports.Governance(), ports.Signals(frame.Now), ports.Incidents(), seen, ports.Triager(),
            SignedInOnly.PersonOf(call), names);
        return new RazorComponentResult<OverviewPage>(new { Frame = frame, View = view });
    }

    private static async Task<Seen?> LookAsync(
        ConsolePorts ports, DateTimeOffset since, CancellationToken cancellationToken)
    {
        try
        {
            return new Seen(
                await ports.TrafficAsync(since, cancellationToken),
                await ports.FoundAsync(since, MostCallers, cancellationToken));
        }
        catch (DatabaseDownException)
        {
            return null; // shown as unproven: the rest of the page stands without the database
        }
    }
}
