using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Control.Rollbacks;

namespace Provost.Control.Evaluations;

/// <summary>
/// A release is rehearsed: until an instant it answers in the environment <c>rehearsal</c>, to one key that the server
/// alone has, and every call of it is a drill. Either its evaluation set is replayed or the way back to it is tried.
/// </summary>
public sealed record RehearsalBegun : IGovernanceBody<RehearsalBegun>
{
    public static string Verb => "rehearsal_begun";

    static JsonTypeInfo<RehearsalBegun> IGovernanceBody<RehearsalBegun>.Json => GovernanceJson.Default.RehearsalBegun;

    public required Guid Rehearsal { get; init; }
    public required string System { get; init; }

    /// <summary>Digest of the candidate.</summary>
    public required string Release { get; init; }

    /// <summary>Digest of the evaluation set that the release names; null where a rollback is rehearsed.</summary>
    public string? Set { get; init; }

    /// <summary>Where the rollback that is rehearsed leads to; null where a release is tested.</summary>
    public RollbackAim? Rollback { get; init; }

    /// <summary>Id of the client key.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of the whole key text, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>The lane closes then, whatever came of it.</summary>
    public required DateTimeOffset Until { get; init; }
}

/// <summary>A rehearsal is over. The statement, signed by the warrant key, is its result; without one it broke
/// off.</summary>
public sealed record RehearsalEnded : IGovernanceBody<RehearsalEnded>
{
    public static string Verb => "rehearsal_ended";

    static JsonTypeInfo<RehearsalEnded> IGovernanceBody<RehearsalEnded>.Json => GovernanceJson.Default.RehearsalEnded;

    public required Guid Rehearsal { get; init; }

    /// <summary>Why it broke off; null with a result.</summary>
    public string? Fault { get; init; }

    /// <summary>What came of a rehearsed rollback; null for a test.</summary>
    public RollbackOutcome? Rollback { get; init; }
}
