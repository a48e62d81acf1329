using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Control.Rollbacks;

namespace Provost.SystemTests.WebConsole;

/// <summary>Rehearsals in <see cref="ConsoleTown"/>: the way back from the assistant's release failed, then
/// passed.</summary>
internal static class RehearsalTown
{
    public static GovernanceState With(GovernanceState state) => state with
    {
        Rehearsals = state.Rehearsals with
        {
            All =
            [
                Rollback(TimeSpan.FromHours(2), new RollbackCall(null, 502, null, null), restoredMs: null),
                Rollback(
                    TimeSpan.FromHours(1), new RollbackCall(ConsoleTown.Incident, 200, "fallback", ConsoleTown.Next),
                    restoredMs: 1840),
            ],
        },
    };

    private static Rehearsal Rollback(TimeSpan ago, RollbackCall call, long? restoredMs) => new(
        new RehearsalBegun
        {
            Rehearsal = Guid.CreateVersion7(ConsoleTown.Now - ago),
            System = ConsoleTown.Refund.System,
            Release = ConsoleTown.Next,
            Rollback = new RollbackAim(ConsoleTown.Refund.Environment, IsFallback: true),
            Key = "0000000000",
            Hash = new string('a', 64),
            Until = ConsoleTown.Now - ago + TimeSpan.FromMinutes(5),
        },
        ConsoleTown.Owner, ConsoleTown.Now - ago)
    {
        Restored = new RollbackOutcome(restoredMs, [call]),
        EndedAt = ConsoleTown.Now - ago + TimeSpan.FromSeconds(2),
    };
}
