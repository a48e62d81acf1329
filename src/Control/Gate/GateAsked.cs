using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Gate;

/// <summary>A pipeline, a cluster or a person asked whether something may be deployed, and was answered.</summary>
public sealed record GateAsked : IGovernanceBody<GateAsked>
{
    /// <summary><c>GET /api/gate</c>.</summary>
    public const string ByGate = "gate";

    /// <summary><c>POST /api/admission</c>.</summary>
    public const string ByAdmission = "admission";

    public static string Verb => "gate_asked";

    static JsonTypeInfo<GateAsked> IGovernanceBody<GateAsked>.Json => GovernanceJson.Default.GateAsked;

    /// <summary><c>gate</c> or <c>admission</c>.</summary>
    public required string By { get; init; }

    /// <summary>Names of the systems whose releases were asked about; none for digests that nobody knows.</summary>
    public required IReadOnlyList<string> Systems { get; init; }

    public required string Environment { get; init; }

    /// <summary>Digests that were asked about.</summary>
    public required IReadOnlyList<string> Releases { get; init; }

    /// <summary>The cluster's object, as <c>Deployment care/desk</c>; null for the gate.</summary>
    public string? Workload { get; init; }

    public required bool Admitted { get; init; }

    /// <summary>Codes of what was missing, each once, in the order of the answer.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Answers to the same asker since its entry before this one that have none of their own: the same again
    /// within the hour, or beyond what one asker may write.</summary>
    public required long Unwritten { get; init; }
}
