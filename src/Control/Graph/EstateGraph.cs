using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Graph;

/// <summary>Something that systems are connected through.</summary>
/// <param name="Kind"><c>system</c>, <c>model</c>, <c>adapter</c>, <c>data</c>, <c>tool</c>, <c>prompt</c> or
/// <c>evaluation</c>.</param>
/// <param name="Name">A model's as <c>provider/model</c>; a file's as <c>system/path</c>.</param>
public readonly record struct GraphNode(string Kind, string Name)
{
    public const string System = "system";

    /// <summary><c>model:openai/gpt-5.2</c>.</summary>
    public override string ToString() => $"{Kind}:{Name}";
}

/// <summary>A connection: <paramref name="From"/> needs <paramref name="To"/>.</summary>
/// <param name="How">In words, as <c>component</c> or <c>reads</c>.</param>
public sealed record GraphEdge(GraphNode From, GraphNode To, string How);

/// <summary>A node that was reached.</summary>
/// <param name="Depth">Connections from where it began, at least 1.</param>
/// <param name="Edge">The connection it was reached by, on a shortest way.</param>
public sealed record Reached(GraphNode Node, int Depth, GraphEdge Edge);

/// <summary>
/// How the estate hangs together, folded from what was declared and submitted: each system with what its releases under
/// a warrant are made of (the newest submitted one where none is), its data sources, and who uses its answers. What
/// nobody declared is not in it.
/// </summary>
public sealed class EstateGraph
{
    private readonly ILookup<GraphNode, GraphEdge> _uses;
    private readonly ILookup<GraphNode, GraphEdge> _usedBy;

    private EstateGraph(IReadOnlyCollection<GraphEdge> edges, IEnumerable<GraphNode> systems)
    {
        Nodes = edges.SelectMany(e => new[] { e.From, e.To }).Concat(systems).ToHashSet();
        _uses = edges.ToLookup(e => e.From);
        _usedBy = edges.ToLookup(e => e.To);
    }

    /// <summary>Everything that is connected, and every system.</summary>
    public IReadOnlySet<GraphNode> Nodes { get; }

    /// <summary>The graph at an instant.</summary>
    public static EstateGraph Of(GovernanceState state, DateTimeOffset now)
    {
        var warranted = state.Warrants.Issued.Where(w => w.IsInForce(now)).Select(w => (w.Key.System, w.Release))
            .ToHashSet();
        var releases = state.Registry.Releases.ToLookup(r => r.System);
        var edges = new HashSet<GraphEdge>();
        var systems = state.Registry.Systems.Values.Where(s => s.RetiredAt is null).ToLookup(s => s.Key.System);
        foreach (var system in systems)
        {
            var node = new GraphNode(GraphNode.System, system.Key);
            var serving = releases[system.Key].Where(r => warranted.Contains((r.System, r.Digest))).ToList();
            foreach (var release in serving.Count > 0 ? serving : releases[system.Key].TakeLast(1))
                edges.UnionWith(Parts(release).Select(p => new GraphEdge(node, p.Node, p.How)));

            foreach (var declared in system)
            {
                edges.UnionWith(declared.DataSources.Select(
                    d => new GraphEdge(node, new GraphNode("data", d), "reads")));
                edges.UnionWith(declared.Downstream.Select(
                    d => new GraphEdge(new GraphNode(GraphNode.System, d), node, "uses its answers")));
            }
        }

        return new EstateGraph(edges, systems.Select(s => new GraphNode(GraphNode.System, s.Key)));
    }

    /// <summary>All that a node needs, nearest first; a cycle is gone round once.</summary>
    public IReadOnlyList<Reached> ConnectsTo(GraphNode from) => Walk(from, _uses, edge => edge.To);

    /// <summary>All that breaks when a node goes, nearest first.</summary>
    public IReadOnlyList<Reached> BreaksWith(GraphNode gone) => Walk(gone, _usedBy, edge => edge.From);

    /// <summary>Nodes that a text names: as <c>kind:name</c>, by name, or a model by its name without the
    /// provider.</summary>
    public IReadOnlyList<GraphNode> Named(string text) =>
    [
        .. Nodes.Where(n => n.ToString() == text || n.Name == text
                || (n.Kind == "model" && n.Name.EndsWith($"/{text}", StringComparison.Ordinal)))
            .OrderBy(n => n.Kind == GraphNode.System ? 0 : 1).ThenBy(n => n.ToString(), StringComparer.Ordinal),
    ];

    private static List<Reached> Walk(
        GraphNode start, ILookup<GraphNode, GraphEdge> along, Func<GraphEdge, GraphNode> next)
    {
        var seen = new HashSet<GraphNode> { start };
        var reached = new List<Reached>();
        var open = new Queue<(GraphNode Node, int Depth)>([(start, 0)]);
        while (open.TryDequeue(out var at))
        {
            var edges = along[at.Node].OrderBy(e => next(e).ToString(), StringComparer.Ordinal);
            foreach (var edge in edges.Where(e => seen.Add(next(e))))
            {
                reached.Add(new Reached(next(edge), at.Depth + 1, edge));
                open.Enqueue((next(edge), at.Depth + 1));
            }
        }

        return reached;
    }

    private static IEnumerable<(GraphNode Node, string How)> Parts(ReleaseState release)
    {
        if (release.Uses.Count == 0 && release.Model.Length > 0)
            yield return (new GraphNode("model", $"{release.Provider}/{release.Model}"), "model");

        foreach (var part in release.Uses)
        {
            switch (part.Kind)
            {
                case UsedPart.Parent:
                    break; // a release of the past: nothing breaks with it
                case UsedPart.Component:
                    yield return (new GraphNode(GraphNode.System, part.Name), "component");
                    break;
                case "prompt" or "evaluation":
                    yield return (new GraphNode(part.Kind, $"{release.System}/{part.Name}"), part.Kind);
                    break;
                default:
                    yield return (new GraphNode(part.Kind, part.Name), part.Kind);
                    break;
            }
        }
    }
}
