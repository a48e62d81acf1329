using Provost.Control.Governance;
using Provost.Gateway.Warrants;

namespace Provost.Control.Adoptions;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class AdoptionErrors
{
    public static GovernanceFault TooLong(DateTimeOffset since) => new GovernanceFault(
        FaultKind.Invalid, "provost.adoptions.until",
        "An adoption ends in the future and within 30 days in a row; the row of this one began at "
            + $"{since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.",
        $"Name an end until {(since + AdoptionContent.Longest).UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, or have a release "
            + "approved.").At("until");

    public static GovernanceFault Chain() => new(FaultKind.Invalid, "provost.adoptions.chain",
        "A chain is not called itself.", "Adopt its components.");

    public static GovernanceFault Tier(string tier) => new(FaultKind.Forbidden, "provost.adoptions.tier",
        $"A system of tier {tier} passes nothing before it is approved.", "Submit a release and have it approved.");

    public static GovernanceFault Governed() => new(FaultKind.Conflict, "provost.adoptions.governed",
        "A release of this system was approved here: it is governed and is not adopted any more.",
        "Have a release approved; what must be done now goes by provost exception.");

    public static GovernanceFault Rejected() => new(FaultKind.Conflict, "provost.adoptions.rejected",
        "A release of this system was rejected here; an adoption does not go around a no.",
        "Submit a changed release under a new version and have it approved.");

    public static GovernanceFault TermsChanged() => new(FaultKind.Conflict, "provost.adoptions.differs",
        "The system's terms or tier are not those that the adoption names.", "Ask again and sign what stands now.");

    public static GovernanceFault Row() => new(FaultKind.Conflict, "provost.adoptions.row",
        "The adoption does not go on from the last one as it stands.", "Ask again and sign what stands now.");

    public static GovernanceFault Provider(IEnumerable<string> known) => new GovernanceFault(
        FaultKind.Invalid, "provost.adoptions.provider", "Calls go to one provider of the platform's settings.",
        $"Name one of: {string.Join(", ", known)}.").At("provider");

    public static GovernanceFault NoStanding() => new(FaultKind.Forbidden, "provost.adoptions.no_standing",
        "An adoption is signed by the business or technical owner of the system.", "Ask one of them.");

    public static GovernanceFault NoSecondStanding() => new(FaultKind.Forbidden, "provost.adoptions.no_standing",
        "A renewal is signed by an owner of the system and another owner or a person with role approver.",
        "Ask one of them.");

    public static GovernanceFault SecondPerson() => new(FaultKind.Forbidden, "provost.adoptions.second_person",
        "The second signature is another person's than the first.", "Have somebody else sign it.");

    public static GovernanceFault NotAsked() => new(FaultKind.NotFound, "provost.adoptions.not_asked",
        "No such adoption waits for a signature: unknown, in force, ended, or another came in its place.",
        "See provost adopt list.");

    public static GovernanceFault NotStanding() => new(FaultKind.NotFound, "provost.adoptions.unknown",
        "There is no such adoption, or it is over.", "See provost adopt list.");

    public static GovernanceFault MayNotEnd() => new(FaultKind.Forbidden, "provost.adoptions.may_not_end",
        "An adoption is ended by an owner of the system, on-call, compliance or an approver.", "Ask one of them.");

    public static GovernanceFault Taken() => new(FaultKind.Conflict, "provost.adoptions.taken",
        "There is an adoption with this id already.", "Ask again; it gets another id.");
}
