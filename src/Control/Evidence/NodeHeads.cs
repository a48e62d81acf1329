using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Evidence;

/// <summary>How far a node said its records are durable: Control writes it down on its own disk, so that a tail which
/// never reaches the log is missed.</summary>
public sealed record NodeHeadSeen : IGovernanceBody<NodeHeadSeen>
{
    public static string Verb => "node_head";

    static JsonTypeInfo<NodeHeadSeen> IGovernanceBody<NodeHeadSeen>.Json => GovernanceJson.Default.NodeHeadSeen;

    public required string Node { get; init; }

    /// <summary>Number of the node's newest durable record.</summary>
    public required long Through { get; init; }

    /// <summary>SHA-256 (hex) of that record's bytes.</summary>
    public required string Record { get; init; }
}

/// <summary>Records that a node had made durable are lost: no spool has them, and the log does not.</summary>
public sealed record NodeGapFound : IGovernanceBody<NodeGapFound>
{
    public static string Verb => "node_gap";

    static JsonTypeInfo<NodeGapFound> IGovernanceBody<NodeGapFound>.Json => GovernanceJson.Default.NodeGapFound;

    public required string Node { get; init; }

    /// <summary>Number of the first record that is lost.</summary>
    public required long From { get; init; }

    /// <summary>Number of the last one that is known to be lost; later ones may be.</summary>
    public required long To { get; init; }

    /// <summary>When the node's head was written down.</summary>
    public required DateTimeOffset HeadAt { get; init; }

    /// <summary>In words: what was compared and where to look.</summary>
    [JsonIgnore]
    public string Words => string.Create(
        CultureInfo.InvariantCulture,
        $"Node {Node} had made its records through {To} durable at {HeadAt:yyyy-MM-dd HH:mm:ss} UTC. The log has them "
        + $"through {From - 1}, and no spool has the rest: {To - From + 1} records at least are lost with its disk.");
}

/// <summary>A node's newest head.</summary>
/// <param name="At">When it was written down.</param>
public sealed record HeadOfNode(string Node, long Through, string Record, DateTimeOffset At);

/// <summary>Records that are lost, and when that was found.</summary>
public sealed record LostRecords(NodeGapFound Says, DateTimeOffset At);

/// <summary>How far each node came, and what was lost of it.</summary>
public sealed record NodeHeadState
{
    internal static readonly FrozenSet<string> Verbs = new[] { NodeHeadSeen.Verb, NodeGapFound.Verb }.ToFrozenSet();

    internal static readonly NodeHeadState Empty = new();

    /// <summary>The newest of each node.</summary>
    public ImmutableDictionary<string, HeadOfNode> Newest { get; init; } =
        ImmutableDictionary<string, HeadOfNode>.Empty;

    /// <summary>Oldest first.</summary>
    public ImmutableList<LostRecords> Lost { get; init; } = [];

    /// <summary>Whether the loss behind a node's newest head stands in the log already.</summary>
    public bool IsKnown(HeadOfNode head) =>
        Lost.Exists(l => l.Says.Node == head.Node && l.Says.To >= head.Through);

    internal Answer<NodeHeadState> Apply(GovernanceEntry entry)
    {
        if (entry.Actor != Actor.Self)
        {
            return new GovernanceFault(FaultKind.Forbidden, "provost.nodes.not_yours",
                "How far a node came is written by the control plane alone.", "Nothing needs to be done.");
        }

        if (entry.Verb == NodeGapFound.Verb)
            return this with { Lost = Lost.Add(new LostRecords(entry.Read<NodeGapFound>(), entry.Time)) };

        var says = entry.Read<NodeHeadSeen>();
        if (Newest.GetValueOrDefault(says.Node) is { } before && before.Through >= says.Through)
        {
            return new GovernanceFault(FaultKind.Conflict, "provost.nodes.backwards",
                $"Node {says.Node} was at record {before.Through} before, and says {says.Through} now.",
                "A node that lost its disk returns under a new name.");
        }

        return this with
        {
            Newest = Newest.SetItem(
                says.Node, new HeadOfNode(says.Node, says.Through, says.Record, entry.Time)),
        };
    }
}
