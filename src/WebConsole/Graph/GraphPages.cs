using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;
using Provost.Control.Graph;
using Provost.Control.Registry;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Graph;

/// <summary>The route <c>/graph</c>: what something connects to, and what breaks with it, as a list and a
/// picture.</summary>
internal static class GraphPages
{
    public static void MapGraph(this IEndpointRouteBuilder routes) => routes.MapGet("/graph", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var filter = GraphFilter.From(call.Request.Query);
        var state = ports.Governance();
        var views = new GraphViews(() => state, person => new PersonView(person, names.Of(person)), () => frame.Now);
        Answer<GraphAnswer>? answer = filter.Node is { } node
            ? (Answer<GraphAnswer>?)views.Ask(node, filter.Breaks)
            : null;
        if (call.Request.Query["format"] == "csv" && answer?.Fault is null && answer is { } found)
        {
            return CsvList.Of(
                "graph.csv",
                ["kind", "name", "how", "via", "steps", "registered", "tier", "unit", "business", "technical"],
                found.Value.Items.Where(filter.Takes).Select(i => new[]
                {
                    i.Kind, i.Name, i.How, i.Via, $"{i.Depth}",
                    i.Registered is { } registered ? registered ? "yes" : "no" : null,
                    i.Tier, i.Unit, i.Business?.Name, i.Technical?.Name,
                }));
        }

        return new RazorComponentResult<GraphPage>(new
        {
            Frame = frame,
            Filter = filter,
            Answer = answer is { } said && said.Fault is null ? said.Value : null,
            Fault = answer?.Fault,
            Widest = filter.Node is null ? Widest(state, frame.Now) : [],
        });
    }

    /// <summary>What most systems hang on: where to begin.</summary>
    private static List<(GraphNode Node, int Systems)> Widest(GovernanceState state, DateTimeOffset now)
    {
        var graph = EstateGraph.Of(state, now);
        return
        [
            .. graph.Nodes.Where(n => n.Kind is "model" or "index" or "data" or "tool" or "adapter")
                .Select(n => (n, graph.BreaksWith(n).Count(r => r.Node.Kind == GraphNode.System)))
                .OrderByDescending(n => n.Item2).ThenBy(n => n.n.ToString(), StringComparer.Ordinal).Take(20),
        ];
    }
}

/// <summary>What is asked of the graph.</summary>
/// <param name="Node">As <c>kind:name</c> or a name; null: nothing yet.</param>
/// <param name="Breaks">What breaks with it, instead of what it connects to.</param>
/// <param name="Kind">Only nodes of this kind; null for all.</param>
public sealed record GraphFilter(string? Node, bool Breaks, string? Kind, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>Kinds that can be asked for.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["system", "model", "adapter", "index", "data", "tool", "prompt", "evaluation"];

    /// <summary>The address of a question.</summary>
    public static string Address(string node, bool breaks) =>
        Query.Address("/graph", ("node", node), ("breaks", breaks ? "yes" : null));

    /// <summary>The address of a page of the answer, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/graph", ("node", Node), ("breaks", Breaks ? "yes" : null), ("kind", Kind),
        ("page", page > 1 ? page.ToString() : null), ("format", format));

    internal static GraphFilter From(IQueryCollection query) => new(
        Query.Text(query, "node"), query["breaks"] == "yes", Query.Text(query, "kind"),
        Query.Page(query));

    internal bool Takes(GraphItem item) => Kind is null || item.Kind == Kind;
}
