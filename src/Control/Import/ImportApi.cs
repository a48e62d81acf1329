using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Import;

/// <summary>The route of imports.</summary>
internal static class ImportApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapPost(
        "/import",
        async (ImportRequest body, HttpContext call, CancellationToken token) => Problems.Answer(
            await desks.Imports.ImportAsync(ControlApi.Asks(call), body, token)));
}
