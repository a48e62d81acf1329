using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Graph;

/// <summary>A node of an answer.</summary>
/// <param name="How">How it is connected, as <c>component</c> or <c>reads</c>.</param>
/// <param name="Via">The node next to it on the way, as <c>kind:name</c>.</param>
/// <param name="Depth">Connections away.</param>
/// <param name="Registered">Of a system: whether it is registered here.</param>
/// <param name="Tier">Of a registered system; null otherwise, as all that follows.</param>
public sealed record GraphItem(
    string Kind, string Name, string How, string Via, int Depth, bool? Registered, string? Tier, string? Unit,
    string? Purpose, PersonView? Business, PersonView? Technical);

/// <summary>What a node needs, or what breaks with it.</summary>
/// <param name="Breaks">True: what breaks when it goes. False: what it connects to.</param>
/// <param name="Items">Nearest first.</param>
public sealed record GraphAnswer(string Kind, string Name, bool Breaks, IReadOnlyList<GraphItem> Items)
{
    /// <summary>Where the next page begins; null where there is none.</summary>
    public string? Next { get; init; }
}

/// <summary>Answers questions about the graph of the estate.</summary>
/// <param name="governance">The state to read.</param>
/// <param name="person">A person by id, with the name.</param>
/// <param name="clock">The instant that warrants are looked at.</param>
public sealed class GraphViews(
    Func<GovernanceState> governance, Func<string, PersonView> person, Func<DateTimeOffset> clock)
{
    /// <summary>The answer about one node.</summary>
    /// <param name="name">As <see cref="EstateGraph.Named"/> takes it.</param>
    /// <param name="breaks">What breaks with it, instead of what it connects to.</param>
    public Answer<GraphAnswer> Ask(string name, bool breaks)
    {
        var state = governance();
        var graph = EstateGraph.Of(state, clock());
        var named = graph.Named(name);
        if (named.Count == 0)
            return GraphErrors.Unknown(name);

        if (named.Count > 1 && named[0].ToString() != name)
            return GraphErrors.Ambiguous(name, named);

        var reached = breaks ? graph.BreaksWith(named[0]) : graph.ConnectsTo(named[0]);
        var systems = state.Registry.Systems.Values.OrderBy(s => s.Key.Environment == "production" ? 0 : 1)
            .ToLookup(s => s.Key.System);
        return new GraphAnswer(
            named[0].Kind, named[0].Name, breaks,
            [.. reached.Select(r => Item(r, breaks, systems[r.Node.Name].FirstOrDefault()))]);
    }

    private GraphItem Item(Reached reached, bool breaks, SystemState? system)
    {
        var (node, via) = (reached.Node, breaks ? reached.Edge.To : reached.Edge.From);
        var known = node.Kind == GraphNode.System ? system : null;
        return new GraphItem(
            node.Kind, node.Name, reached.Edge.How, via.ToString(), reached.Depth,
            node.Kind == GraphNode.System ? known is not null : null, known?.Tier, known?.Unit, known?.Purpose,
            known is null ? null : person(known.Owners.Business),
            known is null ? null : person(known.Owners.Technical));
    }
}

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class GraphErrors
{
    public static GovernanceFault Unknown(string name) => new GovernanceFault(FaultKind.NotFound,
        "provost.graph.unknown", $"Nothing of the name {name} is connected to a registered system.",
        "Name a system, a model, an adapter, a data set or a tool as manifests do.").At("node");

    public static GovernanceFault Ambiguous(string name, IReadOnlyList<GraphNode> named) => new GovernanceFault(
        FaultKind.Conflict, "provost.graph.ambiguous", $"{name} names more than one thing.",
        $"Write one of: {string.Join(", ", named.Take(10))}.").At("node");
}
