using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Evaluations;

/// <summary>
/// What must be proven of a release before anybody's approval counts: in tier high, that the minimum which the release
/// itself declares is reached by a test of the last 30 days; where the edition of the taxonomy asks for a test, that
/// there is one. Asked by whoever proposes a statement, by the fold when it
/// is given, and by the gate; one list, all of it at once.
/// </summary>
public static class EvidenceRule
{
    /// <summary>The word of the taxonomy that asks every release of a tier for a passed test.</summary>
    private const string Test = "test";

    /// <summary>What is missing, one sentence each with its remedy; empty when an approval may be given.</summary>
    public static IReadOnlyList<string> Missing(
        GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset at)
    {
        var asked = state.Taxonomies.DutiesOf(system).Evidence.Contains(Test) && Replay.Knows(system.Kind);
        if (asked && release.Evaluation is null)
        {
            return
            [
                $"a passed test: tier {system.NamedTier} needs one, so declare spec.evaluation with a minimum in "
                    + "another version",
            ];
        }

        if (release.Evaluation is null || !(asked || system.Tier == "high"))
            return [];

        if (!Replay.Knows(system.Kind))
        {
            return
            [
                $"a passed test of its evaluation set: releases of kind {system.Kind} cannot be tested yet, so leave "
                    + "spec.evaluation out in another version",
            ];
        }

        var (newest, run) = (
            state.Rehearsals.Newest(release.System, release.Digest),
            $"provost test --release {release.System}@{release.Version}");
        if (newest is not { Result: { } result, EndedAt: { } ended })
            return [$"a passed test of its evaluation set: {run}"];

        if (result.Result != TestResultPredicate.Passed)
        {
            return [.. result.Run.Shortfalls.Select(
                s => $"a passed test: {s}; another version, or again with {run}")];
        }

        return at < ended + RehearsalState.Counts
            ? []
            : [$"a test that is not older than {RehearsalState.Counts.Days} days: {run}"];
    }
}
