using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Control.Intake;

namespace Provost.Control.Registry;

/// <summary>A System document takes effect in one environment. The terms themselves are a blob of that
/// digest.</summary>
public sealed record SystemApplied : IGovernanceBody<SystemApplied>
{
    public static string Verb => "system_applied";

    static JsonTypeInfo<SystemApplied> IGovernanceBody<SystemApplied>.Json => GovernanceJson.Default.SystemApplied;

    public required string System { get; init; }
    public required string Environment { get; init; }
    public required string Kind { get; init; }
    public required string Unit { get; init; }
    public required string Purpose { get; init; }
    public required string Population { get; init; }
    public required string Terms { get; init; }
    public required string Tier { get; init; }
    public required int Taxonomy { get; init; }
    public required OwnerIds Owners { get; init; }
    public required IReadOnlyList<EscalationStepFact> Escalation { get; init; }
    public required IReadOnlyDictionary<string, string> Contacts { get; init; }

    /// <summary>Names of the data sources; null in records of builds before there was a graph.</summary>
    public IReadOnlyList<string>? DataSources { get; init; }

    /// <summary>Names of the systems that use its answers; null likewise.</summary>
    public IReadOnlyList<string>? Downstream { get; init; }

    /// <summary>The organisation's own tier above <see cref="Tier"/>; null for none.</summary>
    public string? OwnTier { get; init; }

    /// <summary>The answers that decide the tier; null in records of builds before editions of the taxonomy.</summary>
    public IntakeFacts? Intake { get; init; }
}

/// <summary>A Release document was applied: known by its version, not yet put forward.</summary>
public sealed record ReleaseDrafted : IGovernanceBody<ReleaseDrafted>
{
    public static string Verb => "release_drafted";

    static JsonTypeInfo<ReleaseDrafted> IGovernanceBody<ReleaseDrafted>.Json => GovernanceJson.Default.ReleaseDrafted;

    public required string System { get; init; }

    /// <summary>Everything that submitting it says.</summary>
    public required ReleaseSubmitted Release { get; init; }
}

/// <summary>A release is put forward; the actor is its author. release.json and the files are blobs.</summary>
public sealed record ReleaseSubmitted : IGovernanceBody<ReleaseSubmitted>
{
    public static string Verb => "release_submitted";

    static JsonTypeInfo<ReleaseSubmitted> IGovernanceBody<ReleaseSubmitted>.Json =>
        GovernanceJson.Default.ReleaseSubmitted;

    public required string System { get; init; }
    public required string Release { get; init; }
    public required string Version { get; init; }
    public required string Provider { get; init; }
    public required string Model { get; init; }
    public required long LastsMs { get; init; }
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Digest of the evaluation set where the release asks a minimum of it; null where it asks none, and in
    /// records of before this member.</summary>
    public string? Evaluation { get; init; }

    /// <summary>Whether the provider may change what the model's name means.</summary>
    public bool Floating { get; init; }

    /// <summary>The name that answers carry, where it is another than <see cref="Model"/>.</summary>
    public string? Served { get; init; }

    /// <summary>What the release is made of, by name: null in records of builds before there were chains.</summary>
    public IReadOnlyList<UsedPart>? Uses { get; init; }

    /// <summary>The places of the manifest that say something (<see cref="Gate.ReleaseDuties.Places"/>); null in
    /// records of builds that asked for none.</summary>
    public IReadOnlyList<string>? Declares { get; init; }
}

/// <summary>A system is tightened, at once.</summary>
public sealed record OrderGiven : IGovernanceBody<OrderGiven>
{
    public static string Verb => "order";

    static JsonTypeInfo<OrderGiven> IGovernanceBody<OrderGiven>.Json => GovernanceJson.Default.OrderGiven;

    public required Guid Id { get; init; }

    /// <summary><c>pause</c>, <c>kill</c>, <c>fallback</c> or <c>rollback</c>.</summary>
    public required string Kind { get; init; }

    public required string System { get; init; }
    public required string Environment { get; init; }

    /// <summary>Rollback: the digest restored.</summary>
    public string? Release { get; init; }

    public Guid? Incident { get; init; }
}

/// <summary>Orders end by an owner's signed resume.</summary>
public sealed record OrderEnded : IGovernanceBody<OrderEnded>
{
    public static string Verb => "order_ended";

    static JsonTypeInfo<OrderEnded> IGovernanceBody<OrderEnded>.Json => GovernanceJson.Default.OrderEnded;

    public required string System { get; init; }
    public required string Environment { get; init; }
    public required IReadOnlyList<Guid> Orders { get; init; }
}
