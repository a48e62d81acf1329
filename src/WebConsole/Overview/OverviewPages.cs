using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Decisions;
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
        var found = await FindCallersAsync(ports, frame.Now, cancellationToken);
        var view = OverviewView.Of(
            ports.Governance(), ports.Signals(frame.Now), ports.Incidents(), found, ports.Triager(),
            SignedInOnly.PersonOf(call), names);
        return new RazorComponentResult<OverviewPage>(new { Frame = frame, View = view });
    }

    private static async Task<IReadOnlyList<FoundCaller>?> FindCallersAsync(
        ConsolePorts ports, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await ports.FoundAsync(now.AddDays(-1), MostCallers, cancellationToken);
        }
        catch (DatabaseDownException)
        {
            return null; // shown as unproven: the rest of the page stands without the database
        }
    }
}
