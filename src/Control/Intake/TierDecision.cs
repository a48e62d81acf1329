using Provost.Gateway.Manifests;

namespace Provost.Control.Intake;

/// <summary>What the taxonomy says of one system in one environment. Closed: one of the three below.</summary>
public abstract record TierDecision
{
    private TierDecision()
    {
    }

    /// <summary>It may run under these duties.</summary>
    /// <param name="Tier"><c>minimal</c>, <c>limited</c> or <c>high</c>: the tier of the Act, which gateways and
    /// verifiers go by.</param>
    /// <param name="Reasons">Why this tier and no lower one, in plain words; never empty.</param>
    /// <param name="Faults">Where the system's own terms fall short of the duties; it is refused until there are
    /// none.</param>
    public sealed record Tiered(
        string Tier, TierDuties Duties, IReadOnlyList<TierReason> Reasons, IReadOnlyList<IntakeFault> Faults)
            : TierDecision
    {
        /// <summary>The organisation's own tier above that one; null where it is the Act's alone.</summary>
        public string? OwnTier { get; init; }

        /// <summary>The tier as people name it.</summary>
        public string Named => OwnTier ?? Tier;
    }

    /// <summary>It may not run at all.</summary>
    /// <param name="Reasons">Each with the clause that forbids it.</param>
    public sealed record Forbidden(IReadOnlyList<TierReason> Reasons) : TierDecision;

    /// <summary>The answers use words that this edition does not have: refused, because unknown is never
    /// harmless.</summary>
    public sealed record Unknown(IReadOnlyList<IntakeFault> Faults) : TierDecision;
}

/// <param name="Rule">Id of the rule in the taxonomy.</param>
/// <param name="Clause">Clause of the law or regulation, null for a rule of the taxonomy's own.</param>
/// <param name="Text">One sentence.</param>
public sealed record TierReason(string Rule, string? Clause, string Text);

/// <summary>An answer that cannot stand.</summary>
/// <param name="Path">Dotted path in the System document.</param>
public sealed record IntakeFault(string Path, string Message, string Remedy);

/// <summary>What a tier demands in one environment.</summary>
public sealed record TierDuties
{
    public required Quorum Quorum { get; init; }

    /// <summary>Of <c>closed</c>, <c>fallback</c>, <c>open</c>.</summary>
    public required IReadOnlyList<string> FailModes { get; init; }

    /// <summary><c>local</c>: durable on the gateway's own disk before release.</summary>
    public required string Durability { get; init; }

    /// <summary>The intent is durable before the prompt goes out.</summary>
    public required bool IntentBeforePrompt { get; init; }

    /// <summary>A record that fails or is late is a refusal, whatever the fail mode says.</summary>
    public required bool RefuseOnLateRecord { get; init; }

    /// <summary>How long a gateway may serve from its last snapshot.</summary>
    public required TimeSpan Lease { get; init; }

    public required Span MinimumKeep { get; init; }

    /// <summary>Lowest custody level in production, <c>C0</c> or <c>C1</c>, where the log is not a demo's or a
    /// test's.</summary>
    public required string Custody { get; init; }

    /// <summary>Parts of a release that must not be empty: <c>thresholds</c>, <c>fallback</c>.</summary>
    public required IReadOnlyList<string> Requires { get; init; }

    /// <summary>Signals that a release must set thresholds for: <c>latency</c>, <c>drift</c>.</summary>
    public IReadOnlyList<string> Signals { get; init; } = [];

    /// <summary>What must be proven before an approval counts: <c>test</c>, a passed test of an evaluation
    /// set.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Who answers for the system looks at it again at least so often; null: whenever a release is
    /// approved.</summary>
    public Span? ReviewEvery { get; init; }

    /// <summary>What a system may do alone: of <c>answers</c>, <c>recommends</c>, <c>decides</c>, <c>acts</c>; null
    /// for all.</summary>
    public IReadOnlyList<string>? Autonomy { get; init; }

    /// <summary>Who must be named: of <c>deputy</c>, <c>security</c>, <c>compliance</c>, <c>data</c>.</summary>
    public IReadOnlyList<string> Offices { get; init; } = [];

    /// <summary>The required parts that the release leaves empty, as members of its spec.</summary>
    /// <remarks>A chain answers nothing itself: its components carry thresholds and fallbacks.</remarks>
    public IReadOnlyList<string> MissingFrom(ReleaseDocument release) => release.Kind == "chain"
        ? []
        : [
            .. Requires.Where(part => part switch
            {
                "thresholds" => release.Spec.Latency is null && release.Spec.Drift is null,
                "fallback" => release.Spec.Fallback is null,
                _ => true,
            }),
            .. Signals.Where(signal => signal switch
            {
                "latency" => release.Spec.Latency is null,
                "drift" => release.Spec.Drift is null,
                _ => true,
            }),
        ];

    /// <summary>Whether a release under these duties owes no less than under others in any respect. How often a system
    /// is looked at again is nothing that a release owes.</summary>
    public bool AtLeast(TierDuties other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Quorum.Persons >= other.Quorum.Persons
            && (Quorum.RecomputedDigest || !other.Quorum.RecomputedDigest)
            && Holds(Quorum.Also, other.Quorum.Also)
            && Holds(other.FailModes, FailModes)
            && (IntentBeforePrompt || !other.IntentBeforePrompt)
            && (RefuseOnLateRecord || !other.RefuseOnLateRecord)
            && Lease <= other.Lease
            && MinimumKeep.ApproximateDays >= other.MinimumKeep.ApproximateDays
            && string.CompareOrdinal(Custody, other.Custody) >= 0
            && Holds(Requires, other.Requires) && Holds(Signals, other.Signals) && Holds(Evidence, other.Evidence)
            && (other.Autonomy is not { } alone || (Autonomy is { } mine && Holds(alone, mine)))
            && Holds(Offices, other.Offices);
    }

    private static bool Holds(IReadOnlyList<string> all, IReadOnlyList<string> some) => some.All(all.Contains);
}

/// <summary>Who must approve; the author never counts.</summary>
/// <param name="Persons">
/// 2: the business or technical owner in force and another person with the role approver. 1: one such person.
/// </param>
/// <param name="RecomputedDigest">At least one approval comes from a checkout whose digest was computed again.</param>
public sealed record Quorum(int Persons, bool RecomputedDigest)
{
    /// <summary>Roles of which a further person signs: <c>compliance</c>.</summary>
    public IReadOnlyList<string> Also { get; init; } = Array.Empty<string>();
}
