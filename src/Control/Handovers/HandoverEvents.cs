using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Handovers;

/// <summary>Offices of a system are offered to persons; each counts from that person's signed acceptance on. Signed by
/// who offers. An office that is null stays as it was; the owner in force takes an open offer back.</summary>
public sealed record HandoverOffered : IGovernanceBody<HandoverOffered>
{
    public static string Verb => "handover_offered";

    static JsonTypeInfo<HandoverOffered> IGovernanceBody<HandoverOffered>.Json =>
        GovernanceJson.Default.HandoverOffered;

    public required string System { get; init; }

    /// <summary>Person id.</summary>
    public string? Business { get; init; }

    /// <summary>Person id.</summary>
    public string? Technical { get; init; }

    /// <summary>Person id.</summary>
    public string? Deputy { get; init; }

    /// <summary>What stands after it, once all have accepted.</summary>
    internal OwnerIds Over(OwnerIds owners) => new(
        Business ?? owners.Business, Technical ?? owners.Technical, Deputy ?? owners.Deputy);
}

/// <summary>Somebody who was named an owner takes the office; signed by that person.</summary>
public sealed record OwnershipAccepted : IGovernanceBody<OwnershipAccepted>
{
    public static string Verb => "ownership_accepted";

    static JsonTypeInfo<OwnershipAccepted> IGovernanceBody<OwnershipAccepted>.Json =>
        GovernanceJson.Default.OwnershipAccepted;

    public required string System { get; init; }

    /// <summary>All offices as they were offered; an offer that changed since is not accepted by this.</summary>
    public required OwnerIds Owners { get; init; }
}

/// <summary>An owner went through a pause up to where it would take effect: the right to pause was there, and each
/// gateway answered. Changes nothing for clients; the entry is marked drill.</summary>
public sealed record PauseRehearsed : IGovernanceBody<PauseRehearsed>
{
    public static string Verb => "pause_rehearsed";

    static JsonTypeInfo<PauseRehearsed> IGovernanceBody<PauseRehearsed>.Json => GovernanceJson.Default.PauseRehearsed;

    public required string System { get; init; }
    public required string Environment { get; init; }
}
