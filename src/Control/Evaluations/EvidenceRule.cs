using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Evaluations;

/// <summary>
/// What must be proven of a release before anybody's approval counts, where its tier or the edition of the taxonomy
/// asks for tests: that the minimum which the release itself declares is reached by a test of the last 30 days.
/// </summary>
public static class EvidenceRule
{
    private const string Code = "evidence_missing";

    /// <summary>The word of the taxonomy that asks every release of a tier for a passed test.</summary>
    private const string Test = "test";

    /// <summary>What is missing; empty when an approval may be given.</summary>
    public static IReadOnlyList<GateFinding> Missing(
        GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset at)
    {
        var isTested = ReleaseDuties.Of(system.Tier).IsTested;
        var asksSet = Replay.Knows(system.Kind)
            && (state.Taxonomies.DutiesOf(system).Evidence.Contains(Test)
                || (isTested && release.Declares is not null));
        if (release.Evaluation is null)
        {
            return asksSet
                ?
                [
                    new(
                        Code, $"a passed test: tier {system.NamedTier} needs one, so an evaluation set with a minimum "
                            + "(spec.evaluation)",
                        "declare it in another version"),
                ]
                : [];
        }

        if (!(asksSet || isTested))
            return [];

        if (!Replay.Knows(system.Kind))
        {
            return
            [
                new(
                    Code, $"a passed test of its evaluation set; releases of kind {system.Kind} cannot be tested",
                    "leave spec.evaluation out in another version"),
            ];
        }

        var (newest, run) = (
            state.Rehearsals.Newest(release.System, release.Digest),
            $"provost test --release {release.System}@{release.Version}");
        if (newest is not { Result: { } result, EndedAt: { } ended })
            return [new(Code, "a passed test of its evaluation set", run)];

        if (result.Result != TestResultPredicate.Passed)
        {
            return [.. result.Run.Shortfalls.Select(
                s => new GateFinding(Code, $"a passed test; {s}", $"another version, or again with {run}"))];
        }

        return at < ended + RehearsalState.Counts
            ? []
            : [new(Code, $"a test that is not older than {RehearsalState.Counts.Days} days", run)];
    }
}
