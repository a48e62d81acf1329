using Provost.Control.Governance;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;

namespace Provost.Control.Handovers;

/// <summary>Suspends systems of tier high that have been without an owner for too long, and systems that were not
/// approved again in time after an edition of the taxonomy asked more of them. Tightening, so the server does it alone;
/// an owner resumes once the office is held again, or the release approved.</summary>
/// <param name="log">The state; who left when stands in it, so a restart forgets no clock.</param>
/// <param name="orders">Where the pause is given, as any other.</param>
/// <param name="time">Its clock.</param>
public sealed class SuspensionClock(GovernanceLog log, OrderDesk orders, TimeProvider time)
{
    /// <summary>Pauses what is due and not stopped already.</summary>
    /// <exception cref="InvalidOperationException">A pause was refused.</exception>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        var due = state.Registry.Systems.Values
            .Select(s => (s.Key, Why: Why(state, s, now)))
            .Where(s => s.Why is not null
                && state.Warrants.Live(s.Key, now) is not null
                && !state.Orders.On(s.Key).Any(o => o.Kind is "pause" or "kill"))
            .ToList();
        foreach (var (key, why) in due)
        {
            var given = await orders.GiveAsync(
                Actor.Response, key, "pause", release: null, incident: null, why!, cancellationToken);
            if (given.Fault is { } fault)
                throw new InvalidOperationException(fault.Message);
        }
    }

    private static string? Why(GovernanceState state, SystemState system, DateTimeOffset now) =>
        Ownership.SuspendsAt(state, system, now) <= now ? "Without an owner for 72 hours."
        : Tiering.SuspendsAt(state, system, now) <= now
            ? $"Not approved again in time under edition {system.Risen!.Edition} of the taxonomy."
        : null;
}
