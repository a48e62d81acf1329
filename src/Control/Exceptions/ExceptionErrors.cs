using Provost.Control.Governance;

namespace Provost.Control.Exceptions;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class ExceptionErrors
{
    public static GovernanceFault Scope() => new GovernanceFault(FaultKind.Invalid, "provost.exceptions.scope",
        "An exception serves one named release, or lets one named guardrail flag.",
        "Write release=VERSION (or its digest), or guardrail=input:ID, guardrail=output:ID.").At("scope");

    public static GovernanceFault NoGuardrail(string scope) => new GovernanceFault(
        FaultKind.Invalid, "provost.exceptions.scope", $"No release in force has {scope} with an action to lift.",
        "Name a guardrail as the manifest does, with its direction.").At("scope");

    public static GovernanceFault TooLong() => new GovernanceFault(FaultKind.Invalid, "provost.exceptions.until",
        "An exception ends within 72 hours; it is never indefinite.",
        "Name an instant to come within 72 hours; for longer, have a release approved.").At("until");

    public static GovernanceFault NoStanding() => new(FaultKind.Forbidden, "provost.exceptions.no_standing",
        "An exception is signed by the business or technical owner of the system or by a person with role approver.",
        "Ask two of them.");

    public static GovernanceFault SecondPerson() => new(FaultKind.Forbidden, "provost.exceptions.second_person",
        "The second signature is another person's than the first.", "Have somebody else sign it.");

    public static GovernanceFault Rejected() => new(FaultKind.Conflict, "provost.exceptions.rejected",
        "This release was rejected here; an exception does not go around a no.",
        "Submit a changed release under a new version.");

    public static GovernanceFault NotAsked() => new(FaultKind.NotFound, "provost.exceptions.not_asked",
        "No such exception waits for a signature: unknown, granted, ended, or past its end, or who asked may no more.",
        "See provost exception list.");

    public static GovernanceFault NotStanding() => new(FaultKind.NotFound, "provost.exceptions.unknown",
        "There is no such exception, or it is over.", "See provost exception list.");

    public static GovernanceFault OneStands(GovernedException standing) => new(
        FaultKind.Conflict, "provost.exceptions.one_stands",
        $"Exception {standing.Id} is in force on this system; there is one at a time.",
        "End it first, or wait until it is over.");

    public static GovernanceFault MayNotEnd() => new(FaultKind.Forbidden, "provost.exceptions.may_not_end",
        "An exception is ended by an owner of the system, on-call, compliance or an approver.", "Ask one of them.");

    public static GovernanceFault Taken() => new(FaultKind.Conflict, "provost.exceptions.taken",
        "There is an exception with this id already.", "Ask again; it gets another id.");
}
