using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Registry;

/// <summary>A pipeline applied a manifest that says what stands already: the record is known to be true then.</summary>
public sealed record RecordVerified : IGovernanceBody<RecordVerified>
{
    public static string Verb => "record_verified";

    static JsonTypeInfo<RecordVerified> IGovernanceBody<RecordVerified>.Json => GovernanceJson.Default.RecordVerified;

    public required string System { get; init; }
    public required string Environment { get; init; }

    /// <summary>Digest of the terms that were applied again.</summary>
    public required string Terms { get; init; }
}

/// <summary>A system ends for good, in all its environments: its client keys and warrants end with it, its record
/// stays. Signed.</summary>
public sealed record SystemRetired : IGovernanceBody<SystemRetired>
{
    public static string Verb => "system_retired";

    static JsonTypeInfo<SystemRetired> IGovernanceBody<SystemRetired>.Json => GovernanceJson.Default.SystemRetired;

    public required string System { get; init; }
}
