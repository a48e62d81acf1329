using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Ledger.Vault;

namespace Provost.Control.Retention;

/// <param name="Due">UTC day on which its term was over.</param>
/// <param name="Rule">Which term, in words.</param>
public sealed record EndedGroup(KeyGroup Group, DateOnly Due, string Rule);

/// <summary>Contents have reached the end of their term. Written before their keys go.</summary>
public sealed record TermEnded : IGovernanceBody<TermEnded>
{
    public static string Verb => "term_ended";

    static JsonTypeInfo<TermEnded> IGovernanceBody<TermEnded>.Json => GovernanceJson.Default.TermEnded;

    /// <summary>Edition of the schedule.</summary>
    public required int Edition { get; init; }

    /// <summary>Digest of the schedule.</summary>
    public required string Schedule { get; init; }

    public required IReadOnlyList<EndedGroup> Groups { get; init; }

    /// <summary>UTC day on which the last backup that still held a key is gone.</summary>
    public required DateOnly CompleteOn { get; init; }

    /// <summary>Aliases whose keys stay, because they are held.</summary>
    public IReadOnlyList<string> Spared { get; init; } = [];
}
