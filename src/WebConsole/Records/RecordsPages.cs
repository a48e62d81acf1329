using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.WebConsole.Decisions;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Records;

/// <summary>Routes under <c>/records</c>, for compliance and approvers: what becomes of contents.</summary>
internal static class RecordsPages
{
    public static void MapRecords(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/records", () => TypedResults.Redirect("/records/retention"));
        foreach (var (kind, _) in RecordsView.All)
        {
            routes.MapGet(
                $"/records/{kind}",
                (HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
                    CancellationToken cancellationToken) =>
                    ShowAsync(kind, call, ports, frames, names, cancellationToken));
        }
    }

    private static async Task<IResult> ShowAsync(
        string kind, HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var state = ports.Governance();
        if (!Permission.MayReadRecords(state, SignedInOnly.PersonOf(call)))
        {
            return new RazorComponentResult<NotShownPage>(new
            {
                Frame = frame,
                Title = "Records",
                Why = "What is held, erased, ended and revealed is seen by compliance and approvers.",
            })
            {
                StatusCode = StatusCodes.Status403Forbidden,
            };
        }

        RecordsView view;
        try
        {
            view = kind switch
            {
                "holds" => RecordsView.Of(state.Holds, names),
                "erasures" => RecordsView.Of(state.Erasures, names, frame.Now),
                "reveals" => RecordsView.Of(state.Reveals, names),
                _ => RecordsView.Of(await ports.RetentionAsync(cancellationToken), ports.Schedule, state.Holds),
            };
        }
        catch (IOException away)
        {
            return new RazorComponentResult<NotShownPage>(new
            {
                Frame = frame,
                Title = "Retention",
                Why = $"What the vault holds cannot be listed now. {away.Message} No term ends meanwhile.",
            })
            {
                StatusCode = StatusCodes.Status503ServiceUnavailable,
            };
        }

        var filter = RecordsFilter.From(call.Request.Query);
        view = view.With(filter.Text);
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of($"{kind}.csv", view.Columns, view.Rows.Select(r => r.Select(c => c.Text).ToArray()))
            : new RazorComponentResult<RecordsPage>(new { Frame = frame, View = view, Filter = filter });
    }
}
