using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Evidence;
using Provost.Control.Governance;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Ledger;

/// <summary>The routes <c>/ledger</c> and <c>/ledger/verification</c>: whether the log is whole and signed. The others
/// under <c>/ledger</c> are the log itself, for verifiers.</summary>
internal static class LedgerPages
{
    public static void MapLedger(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ledger", ShowAsync);
        routes.MapPost("/ledger/verification", VerifyAsync).AddEndpointFilter<ConsoleForm>();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken) =>
        call.Request.Query["format"] == "note" && ports.Checkpoint() is { } note
            ? TypedResults.File(Encoding.UTF8.GetBytes(note), "text/plain; charset=utf-8", "checkpoint")
            : Page(await frames.MakeAsync(call, cancellationToken), call, ports, null);

    private static async Task<IResult> VerifyAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var person = SignedInOnly.PersonOf(call);
        if (!Permission.MayVerify(ports.Governance(), person))
        {
            var frame = await frames.MakeAsync(call, cancellationToken);
            return Page(frame, call, ports, EvidenceErrors.NotYoursToVerify());
        }

        ports.Verification.Start(person);
        return TypedResults.LocalRedirect("/ledger#verification");
    }

    private static RazorComponentResult<LedgerPage> Page(
        Frame frame, HttpContext call, ConsolePorts ports, GovernanceFault? fault) => new(new
        {
            Frame = frame,
            Note = CheckpointView.Read(ports.Checkpoint()),
            Keys = ports.Governance().LogKeys.Keys,
            Heads = ports.Governance().NodeHeads,
            Run = ports.Verification.Run,
            Balances = ports.Balances(),
            MayVerify = Permission.MayVerify(ports.Governance(), SignedInOnly.PersonOf(call)),
            Fault = fault,
        })
        {
            StatusCode = fault is null ? StatusCodes.Status200OK : Problems.StatusOf(fault.Kind),
        };
}
