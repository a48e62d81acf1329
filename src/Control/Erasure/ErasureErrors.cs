using Provost.Control.Governance;

namespace Provost.Control.Erasure;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class ErasureErrors
{
    public static GovernanceFault ComplianceOnly() => new(FaultKind.Forbidden, "provost.erasures.compliance_only",
        "Content is erased by compliance, never by who administers the platform.",
        "Ask a person with the role compliance.");

    public static GovernanceFault NamesNothing() => new(FaultKind.Invalid, "provost.erasures.empty",
        "An erasure names one subject or one decision.", "Give a person's alias or a decision's id.");

    public static GovernanceFault NothingKept() => new(FaultKind.NotFound, "provost.erasures.nothing",
        "No content is kept of that subject or decision.", "Check the alias; a digest alone keeps nothing to erase.");

    public static GovernanceFault TooMany() => new(FaultKind.Invalid, "provost.erasures.too_many",
        "The subject has keys in more than 500 groups.", "End the terms that are over first (provost retention run).");

    public static GovernanceFault InsideTerm(string duty) => new GovernanceFault(FaultKind.Conflict,
        "provost.erasures.inside_term", $"A law asks to keep this: {duty}.",
        "Erase it when that is over. If the request outweighs it, say why (despite, --despite): law and reason stand "
        + "in the log with the order.").At("despite");

    public static GovernanceFault TooSoon() => new(FaultKind.Invalid, "provost.erasures.complete_on",
        $"Nothing is gone for good before the last backup of its keys is, {ErasureState.BackupDays} days later.",
        "Ask for the statement again and sign that.");

    public static GovernanceFault Differs() => new(FaultKind.Conflict, "provost.erasures.differs",
        "The order names other places than those where the content lies.",
        "Ask for the statement again and sign that.");

    public static GovernanceFault Ordered(Guid erasure, string why) => new(FaultKind.Unavailable,
        "provost.erasures.ordered",
        $"The order stands in the log (entry {erasure}), and from now on nothing it covers is shown; the keys are not "
        + $"destroyed yet. {why}",
        "Nothing needs to be asked again: it is carried out as soon as the vault answers.");

    public static GovernanceFault UnknownDecision() => new GovernanceFault(FaultKind.NotFound,
        "provost.decisions.unknown", "There is no such decision, or it is not indexed yet.",
        "A fresh decision is indexed within seconds.").At("decision");
}
