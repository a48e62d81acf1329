using Provost.Control.Governance;

namespace Provost.Control.Rollbacks;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class RollbackErrors
{
    public static GovernanceFault NoWayBack() => new(FaultKind.Conflict, "provost.rollback.no_way_back",
        "There is neither another approved release to go back to nor a declared fallback.",
        "Declare spec.fallback, and apply and submit the release as a new version.");

    public static GovernanceFault Chain() => new(FaultKind.Conflict, "provost.rollback.chain",
        "A chain is not called itself.", "Rehearse the rollback of its components.");

    public static GovernanceFault NoRelease(string system) => new(FaultKind.NotFound, "provost.rollback.no_release",
        $"{system} has no release that was submitted.", $"provost submit {system}@VERSION");

    public static GovernanceFault NoSuchRehearsal() => new(FaultKind.NotFound, "provost.rollback.unknown",
        "There is no such rehearsal.", "See provost rollback SYSTEM --list.");
}
