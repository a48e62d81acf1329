using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Graph;

/// <summary>The route of the graph: <c>node</c> as <c>kind:name</c> or a name that is clear; with <c>breaks</c> what
/// goes with it.</summary>
internal static class GraphApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapGet(
        "/graph", (string node, bool? breaks, string? kind) =>
        {
            var answer = desks.Graph.Ask(node, breaks == true);
            return Problems.Answer<GraphAnswer>(answer.Fault is { } fault
                ? fault
                : answer.Value with
                {
                    Items = [.. answer.Value.Items.Where(i => kind is null || i.Kind == kind)],
                });
        });
}
