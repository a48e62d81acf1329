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

    /// <summary>The release was warranted, hence serving, before this approval. The fold finds that out for itself
    /// too.</summary>
    public bool Late { get; init; }
}

/// <summary>A person who might have approved said no, and signed that; the release returns to its author and cannot be
/// approved there any more.</summary>
public sealed record RejectionGiven : IGovernanceBody<RejectionGiven>
{
    public static string Verb => "rejection";

    static JsonTypeInfo<RejectionGiven> IGovernanceBody<RejectionGiven>.Json => GovernanceJson.Default.RejectionGiven;

    public required string System { get; init; }
    public required string Environment { get; init; }
    public required string Release { get; init; }

    /// <summary>Why, in clear, for the author: 3 to 200 printable characters. Null in records of before this member,
    /// which nobody signed; they take away and grant nothing, so they stand.</summary>
    public string? Reason { get; init; }
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
