using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;

namespace Provost.Control.Adoptions;

/// <summary>An owner in force signs an adoption. A system's first one is in force from here on; one that goes on from
/// another waits for a second person.</summary>
public sealed record AdoptionSigned : IGovernanceBody<AdoptionSigned>
{
    public static string Verb => "adoption_signed";

    static JsonTypeInfo<AdoptionSigned> IGovernanceBody<AdoptionSigned>.Json => GovernanceJson.Default.AdoptionSigned;

    public required AdoptionContent Content { get; init; }
}

/// <summary>A second person signs the same content: the renewal is in force.</summary>
public sealed record AdoptionConfirmed : IGovernanceBody<AdoptionConfirmed>
{
    public static string Verb => "adoption_confirmed";

    static JsonTypeInfo<AdoptionConfirmed> IGovernanceBody<AdoptionConfirmed>.Json =>
        GovernanceJson.Default.AdoptionConfirmed;

    public required Guid Adoption { get; init; }
}

/// <summary>An adoption, or the request for one, ends before its time.</summary>
public sealed record AdoptionEnded : IGovernanceBody<AdoptionEnded>
{
    public static string Verb => "adoption_ended";

    static JsonTypeInfo<AdoptionEnded> IGovernanceBody<AdoptionEnded>.Json => GovernanceJson.Default.AdoptionEnded;

    public required Guid Adoption { get; init; }

    /// <summary>Why, in clear.</summary>
    public required string Reason { get; init; }
}
