using Provost.Control.Governance;

namespace Provost.Control.Approvals;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class ApprovalErrors
{
    public static GovernanceFault OwnWork() => new(FaultKind.Forbidden, "provost.approvals.own_work",
        "The author of a release, who applied or submitted it, does not approve it.",
        "Ask the owner and a second person.");

    public static GovernanceFault NoStanding() => new(FaultKind.Forbidden, "provost.approvals.no_standing",
        "Approving needs the business or technical owner of the system, or the role approver.",
        "Ask one of them.");

    public static GovernanceFault Floating(string tier) => new(FaultKind.Conflict, "provost.approvals.floating",
        $"The model of this release floats, and tier {tier} needs a pinned one.",
        "Have its author name the dated model and submit it under a new version.");

    public static GovernanceFault Rejected() => new(FaultKind.Conflict, "provost.approvals.rejected",
        "This release was rejected here.", "Submit a changed release under a new version.");

    public static GovernanceFault AlreadyApproved() => new(FaultKind.Conflict, "provost.approvals.twice",
        "This person's approval stands already.", "Another person must approve, if one is missing.");

    public static GovernanceFault NotTheirSignature() => new(FaultKind.Forbidden, "provost.approvals.signature",
        "The statement is not signed by a key registered for this person.",
        "Sign it with a key of the person who is logged in: a passkey, or a key file.");

    public static GovernanceFault Differs(string member) => new GovernanceFault(FaultKind.Conflict,
        "provost.approvals.differs", $"The signed statement's \"{member}\" is not what stands here now.",
        "Ask for the statement to sign again, look at it, and sign exactly its bytes.").At("predicate." + member);

    public static GovernanceFault Warranted() => new(FaultKind.Conflict, "provost.approvals.warranted",
        "This release is warranted already.", "Revoke its warrant, or pause the system.");

    public static GovernanceFault WarrantUnsigned() => new(FaultKind.Forbidden, "provost.warrants.unsigned",
        "The warrant is not signed by this log's warrant key.", "Have the signer issue it.");

    public static GovernanceFault WarrantTaken() => new(FaultKind.Conflict, "provost.warrants.taken",
        "There is a warrant of this id.", "Nothing needs to be done.");

    public static GovernanceFault NoSuchWarrant() => new(FaultKind.NotFound, "provost.warrants.unknown",
        "There is no such warrant in force: unknown, revoked already, or past its end.",
        "See the system's releases and their warrants.");

    public static GovernanceFault MayNotRevoke() => new(FaultKind.Forbidden, "provost.warrants.may_not_revoke",
        "Revoking needs the business or technical owner of the system, or the role approver.",
        "Ask one of them; owners, on-call and compliance can pause the system meanwhile.");

    public static GovernanceFault RevokeReasonMissing() => new GovernanceFault(FaultKind.Invalid,
        "provost.warrants.reason", "A revocation says why.", "Give the reason; it is recorded.").At("reason");

    public static GovernanceFault QuorumMissing(IReadOnlyList<string> missing) => new(FaultKind.Conflict,
        "provost.warrants.quorum", $"Approvals are missing: {string.Join(" and ", missing)}.",
        "Have them approve the release.");

    public static GovernanceFault CheckoutMissing() => new(FaultKind.Conflict, "provost.warrants.checkout",
        "In tier high one approval must come from a machine that computed the digest again from a checkout.",
        "Have one of the approvers sign with provost approve SYSTEM@VERSION --manifest provost.yaml.");

    public static GovernanceFault UnknownOrigin() => new GovernanceFault(FaultKind.Invalid,
        "provost.approvals.digest_from", "A digest comes from a checkout or from the server.",
        "Say digestFrom=checkout if your own machine computed it, else leave it out.").At("digestFrom");

    public static GovernanceFault EvidenceMissing(IReadOnlyList<string> missing) => new(FaultKind.Conflict,
        "provost.approvals.evidence", $"Before anybody approves it, this is missing: {string.Join("; ", missing)}.",
        "Have all of it done, and ask for the statement to sign again.");

    public static GovernanceFault NoSuchDifference() => new(FaultKind.NotFound, "provost.approvals.difference",
        "No approval was given on a difference of this digest, or its text was not kept by the build that took it.",
        "See the approvals of a release: provost status SYSTEM.");

    public static GovernanceFault DeclaredOtherwise() => new(FaultKind.Conflict, "provost.warrants.declares",
        "The record of this release does not say what its document names.",
        "Submit it again, as a version of its own.");

    public static GovernanceFault ConditionLost() => new(FaultKind.Conflict, "provost.warrants.conditions",
        "The warrant leaves out a condition of an approval, or outlasts the end of one.",
        "Have the signer issue it again.");

    public static GovernanceFault TooManyConditions() => new GovernanceFault(FaultKind.Invalid,
        "provost.approvals.conditions", $"An approval has at most {ApprovalWish.MostConditions} conditions.",
        "Say it in fewer.").At("condition");

    public static GovernanceFault ConditionOver() => new GovernanceFault(FaultKind.Invalid,
        "provost.approvals.until", "The condition's end is past, or cannot be read.",
        "Name an instant to come, as 2026-12-31T00:00:00Z.").At("until");

    public static GovernanceFault UntilAlone() => new GovernanceFault(FaultKind.Invalid,
        "provost.approvals.until", "An end stands with the condition that it ends.",
        "Give the condition too.").At("until");

    public static GovernanceFault BlobGone() => new(FaultKind.Conflict, "provost.releases.blob_gone",
        "The documents of this release are not on disk as they were submitted, or do not belong together.",
        "Apply and submit the manifest again.");

    public static GovernanceFault CustodyTooLow() => new(FaultKind.Conflict, "provost.warrants.custody",
        "Tier high in production needs keys held by users of their own (custody level C1); this server has C0.",
        "Start the server as root, so that signer and vault get users of their own, or serve it outside production.");

    public static GovernanceFault BeyondExperiment(string dataClass) => new(FaultKind.Forbidden,
        "provost.warrants.experimental",
        $"Data of class {dataClass} are no matter for the environment experimental.",
        "Leave the class out of spec.intake.dataClasses, or serve in another environment.");

    public static GovernanceFault ExperimentTooLong() => new(FaultKind.Forbidden, "provost.warrants.experimental",
        "A warrant of the environment experimental lasts 30 days at most.", "Issue it again.");
}
