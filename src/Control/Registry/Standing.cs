using Provost.Control.Adoptions;
using Provost.Control.Governance;

namespace Provost.Control.Registry;

/// <summary>The word for where a system stands, computed and never stored.</summary>
public static class Standing
{
    /// <summary>Every word for a system.</summary>
    public static IReadOnlyList<string> Words { get; } =
        ["approved", "draft", "registered", "retired", "serving", "suspended", "ungoverned"];

    /// <summary><c>draft</c>: no release was put forward. <c>registered</c>: one was. <c>approved</c>: a warrant is in
    /// force. <c>serving</c>: a client has a key too. <c>ungoverned</c>: nothing is, and calls pass under an
    /// adoption. <c>suspended</c>: paused or killed. <c>retired</c>: for good.</summary>
    public static string Of(GovernanceState state, SystemState system, DateTimeOffset now)
    {
        if (system.RetiredAt is not null)
            return "retired";

        if (state.Orders.On(system.Key).Any(o => o.Kind is "pause" or "kill"))
            return "suspended";

        if (state.Warrants.Live(system.Key, now) is not null)
        {
            return state.ClientKeys.Keys.Values.Any(k => k.System == system.Key && k.IsLive(now))
                ? "serving"
                : "approved";
        }

        if (AdoptionState.Passing(state, system.Key, now) is not null)
            return "ungoverned";

        return state.Registry.Releases.Exists(r => r.System == system.Key.System) ? "registered" : "draft";
    }

    /// <summary><c>live</c>, <c>in force</c>, <c>rejected</c>, <c>revoked</c>, <c>expired</c> or
    /// <c>submitted</c>.</summary>
    public static string Of(GovernanceState state, SystemKey key, ReleaseState release, DateTimeOffset now)
    {
        if (state.Warrants.Live(key, now)?.Release == release.Digest)
            return "live";

        if (state.Warrants.InForce(key, now).Any(w => w.Release == release.Digest))
            return "in force";

        if (state.Approvals.RejectionOf(key, release.Digest) is not null)
            return "rejected";

        var last = state.Warrants.Issued.FindLast(w => w.Key == key && w.Release == release.Digest);
        return last is null ? "submitted" : last.RevokedAt is null ? "expired" : "revoked";
    }
}
