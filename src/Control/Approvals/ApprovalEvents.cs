using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Approvals;

/// <summary>A person signed off on a release in one environment; the statement is the record's envelope.</summary>
public sealed record ApprovalGiven : IGovernanceBody<ApprovalGiven>
{
    public static string Verb => "approval";

    static JsonTypeInfo<ApprovalGiven> IGovernanceBody<ApprovalGiven>.Json => GovernanceJson.Default.ApprovalGiven;

    public required string System { get; init; }
    public required string Environment { get; init; }
    public required string Release { get; init; }

    /// <summary>The release was warranted, hence serving, before this approval.</summary>
    public bool Late { get; init; }
}

/// <summary>A person who might have approved said no; the release cannot be approved there any more.</summary>
public sealed record RejectionGiven : IGovernanceBody<RejectionGiven>
{
    public static string Verb => "rejection";

    static JsonTypeInfo<RejectionGiven> IGovernanceBody<RejectionGiven>.Json => GovernanceJson.Default.RejectionGiven;

    public required string System { get; init; }
    public required string Environment { get; init; }
    public required string Release { get; init; }
}

/// <summary>The signer issued a warrant; the statement is the record's envelope.</summary>
public sealed record WarrantIssued : IGovernanceBody<WarrantIssued>
{
    public static string Verb => "warrant_issued";

    static JsonTypeInfo<WarrantIssued> IGovernanceBody<WarrantIssued>.Json => GovernanceJson.Default.WarrantIssued;

    public required Guid Warrant { get; init; }
}

/// <summary>A warrant ends before its time.</summary>
public sealed record WarrantRevoked : IGovernanceBody<WarrantRevoked>
{
    public static string Verb => "warrant_revoked";

    static JsonTypeInfo<WarrantRevoked> IGovernanceBody<WarrantRevoked>.Json => GovernanceJson.Default.WarrantRevoked;

    public required Guid Warrant { get; init; }
}
