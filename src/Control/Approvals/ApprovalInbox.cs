using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Approvals;

/// <summary>A release that waits for approval in one environment.</summary>
/// <param name="Missing">What is missing, one sentence each.</param>
/// <param name="Signed">Persons whose approvals count, oldest first.</param>
/// <param name="AsksYou">Whoever looks may sign it, has not, and would bring the quorum nearer.</param>
public sealed record WaitingRelease(
    SystemState System, ReleaseState Release, IReadOnlyList<string> Missing, IReadOnlyList<string> Signed,
    bool AsksYou);

/// <summary>
/// What waits for approval: submitted, not rejected, never warranted there, and newer than what serves there; an older
/// one that was passed over waits for nobody.
/// </summary>
public static class ApprovalInbox
{
    /// <summary>Everything that waits, longest first.</summary>
    /// <param name="person">Who looks.</param>
    public static IReadOnlyList<WaitingRelease> Of(GovernanceState state, string person, DateTimeOffset now) =>
    [
        .. state.Registry.Releases
            .SelectMany(r => state.Registry.Everywhere(r.System).Select(s => (system: s, release: r)))
            .Where(w => Waits(state, w.system, w.release, now))
            .Select(w => Read(state, w.system, w.release, person, now))
            .OrderBy(w => w.Release.SubmittedAt).ThenBy(w => w.System.Key.ToString(), StringComparer.Ordinal),
    ];

    private static bool Waits(GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset now)
    {
        if (state.Approvals.RejectionOf(system.Key, release.Digest) is not null
            || state.Warrants.Issued.Exists(w => w.Key == system.Key && w.Release == release.Digest))
        {
            return false;
        }

        return state.Warrants.Live(system.Key, now) is not { } live
            || state.Registry.Release(system.Key.System, live.Release) is not { } serves
            || release.SubmittedAt > serves.SubmittedAt;
    }

    private static WaitingRelease Read(
        GovernanceState state, SystemState system, ReleaseState release, string person, DateTimeOffset now)
    {
        var quorum = QuorumRule.Of(state, system, release, now);
        var signed = quorum.Counted.Select(a => a.Person).ToList();
        var canSign = person != release.Author && Permission.MayApprove(state, person, system);
        return new WaitingRelease(
            system, release, quorum.Missing, signed,
            canSign && (!signed.Contains(person) || QuorumRule.LacksCheckout(system, quorum.Counted)));
    }
}
