using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Custody;

/// <summary>The route <c>/custody</c>: how keys and log are kept; changed at the command line.</summary>
internal static class CustodyPages
{
    public static void MapCustody(this IEndpointRouteBuilder routes) => routes.MapGet("/custody", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var view = CustodyView.Read(ports, CustodyFilter.From(call.Request.Query));
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "root-key-acts.csv", ["at", "what", "handed_in_by"],
                view.Acts.Select(a => new[] { Say.Iso(a.At), a.What, names.Of(a.By) }))
            : new RazorComponentResult<CustodyPage>(new
            {
                Frame = await frames.MakeAsync(call, cancellationToken),
                View = view,
            });
    }
}
