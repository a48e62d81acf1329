using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Custody;

/// <summary>
/// Routes of what the root key decides about the log.
/// <code>
/// GET    /api/ledger/reset?range=FIRST-LAST                  POST /api/ledger/reset
/// GET    /api/ledger/resets
/// </code>
/// </summary>
public static class CustodyApi
{
    /// <param name="api">The group of the control API: its routes know who asks.</param>
    /// <param name="log">Whose resets are listed.</param>
    /// <param name="resets">Handles a reset.</param>
    public static void Map(RouteGroupBuilder api, GovernanceLog log, ResetDesk resets)
    {
        api.MapGet("/ledger/resets", () => TypedResults.Ok(new Listing<ResetMade>([.. log.State.Resets.Made])));
        api.MapGet("/ledger/reset", (string? range, HttpContext call) =>
            Problems.Answer(resets.Propose(ControlApi.Asks(call), range)));
        api.MapPost("/ledger/reset", async (ResetBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await resets.ResetAsync(ControlApi.Asks(call), body, token)));
    }
}
