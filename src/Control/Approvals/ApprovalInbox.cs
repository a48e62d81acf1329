using Provost.Control.Access;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;

namespace Provost.Control.Approvals;

/// <summary>A release that waits for approval in one environment.</summary>
/// <param name="Missing">What is missing, one sentence each: readiness first, without which nobody approves.</param>
/// <param name="Signed">Persons whose approvals count, oldest first.</param>
/// <param name="AsksYou">Whoever looks may sign it, has not, and would bring the quorum nearer.</param>
public sealed record WaitingRelease(
    SystemState System, ReleaseState Release, IReadOnlyList<string> Missing, IReadOnlyList<string> Signed,
    bool AsksYou);

/// <summary>A release that was rejected in one environment, for its author to answer with another.</summary>
public sealed record ReturnedRelease(ReleaseState Release, Rejection No);

/// <summary>
/// What waits for approval: submitted, not rejected, never warranted there, and newer than what serves there; an older
/// one that was passed over waits for nobody.
/// </summary>
public static class ApprovalInbox
{
    /// <summary>Everything that waits, longest first. Each page of the console counts it, so releases, warrants and
    /// systems are gone through once each.</summary>
    /// <param name="person">Who looks.</param>
    public static IReadOnlyList<WaitingRelease> Of(GovernanceState state, string person, DateTimeOffset now)
    {
        var systems = state.Registry.Systems.Values.Where(s => s.RetiredAt is null).ToLookup(s => s.Key.System);
        var submitted = state.Registry.Releases.ToDictionary(r => (r.System, r.Digest), r => r.SubmittedAt);
        var warranted = new HashSet<(SystemKey Key, string Release)>();
        var serves = new Dictionary<SystemKey, DateTimeOffset>(); // since when its release was put forward

        // What is to be approved again, since an edition of the taxonomy asks more of it, waits though it serves.
        var again = state.Registry.Systems.Values.Where(s => Tiering.SuspendsAt(state, s, now) is not null)
            .Select(s => s.Key).ToHashSet();
        foreach (var warrant in state.Warrants.Issued)
        {
            if (!again.Contains(warrant.Key) || state.Warrants.Live(warrant.Key, now)?.Release != warrant.Release)
                warranted.Add((warrant.Key, warrant.Release));

            if (warrant.IsInForce(now) && submitted.TryGetValue((warrant.Key.System, warrant.Release), out var since))
                serves[warrant.Key] = since; // oldest first: the newest in force is what traffic goes to
        }

        return
        [
            .. state.Registry.Releases
                .SelectMany(r => systems[r.System].Select(s => (system: s, release: r)))
                .Where(w => !warranted.Contains((w.system.Key, w.release.Digest))
                    && (!serves.TryGetValue(w.system.Key, out var since) || w.release.SubmittedAt >= since)
                    && state.Approvals.RejectionOf(w.system.Key, w.release.Digest) is null)
                .Select(w => Read(state, w.system, w.release, person, now))
                .OrderBy(w => w.Release.SubmittedAt).ThenBy(w => w.System.Key.ToString(), StringComparer.Ordinal),
        ];
    }

    /// <summary>What was rejected and is answered by no later release of its system, the newest first.</summary>
    public static IReadOnlyList<ReturnedRelease> Returned(GovernanceState state)
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var release in state.Registry.Releases)
            last[release.System] = release.Digest;

        return
        [
            .. state.Approvals.Rejected.Reverse()
                .Where(no => last.GetValueOrDefault(no.Key.System) == no.Release)
                .Select(no => new ReturnedRelease(state.Registry.Release(no.Key.System, no.Release)!, no)),
        ];
    }

    private static WaitingRelease Read(
        GovernanceState state, SystemState system, ReleaseState release, string person, DateTimeOffset now)
    {
        var quorum = QuorumRule.Of(state, system, release, now);
        var signed = quorum.Counted.Select(a => a.Person).ToList();
        var readiness = ReleaseReadiness.Sentences(state, system, release, now);
        var canSign = readiness.Count == 0 && !release.IsBy(person) && Permission.MayApprove(state, person, system);
        return new WaitingRelease(
            system, release, [.. readiness, .. quorum.Missing], signed,
            canSign && (!signed.Contains(person) || QuorumRule.LacksCheckout(system, quorum.Counted)));
    }
}
