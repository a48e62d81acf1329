using System.Text.Json.Serialization.Metadata;

namespace Provost.Control.Governance;

/// <summary>A snapshot was signed; written before any gateway sees it, so an epoch is never used twice.</summary>
public sealed record SnapshotIssued : IGovernanceBody<SnapshotIssued>
{
    public static string Verb => "snapshot_issued";

    static JsonTypeInfo<SnapshotIssued> IGovernanceBody<SnapshotIssued>.Json => GovernanceJson.Default.SnapshotIssued;

    public required long Epoch { get; init; }

    /// <summary>Digest of the signed envelope's bytes.</summary>
    public required string Snapshot { get; init; }

    /// <summary>Digest of what the envelope holds, by which decisions name the snapshot they ran under; null in records
    /// of before this member.</summary>
    public string? Payload { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>From here on the platform's keys are kept in another way than before.</summary>
public sealed record CustodyChanged : IGovernanceBody<CustodyChanged>
{
    public static string Verb => "custody_changed";

    static JsonTypeInfo<CustodyChanged> IGovernanceBody<CustodyChanged>.Json => GovernanceJson.Default.CustodyChanged;

    /// <summary><c>C0</c> or <c>C1</c>.</summary>
    public required string Level { get; init; }

    /// <summary>In words: which users hold what.</summary>
    public required string Why { get; init; }
}

/// <summary>Somebody took part of the log out.</summary>
public sealed record LedgerExported : IGovernanceBody<LedgerExported>
{
    public static string Verb => "ledger_exported";

    static JsonTypeInfo<LedgerExported> IGovernanceBody<LedgerExported>.Json => GovernanceJson.Default.LedgerExported;

    /// <summary>The filters asked for, one text each.</summary>
    public required IReadOnlyList<string> Query { get; init; }

    public required long Entries { get; init; }

    /// <summary>Committed entries of the log when it was taken.</summary>
    public required long Size { get; init; }

    /// <summary>Digest of a bundle's manifest, which this record signs; null for a copy without proofs.</summary>
    public string? Manifest { get; init; }
}

/// <summary>
/// Somebody read the content of a decision; written before the content is shown.
/// </summary>
public sealed record ContentRevealed : IGovernanceBody<ContentRevealed>
{
    public static string Verb => "content_revealed";

    static JsonTypeInfo<ContentRevealed> IGovernanceBody<ContentRevealed>.Json =>
        GovernanceJson.Default.ContentRevealed;

    public required string Decision { get; init; }

    public required string System { get; init; }

    /// <summary>The method and the calls to the scorer, where it was read to explain a score; null otherwise.</summary>
    public string? Explains { get; init; }

    /// <summary>Why, in clear: who looks at the readings judges by it.</summary>
    public required string Purpose { get; init; }
}
