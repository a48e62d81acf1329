using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.WebConsole.Systems;

namespace Provost.WebConsole.Decisions;

/// <summary>The route <c>/find</c>: straight to the one match, or to a list that holds the matches.</summary>
internal static class FindPages
{
    public static void MapFind(this IEndpointRouteBuilder routes) => routes.MapGet("/find", Find);

    private static RedirectHttpResult Find(string? q, ConsolePorts ports)
    {
        var asked = (q ?? "").Trim();
        var state = ports.Governance();
        if (Guid.TryParse(asked, out var id))
        {
            return TypedResults.LocalRedirect(ports.Incidents().Incidents.ContainsKey(id)
                ? $"/incidents/{id}"
                : $"/decisions/{id}");
        }

        if (state.Registry.Releases.FindLast(r => r.Digest == asked) is { } release
            && state.Registry.Everywhere(release.System).FirstOrDefault() is { } home)
        {
            return TypedResults.LocalRedirect(SystemSummary.ReleaseAddress(home.Key, release.Version));
        }

        // A key is found by the characters that are no secret.
        var key = asked.StartsWith("pk_", StringComparison.Ordinal) ? asked[3..] : asked;
        if (state.ClientKeys.Keys.GetValueOrDefault(key) is { } instance)
            return TypedResults.LocalRedirect(SystemSummary.Address(instance.System));

        return TypedResults.LocalRedirect(state.Registry.Everywhere(asked).Any()
            ? $"/systems/{Uri.EscapeDataString(asked)}"
            : $"/systems?q={Uri.EscapeDataString(asked)}");
    }
}
