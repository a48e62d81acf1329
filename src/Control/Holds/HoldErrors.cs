using Provost.Control.Governance;

namespace Provost.Control.Holds;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class HoldErrors
{
    public static GovernanceFault ComplianceOnly() => new(FaultKind.Forbidden, "provost.holds.compliance_only",
        "Holds are placed and asked to end by compliance.", "Ask a person with the role compliance.");

    public static GovernanceFault CoversNothing() => new(FaultKind.Invalid, "provost.holds.empty",
        "A hold names a system, a subject, a window or an incident.", "Say what is to be kept.");

    public static GovernanceFault EmptyWindow() => new GovernanceFault(FaultKind.Invalid, "provost.holds.window",
        "The window of the hold ends before it begins.", "Give an earlier start or a later end.").At("to");

    public static GovernanceFault Taken() => new(FaultKind.Conflict, "provost.holds.taken",
        "There is a hold with this id already.", "Place it again; it gets another id.");

    public static GovernanceFault NamesTwice() => new GovernanceFault(FaultKind.Invalid, "provost.holds.subject",
        "A hold names a person by alias or by name, not both.", "Leave subject or person out.").At("person");

    public static GovernanceFault Unknown() => new(FaultKind.NotFound, "provost.holds.unknown",
        "There is no such hold in force.", "See provost hold list.");

    public static GovernanceFault NotAsked() => new(FaultKind.Conflict, "provost.holds.not_asked",
        "Nobody has asked for this hold to end within the last seven days.",
        "A first person asks with provost hold release; a second confirms.");

    public static GovernanceFault SecondPerson() => new(FaultKind.Forbidden, "provost.holds.second_person",
        "A hold ends when a second person signs: compliance or an approver, not who asked.",
        "Have somebody else confirm it.");

    public static GovernanceFault UnknownIncident() => new GovernanceFault(FaultKind.NotFound,
        "provost.incidents.unknown", "There is no such incident.", "See provost incidents list.").At("incident");

    /// <summary>What a hold answers to whoever wants to destroy.</summary>
    public static GovernanceFault Held(Hold hold) => new(FaultKind.Conflict, "provost.holds.held",
        $"Hold {hold.Id} keeps it: {hold.Covers.Basis}",
        "End the hold first, with two persons, or leave it until the hold has ended.");
}
