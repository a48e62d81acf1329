using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Anchors;
using Provost.Control.Governance;

namespace Provost.Control.Custody;

/// <summary>
/// Routes of what the root key decides about the log.
/// <code>
/// GET    /api/ledger/reset?range=FIRST-LAST                  POST /api/ledger/reset
/// GET    /api/ledger/resets
/// GET    /api/ledger/anchors?failing=true
/// GET    /api/ledger/rotation?overlapDays=30                 POST /api/ledger/rotation
/// </code>
/// </summary>
public static class CustodyApi
{
    private const int DefaultOverlapDays = 30;

    /// <param name="api">The group of the control API: its routes know who asks.</param>
    /// <param name="log">Whose resets are listed.</param>
    /// <param name="resets">Handles a reset.</param>
    /// <param name="rotations">Handles a new log key.</param>
    /// <param name="anchors">Where checkpoints are kept outside.</param>
    public static void Map(
        RouteGroupBuilder api, GovernanceLog log, ResetDesk resets, RotationDesk rotations, AnchorKeeper anchors)
    {
        api.MapGet("/ledger/anchors", (bool? failing) => TypedResults.Ok(new Listing<AnchorState>(
            [.. anchors.States.Where(s => failing is null || failing == (s.Failure is not null))])));
        api.MapGet("/ledger/rotation", (int? overlapDays, HttpContext call) =>
            Problems.Answer(rotations.Propose(ControlApi.Asks(call), overlapDays ?? DefaultOverlapDays)));
        api.MapPost("/ledger/rotation", async (RotationBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await rotations.RotateAsync(ControlApi.Asks(call), body, token)));
        api.MapGet("/ledger/resets", () => TypedResults.Ok(new Listing<ResetMade>([.. log.State.Resets.Made])));
        api.MapGet("/ledger/reset", (string? range, HttpContext call) =>
            Problems.Answer(resets.Propose(ControlApi.Asks(call), range)));
        api.MapPost("/ledger/reset", async (ResetBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await resets.ResetAsync(ControlApi.Asks(call), body, token)));
    }
}
