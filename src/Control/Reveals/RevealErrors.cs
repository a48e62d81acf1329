using Provost.Control.Governance;

namespace Provost.Control.Reveals;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class RevealErrors
{
    public static GovernanceFault ComplianceOnly() => new(FaultKind.Forbidden, "provost.reveals.compliance_only",
        "Content is read by compliance, never by who administers the platform.",
        "Ask a person with the role compliance.");

    public static GovernanceFault ThatIsMany() => new(FaultKind.TooMany, "provost.reveals.many",
        $"One person reads at most {RevealState.SinglesADay} decisions in 24 hours alone.",
        "Ask for them together (provost reveal ask); a second person confirms.");

    public static GovernanceFault Unknown() => new(FaultKind.NotFound, "provost.reveals.unknown",
        "There is no such reveal that waits for this.", "See provost reveal list.");

    public static GovernanceFault SecondPerson() => new(FaultKind.Forbidden, "provost.reveals.second_person",
        "A reveal of many is confirmed by a second person: compliance or an approver, not who asked.",
        "Have somebody else confirm it.");

    public static GovernanceFault NotConfirmed() => new(FaultKind.Forbidden, "provost.reveals.not_confirmed",
        "No second person has confirmed this reveal within the last 24 hours.",
        "Have somebody else confirm it (provost reveal confirm), or ask again.");

    public static GovernanceFault NeedsSystem() => new GovernanceFault(FaultKind.Invalid, "provost.reveals.system",
        "A reveal of many names one system.", "Give system, and a window or other filters.").At("system");

    public static GovernanceFault TooMany(int most) => new(FaultKind.Invalid, "provost.reveals.too_many",
        $"More than {most} decisions fit.", "Narrow the window or the filters.");

    public static GovernanceFault TooLargeToTakeOut() => new(FaultKind.Invalid, "provost.reveals.too_large",
        $"A bundle holds contents of {RevealDesk.MostOfOne >> 20} MiB each, {RevealDesk.MostInAll >> 20} MiB in all.",
        "Ask for a narrower window, or read them without proofs (provost reveal read).");

    public static GovernanceFault NothingFits() => new(FaultKind.NotFound, "provost.reveals.nothing",
        "No decision fits.", "Widen the window or the filters.");

    public static GovernanceFault Changed() => new(FaultKind.Conflict, "provost.reveals.changed",
        "Other decisions fit now than those that were confirmed.", "Ask again, with an end of the window in the past.");
}
