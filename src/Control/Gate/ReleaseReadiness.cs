using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Rollbacks;

namespace Provost.Control.Gate;

/// <summary>
/// All that a release lacks before anybody may approve it: lineage, operating constraints, test evidence, the way back.
/// Asked by whoever proposes a statement, by the fold when an approval is given, by the gate, the inbox and the plan;
/// one list, all of it at once.
/// </summary>
public static class ReleaseReadiness
{
    /// <summary>What is missing; empty when an approval may be given. <c>Message</c> is a noun, as
    /// <c>a passed test of its evaluation set</c>.</summary>
    public static IReadOnlyList<GateFinding> Missing(
        GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset at)
    {
        // what was submitted before releases said what they name is held to what was asked of it then
        return release.Declares is not { } places
            ? EvidenceRule.Missing(state, system, release, at)
            :
            [
                .. ReleaseDuties.Unnamed(system, state.Taxonomies.DutiesOf(system), places),
                .. EvidenceRule.Missing(state, system, release, at),
                .. Parts(state, system, release, at),
                .. RollbackReadiness.Missing(state, system, release, at),
            ];
    }

    /// <summary>The same as sentences, each with what to do.</summary>
    public static IReadOnlyList<string> Sentences(
        GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset at) =>
        [.. Missing(state, system, release, at).Select(m => $"{m.Message}: {m.Remedy}")];

    /// <summary>A chain is tested by its parts: each has a warrant of its own in the same environment.</summary>
    private static IEnumerable<GateFinding> Parts(
        GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset at) =>
        ReleaseDuties.Of(system.Tier).IsTested
            ? release.Uses.Where(u => u.Kind == UsedPart.Component && !state.Warrants
                    .InForce(new SystemKey(u.Name, system.Key.Environment), at).Any(w => w.Release == u.Digest))
                .Select(u => new GateFinding(
                    "evidence_missing", $"a warrant in {system.Key.Environment} of its part {u.Name} ({u.Digest})",
                    "have that release approved first"))
            : [];
}
