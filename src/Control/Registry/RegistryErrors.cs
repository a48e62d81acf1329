using Provost.Control.Governance;
using Provost.Gateway.Manifests;

namespace Provost.Control.Registry;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class RegistryErrors
{
    public static GovernanceFault TooLong() => new GovernanceFault(FaultKind.Invalid, "provost.manifest.too_long",
        "A manifest has at most a million characters.", "Move long texts into files that it names.").At("manifest");

    public static GovernanceFault BadManifest(IReadOnlyList<ManifestError> errors) =>
        BadManifest([.. errors.Select(e => new FaultDetail(
            e.Path, e.Message, e.Remedy, e.File, e.Line, e.Column))]);

    public static GovernanceFault BadManifest(List<FaultDetail> details) => new(
        FaultKind.Invalid, "provost.manifest.invalid",
        details.Count == 1 ? "The manifest has one error." : $"The manifest has {details.Count} errors.",
        "Each error says where it is and what to write instead.")
    { Details = details };

    public static GovernanceFault ReservedEnvironment() => new GovernanceFault(FaultKind.Invalid,
        "provost.registry.environment", "The environment rehearsal is the lane of tests before approval.",
        "Name the environment otherwise.").At("spec.environments");

    public static GovernanceFault NoSuchSystem(string system) => new(FaultKind.NotFound, "provost.systems.unknown",
        $"There is no system {system}.", "Apply its manifest first, or see the list of systems.");

    public static GovernanceFault NoSuchComponent(UsedPart part) => new(FaultKind.Conflict,
        "provost.releases.component", $"{part.Name} has no submitted release {part.Digest}.",
        "Submit it first, and name its digest (provost status).");

    public static GovernanceFault ComponentCycle(IReadOnlyList<string> way) => new(FaultKind.Conflict,
        "provost.releases.cycle", $"The chain leads back to itself: {string.Join(" -> ", way)}.",
        "Leave one of the components out.");

    public static GovernanceFault NoSuchParent(string digest) => new(FaultKind.Conflict,
        "provost.releases.parent", $"No release {digest} was submitted.", "Name the digest of the parent release.");

    public static GovernanceFault NoSuchRelease(string release) => new(FaultKind.NotFound, "provost.releases.unknown",
        $"There is no release {release}.", "Submit it first, or see the system's releases.");

    public static GovernanceFault NotYours(string system) => new(FaultKind.Forbidden, "provost.systems.not_yours",
        $"{system} is declared by its owners, by who registered it, or by a platform administrator.",
        "Ask one of them to apply the manifest.");

    public static GovernanceFault OwnersOffer(string system) => new GovernanceFault(FaultKind.Forbidden,
        "provost.systems.owners_offer", $"Another owner of {system} is named by an owner or a platform administrator.",
        "Ask one of them to apply the manifest.").At("spec.owners");

    public static GovernanceFault MayNotRegister() => new(FaultKind.Forbidden, "provost.systems.may_not_register",
        "Auditors and executives bring nothing into the registry.",
        "Have the author of the release apply it.");

    public static GovernanceFault NoSuchOwner(string field) => new GovernanceFault(
        FaultKind.Invalid, "provost.systems.owner_unknown", $"{field} is not a live person of the roster who may act.",
        "Name a person's mail address, not an auditor's; a platform administrator adds people.").At(field);

    public static GovernanceFault UnknownTier(string tier) => new(FaultKind.Invalid, "provost.systems.unknown_tier",
        $"This edition of the taxonomy has no tier \"{tier}\".", "Apply the manifest; the server sets the tier.");

    public static GovernanceFault KindChanged(string system) => new GovernanceFault(
        FaultKind.Conflict, "provost.systems.kind_changed", $"{system} is registered with another kind.",
        "Register a system of another name.").At("spec.kind");

    public static GovernanceFault Retired(string system) => new(FaultKind.Conflict, "provost.systems.retired",
        $"{system} is retired: it cannot serve, and its name is not used again.",
        "Register another system under a name of its own; the record of this one stays.");

    public static GovernanceFault MayNotRetire(string system) => new(FaultKind.Forbidden,
        "provost.systems.may_not_retire", $"{system} is retired by an owner in force; where the business or technical "
        + "one has left, also by compliance or a platform administrator.",
        "Ask one of them; on-call and compliance can pause it meanwhile.");

    public static GovernanceFault RetireReasonMissing() => new GovernanceFault(FaultKind.Invalid,
        "provost.systems.retire_reason", "A retirement says why.", "Give the reason; it is recorded.").At("reason");

    public static GovernanceFault OtherTerms(string system) => new(FaultKind.Conflict, "provost.systems.other_terms",
        $"The terms confirmed are not those of {system} as they stand.", "Apply the manifest.");

    public static GovernanceFault BadRelease() => new(FaultKind.Invalid, "provost.releases.malformed",
        "The release has no digest, or no span for which an approval lasts.", "Submit it from its manifest.");

    public static GovernanceFault AlreadySubmitted(string version) => new(FaultKind.Conflict,
        "provost.releases.submitted", $"This composition was submitted already (version {version}).",
        "Have it approved; nothing needs to be done again.");

    public static GovernanceFault VersionTaken(string version) => new GovernanceFault(FaultKind.Conflict,
        "provost.releases.version_taken", $"Version {version} names another composition.",
        "Give the changed composition a version of its own.").At("metadata.version");

    public static GovernanceFault UnknownOrder(string kind) => new(FaultKind.Invalid, "provost.orders.unknown_kind",
        $"There is no order \"{kind}\".", $"Orders: {string.Join(", ", OrderState.Kinds.Order())}.");

    public static GovernanceFault MayNotTighten() => new(FaultKind.Forbidden, "provost.orders.forbidden",
        "Only the system's owners, on-call and compliance give orders.", "Ask one of them.");

    public static GovernanceFault OrderTaken() => new(FaultKind.Conflict, "provost.orders.taken",
        "This order stands already.", "Nothing needs to be done.");

    public static GovernanceFault NoSuchOrder() => new(FaultKind.NotFound, "provost.orders.unknown",
        "These are not orders in force on this system.", "See the system's orders.");

    public static GovernanceFault NoRollbackTarget() => new(FaultKind.Conflict, "provost.orders.no_target",
        "A rollback restores a release whose warrant is in force; this one has none.",
        "Name another release, or engage the fallback.");

    public static GovernanceFault LooseningNeedsDatabase() => new(FaultKind.Unavailable, "provost.database_down",
        "While the database is down only tightening is accepted: pause, kill, fallback, rollback, revoke a key.",
        "Try again when /readyz says that the database is up.");

    public static GovernanceFault DatabaseDown() => new(FaultKind.Unavailable, "provost.database_down",
        "The database is down; this needs it. Tokens, orders and recording go on without it.",
        "Try again when /readyz says that the database is up.");

    public static GovernanceFault RecordUnavailable(string reason) => new(FaultKind.Unavailable,
        "provost.record_unavailable", $"What was asked cannot be recorded durably, so it was not done. {reason}",
        "Free the disk; nothing needs to be restarted.");

    public static GovernanceFault BadBlob() => new(FaultKind.Invalid, "provost.blobs.digest",
        "The bytes do not hash to the digest in the address, or are more than 64 MiB.",
        "Send the file's raw bytes under sha256: and their digest.");

    public static GovernanceFault OwnersResume() => new(FaultKind.Forbidden, "provost.orders.owners_resume",
        "Only an owner's own signature ends an order.", "Have an owner sign the resume.");
}
