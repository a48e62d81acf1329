using Provost.Control.Governance;

namespace Provost.Control.Drills;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class DrillErrors
{
    public static GovernanceFault MayNot() => new(FaultKind.Forbidden, "provost.drills.persons",
        "A drill is called by an owner of a system, on-call, compliance or a platform administrator.",
        "Ask one of them.");

    public static GovernanceFault NobodyThere() => new GovernanceFault(FaultKind.NotFound, "provost.drills.person",
        "There is no live person of that address or id in the roster.", "See provost oncall.").At("person");

    public static GovernanceFault TooSoon() => new(FaultKind.TooMany, "provost.drills.too_soon",
        "This person was called within the last 10 minutes.", "Wait for the answer: provost drill list.");

    public static GovernanceFault Unknown() => new(FaultKind.NotFound, "provost.drills.unknown",
        "There is no such drill, or its time is over.", "Call another one.");
}
