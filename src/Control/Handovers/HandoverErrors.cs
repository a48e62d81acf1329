using Provost.Control.Governance;

namespace Provost.Control.Handovers;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class HandoverErrors
{
    public static GovernanceFault Nothing() => new(FaultKind.Invalid, "provost.handover.empty",
        "A handover names who is to hold an office.", "Name a person for business, technical or deputy.");

    public static GovernanceFault MayNot(string system) => new(FaultKind.Forbidden, "provost.handover.forbidden",
        $"Offices of {system} are handed over by an owner in force; an office whose holder has left also by "
        + "compliance or a platform administrator.", "Ask one of them.");

    public static GovernanceFault NotLive(string office) => new GovernanceFault(FaultKind.Invalid,
        "provost.handover.person", $"Whom you name for {office} is not a live person of the roster.",
        "Name a person's mail address; a platform administrator adds people.").At(office);

    public static GovernanceFault NothingOffered(string system) => new(FaultKind.Conflict,
        "provost.systems.nothing_offered", $"No office of {system} waits for this person's acceptance.",
        "See the system's owners.");

    public static GovernanceFault OfferChanged() => new(FaultKind.Conflict, "provost.handover.changed",
        "The offices offered are not those that were signed.", "Look at the offer as it stands and sign that.");

    public static GovernanceFault Vacant(string system) => new(FaultKind.Conflict, "provost.ownership.vacant",
        $"An owner of {system} has left: releases are frozen until somebody accepts the office.",
        $"Offer it with provost handover {system} --technical PERSON (or --business), and have them accept.");

    public static GovernanceFault Overdue(string system) => new(FaultKind.Conflict, "provost.ownership.vacant",
        $"{system} is of tier high and has been without an owner for more than 72 hours: it stays suspended.",
        $"Hand the office over first: provost handover {system}, then the acceptance.");
}
