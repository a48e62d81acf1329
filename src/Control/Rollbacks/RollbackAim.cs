using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Rollbacks;

/// <summary>Where a rollback of a system leads to.</summary>
/// <param name="Environment">Of the system.</param>
/// <param name="IsFallback">True: there is no release to restore, so the declared fallback of this one is
/// answered.</param>
public sealed record RollbackAim(string Environment, bool IsFallback);

/// <summary>One call of a rehearsed rollback, as the gateway answered it.</summary>
/// <param name="Decision">In the log, as a drill; null where the call never became one.</param>
/// <param name="Status">HTTP.</param>
/// <param name="Outcome">The gateway's word; null where it decided nothing.</param>
/// <param name="Release">Digest of the release that the call was bound to; null for none.</param>
public sealed record RollbackCall(Guid? Decision, int Status, string? Outcome, string? Release);

/// <summary>What came of a rehearsed rollback. Whether it passed follows from the calls.</summary>
/// <param name="RestoredMs">Milliseconds from the order to the first answer of what was restored; null where none
/// came.</param>
/// <param name="Calls">One to eight, in order.</param>
public sealed record RollbackOutcome(long? RestoredMs, IReadOnlyList<RollbackCall> Calls)
{
    /// <summary>Most calls of one rehearsal.</summary>
    public const int MostCalls = 8;

    /// <summary>Why it is no restoration; null when it is one.</summary>
    /// <param name="release">Digest of what had to come back.</param>
    /// <param name="isFallback">Whether its fallback had to be answered.</param>
    public string? Shortfall(string release, bool isFallback)
    {
        if (Calls.Count is 0 or > MostCalls)
            return "nothing was called";

        for (var i = 0; i < Calls.Count; i++)
        {
            var call = Calls[i];
            if (call.Release != release)
                return $"call {i + 1} came back from {call.Release ?? "no release"}, status {call.Status}";

            // what a guardrail blocks was bound to the restored release too: it is as approved
            if (call.Status is < 200 or >= 300 && (isFallback || call.Outcome != "blocked"))
                return $"call {i + 1} was answered with status {call.Status} ({call.Outcome ?? "no decision"})";

            if (call.Outcome == "fallback" != isFallback)
            {
                return isFallback
                    ? $"call {i + 1} was not answered with the fallback"
                    : $"call {i + 1} was answered with the fallback";
            }
        }

        return RestoredMs is null or < 0 || Calls.All(c => c.Status is < 200 or >= 300) ? "no call was answered" : null;
    }
}

/// <summary>Where a rollback would lead, and whether that was rehearsed.</summary>
public static class RollbackReadiness
{
    /// <summary>What is restored once a release serves and must not: the release that serves now or served before it;
    /// where there is none, the release's own fallback.</summary>
    /// <param name="system">The system in its environment.</param>
    /// <param name="candidate">Digest of the release that would be left.</param>
    public static (string Release, bool IsFallback) Target(
        GovernanceState state, SystemState system, string candidate, DateTimeOffset at) =>
        state.Warrants.InForce(system.Key, at).Select(w => w.Release).FirstOrDefault(r => r != candidate) is { } back
            ? (back, false)
            : (candidate, true);

    /// <summary>The newest rehearsal of that way back that came to an end; null while there is none.</summary>
    public static Rehearsal? Newest(
        GovernanceState state, SystemState system, (string Release, bool IsFallback) target) =>
        state.Rehearsals.All.FindLast(r => r.Is.System == system.Key.System && r.Is.Release == target.Release
            && r.Is.Rollback is { } aim && aim.Environment == system.Key.Environment
            && aim.IsFallback == target.IsFallback && r.EndedAt is not null);

    /// <summary>What is missing of the way back; empty where the tier asks for none. A chain is not called: its
    /// components are rehearsed.</summary>
    internal static IEnumerable<Gate.GateFinding> Missing(
        GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset at)
    {
        if (Gate.ReleaseDuties.Of(system.Tier).RollbackDays is not { } days || system.Kind == "chain")
            yield break;

        var target = Target(state, system, release.Digest, at);
        var back = target.IsFallback
            ? $"the fallback of {release.System}@{release.Version}"
            : $"{release.System}@{state.Registry.Release(release.System, target.Release)?.Version}";
        var newest = Newest(state, system, target);
        var lacks = newest is null ? $"a rehearsed rollback to {back}"
            : newest.Fault is not null ? $"a rehearsed rollback to {back}; the last one broke off: {newest.Fault}"
            : newest.Shortfall is { } why ? $"a rehearsed rollback to {back}; the last one failed: {why}"
            : at >= newest.EndedAt!.Value.AddDays(days) ? $"a rehearsal of the rollback to {back} within {days} days"
            : null;
        if (lacks is not null)
        {
            yield return new(
                "rollback_unrehearsed", lacks,
                $"provost rollback {release.System} --rehearse -e {system.Key.Environment}");
        }
    }
}
