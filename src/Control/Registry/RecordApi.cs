using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Registry;

/// <summary>The route of what was declared of a system.</summary>
internal static class RecordApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapGet(
        "/systems/{name}/record",
        async (string name, string? environment, string? version, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Records.ReadAsync(
                ControlApi.Asks(call), name, environment ?? "production", version, token)));
}
