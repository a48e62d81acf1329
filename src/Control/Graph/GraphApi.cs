using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Graph;

/// <summary>The route of the graph: <c>node</c> as <c>kind:name</c> or a name that is clear; with <c>breaks</c> what
/// goes with it. Filtered by <c>kind</c> and a part of the name, by pages where a page is asked for.</summary>
internal static class GraphApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapGet(
        "/graph", (string node, bool? breaks, string? kind, string? q, [AsParameters] NamedPage page) =>
        {
            var answer = desks.Graph.Ask(node, breaks == true);
            return Problems.Answer(answer.Fault is { } fault ? fault : Page(answer.Value, kind, q, page));
        });

    /// <summary>Without a limit the answer is whole, as it always was: a pipeline that asks what breaks must not miss
    /// what stands on a second page.</summary>
    private static Answer<GraphAnswer> Page(GraphAnswer whole, string? kind, string? text, NamedPage page)
    {
        bool Fits(GraphItem item) => (kind is null || item.Kind == kind)
            && (text is null || item.Name.Contains(text, StringComparison.OrdinalIgnoreCase));
        if (page is { Limit: null, After: null })
            return whole with { Items = [.. whole.Items.Where(Fits)] };

        var found = page.Of(whole.Items, Fits, item => $"{item.Kind}:{item.Name}");
        return found.Fault is { } fault
            ? fault
            : whole with { Items = found.Value.Items, Next = found.Value.Next };
    }
}
