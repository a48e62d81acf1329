using System.Text.Json.Serialization;

namespace Provost.Control.Intake;

/// <summary>An edition of the taxonomy as its file holds it. Names and words are the file's own.</summary>
internal sealed record TaxonomyData
{
    public required int Edition { get; init; }
    public required string Source { get; init; }

    /// <summary>From the lowest to the highest.</summary>
    public required IReadOnlyList<TierData> Tiers { get; init; }

    /// <summary>Every other environment counts as production: a name nobody knows must not loosen anything.</summary>
    public required IReadOnlyList<string> NonProduction { get; init; }

    public required IReadOnlyList<TermData> DataClasses { get; init; }
    public required IReadOnlyList<TermData> Areas { get; init; }
    public required IReadOnlyList<TermData> Practices { get; init; }
    public required IReadOnlyList<RuleData> Rules { get; init; }

    /// <summary>How long a system whose duties rose with this edition may serve under its older warrant; null in
    /// edition 1, which came first.</summary>
    public string? Reapproval { get; init; }
}

internal sealed record TierData
{
    public required string Id { get; init; }
    public required string Meaning { get; init; }
    public required QuorumData Quorum { get; init; }
    public required IReadOnlyList<string> FailModes { get; init; }
    public required string Durability { get; init; }
    public required bool IntentBeforePrompt { get; init; }
    public required bool RefuseOnLateRecord { get; init; }
    public required int LeaseMinutes { get; init; }
    public required string MinimumKeep { get; init; }
    public required string Custody { get; init; }
    public required IReadOnlyList<string> Requires { get; init; }

    /// <summary>The tier of the Act that an own tier builds on; null for a tier of the Act.</summary>
    public string? Floor { get; init; }

    /// <summary>Signals that a release must set thresholds for; null in edition 1, as are the three below.</summary>
    public IReadOnlyList<string>? Signals { get; init; }

    public IReadOnlyList<string>? Evidence { get; init; }

    public string? ReviewEvery { get; init; }

    public OversightData? Oversight { get; init; }
}

/// <param name="Also">Roles that sign beside owner and approver.</param>
internal sealed record QuorumData(
    int Production, int Elsewhere, bool RecomputedDigest, IReadOnlyList<string>? Also = null);

/// <param name="Autonomy">What a system may do alone in the tier.</param>
/// <param name="Offices">Who must be named: a deputy and contacts.</param>
internal sealed record OversightData(IReadOnlyList<string> Autonomy, IReadOnlyList<string> Offices);

internal sealed record TermData(string Id, string Meaning, string? Clause = null);

internal sealed record RuleData
{
    public required string Id { get; init; }
    public required string Tier { get; init; }
    public required ConditionData When { get; init; }
    public string? Clause { get; init; }
    public required string Reason { get; init; }
}

/// <summary>All members given must hold; within a list any one does.</summary>
internal sealed record ConditionData
{
    public IReadOnlyList<string>? Kinds { get; init; }
    public IReadOnlyList<string>? Areas { get; init; }
    public IReadOnlyList<string>? DataClasses { get; init; }
    public IReadOnlyList<string>? Autonomy { get; init; }
    public bool? Production { get; init; }

    /// <summary>Currency to amount as a decimal string.</summary>
    public IReadOnlyDictionary<string, string>? ExposureAtLeast { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConditionData))]
[JsonSerializable(typeof(TaxonomyData))]
internal sealed partial class TaxonomyJson : JsonSerializerContext;
