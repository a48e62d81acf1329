using Provost.Control.Governance;

namespace Provost.Control.Intake.Editions;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class TaxonomyErrors
{
    public static GovernanceFault MayNot() => new(FaultKind.Forbidden, "provost.taxonomy.persons",
        "Compliance and approvers sign editions of the taxonomy; who administers the platform does not.",
        "Ask a person with the role compliance or approver.");

    public static GovernanceFault NeedsCompliance() => new(FaultKind.Forbidden, "provost.taxonomy.compliance",
        "One of the two persons who sign an edition has the role compliance.",
        "Have it signed by a person of compliance.");

    public static GovernanceFault SecondPerson() => new(FaultKind.Forbidden, "provost.taxonomy.second_person",
        "An edition takes a second person: not who brought it.", "Have somebody else sign it.");

    public static GovernanceFault NotNext(int next) => new GovernanceFault(FaultKind.Conflict,
        "provost.taxonomy.number", $"The next edition is number {next}.",
        $"Write edition: {next}, and see whether it was made from the one in force.").At("edition");

    public static GovernanceFault NotProposed() => new(FaultKind.Conflict, "provost.taxonomy.not_proposed",
        "Nobody has brought this edition within the last seven days.",
        "A first person applies the file; a second applies the same file.");

    public static GovernanceFault Unknown(int edition) => new(FaultKind.NotFound, "provost.taxonomy.unknown",
        $"There is no edition {edition} of the taxonomy.", "See provost taxonomy show.");

    public static GovernanceFault Frozen(string system, int edition) => new(FaultKind.Conflict,
        "provost.taxonomy.frozen",
        $"Edition {edition} of the taxonomy asks more of {system} than it was tiered by: its releases are frozen.",
        "Apply its manifest, so that it stands under the edition in force; then have it approved.");

    public static GovernanceFault Overdue(string system, int edition) => new(FaultKind.Conflict,
        "provost.taxonomy.overdue",
        $"{system} was to be approved again under edition {edition} of the taxonomy and was not: it stays suspended.",
        "Apply its manifest and have its release approved again; then resume it.");
}
