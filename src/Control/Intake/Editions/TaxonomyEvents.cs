using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Intake.Editions;

/// <summary>A first person brings an edition of the taxonomy and signs it; nothing changes until another
/// signs.</summary>
public sealed record TaxonomyProposed : IGovernanceBody<TaxonomyProposed>
{
    public static string Verb => "taxonomy_proposed";

    static JsonTypeInfo<TaxonomyProposed> IGovernanceBody<TaxonomyProposed>.Json =>
        GovernanceJson.Default.TaxonomyProposed;

    /// <summary>The whole edition; at most <see cref="TaxonomyReader.MostBytes"/> bytes as canonical JSON.</summary>
    public required JsonElement Document { get; init; }
}

/// <summary>A second person signs the same edition: it is in force, and systems are tiered by it.</summary>
public sealed record TaxonomyApplied : IGovernanceBody<TaxonomyApplied>
{
    public static string Verb => "taxonomy_applied";

    static JsonTypeInfo<TaxonomyApplied> IGovernanceBody<TaxonomyApplied>.Json =>
        GovernanceJson.Default.TaxonomyApplied;

    public required int Edition { get; init; }

    /// <summary>Digest of the edition's canonical JSON.</summary>
    public required string Document { get; init; }
}
