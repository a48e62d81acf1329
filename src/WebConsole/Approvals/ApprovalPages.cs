using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Approvals;

/// <summary>The route <c>/approvals</c>: what waits for whom. Signed on the release's page, or at the
/// command line.</summary>
internal static class ApprovalPages
{
    public static void MapApprovals(this IEndpointRouteBuilder routes) => routes.MapGet("/approvals", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var view = InboxView.Read(
            ports.Governance(), SignedInOnly.PersonOf(call), InboxFilter.From(call.Request.Query), frame.Now);
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "approvals.csv",
                [
                    "system", "environment", "tier", "version", "digest", "author", "submitted", "signed_by", "missing",
                    "asks_you",
                ],
                view.Waiting.Select(w => new[]
                {
                    w.System.Key.System, w.System.Key.Environment, w.System.Tier, w.Release.Version, w.Release.Digest,
                    names.Of(w.Release.Author), Say.Iso(w.Release.SubmittedAt),
                    string.Join("; ", w.Signed.Select(names.Of)), string.Join("; ", w.Missing),
                    w.AsksYou ? "yes" : "no",
                }))
            : new RazorComponentResult<ApprovalsPage>(new { Frame = frame, View = view });
    }
}
