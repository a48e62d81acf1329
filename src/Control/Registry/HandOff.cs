using Provost.Control.Governance;

namespace Provost.Control.Registry;

/// <summary>How long a system took from one hand to the next, from the log.</summary>
/// <param name="Registered">When it was first applied in this environment.</param>
/// <param name="Submitted">When its first release was put forward.</param>
/// <param name="Approved">When its first warrant here was issued.</param>
/// <param name="FirstServed">When an answer of a model was first noted here.</param>
/// <param name="DaysSinceApproval">Whole days since the warrant that serves was issued; null where none does.</param>
public sealed record HandOff(
    DateTimeOffset Registered, DateTimeOffset? Submitted, DateTimeOffset? Approved, DateTimeOffset? FirstServed,
    int? DaysSinceApproval)
{
    /// <summary>The times of one system in one environment.</summary>
    public static HandOff Of(GovernanceState state, SystemState system, DateTimeOffset now)
    {
        var key = system.Key;
        return new HandOff(
            system.Since,
            state.Registry.Releases.Find(r => r.System == key.System)?.SubmittedAt,
            state.Warrants.Issued.Find(w => w.Key == key)?.IssuedAt,
            state.Vendors.Seen.Where(s => s.Key.System == key.System && s.Key.Environment == key.Environment)
                .Min(s => (DateTimeOffset?)s.Value[0].At),
            state.Warrants.Live(key, now) is { } live ? (int)Math.Floor((now - live.IssuedAt).TotalDays) : null);
    }
}
