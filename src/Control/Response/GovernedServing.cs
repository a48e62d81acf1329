using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;

namespace Provost.Control.Response;

/// <summary>Makes the response's view of a system from what has authority: warrants, orders, owners in force.</summary>
public static class GovernedServing
{
    /// <param name="state">The governance state to read.</param>
    /// <param name="releaseOf">The release of a digest, from its blob; null when that is lost.</param>
    /// <param name="now">Decides which warrants are in force.</param>
    /// <returns>Null when the system is not registered or nothing of it is served.</returns>
    public static ServingView? Of(
        GovernanceState state, string system, string environment, Func<string, ReleaseDocument?> releaseOf,
        DateTimeOffset now)
    {
        var key = new SystemKey(system, environment);
        if (state.Registry.Find(system, environment) is not { } registered)
        {
            return null;
        }

        var inForce = state.Warrants.InForce(key, now).ToList();
        var restored = state.Orders.On(key).LastOrDefault(o => o.Kind == "rollback");
        var live = restored is null ? inForce.FirstOrDefault() : inForce.Find(w => w.Release == restored.Release);
        if (live is null || releaseOf(live.Release) is not { } release)
        {
            return null;
        }

        return new ServingView
        {
            System = system,
            Environment = environment,
            Release = live.Release,
            LiveSince = restored?.Since ?? live.IssuedAt,
            OnBreach = release.Spec.OnBreach,
            HasFallback = release.Spec.Fallback is not null,
            Latency = release.Spec.Latency,
            Restorable = [.. inForce.SkipWhile(w => w != live).Select(w => w.Release)
                .Where(r => r != live.Release).Distinct(StringComparer.Ordinal)],
            Escalation = [.. registered.Escalation
                .Select(step => (step, person: Ownership.Answers(state, registered, step.Role)))
                .Where(s => s.person is not null)
                .Select(s => new EscalationTarget(
                    s.step.Role, TimeSpan.FromMilliseconds(s.step.AfterMs), s.person!))],
        };
    }
}
