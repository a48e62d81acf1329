using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class AccessErrors
{
    public static GovernanceFault? CheckRoles(IReadOnlyList<string> roles)
    {
        if (roles.FirstOrDefault(role => !Roles.All.Contains(role)) is { } unknown)
        {
            return new GovernanceFault(FaultKind.Invalid, "provost.people.unknown_role",
                $"There is no role \"{unknown}\".", $"Roles: {string.Join(", ", Roles.All.Order())}.").At("roles");
        }

        if (roles.Distinct(StringComparer.Ordinal).Count() != roles.Count)
        {
            return new GovernanceFault(FaultKind.Invalid, "provost.people.repeated_role", "A role is named twice.",
                "Name each role once.").At("roles");
        }

        if (roles.Contains(Roles.Auditor) && roles.Count > 1)
        {
            return new GovernanceFault(FaultKind.Invalid, "provost.people.roles_conflict",
                "An auditor holds no other role: who audits has no part in what is audited.",
                "Give the roles to two persons.").At("roles");
        }

        return roles.Contains(Roles.PlatformAdministrator) && roles.Contains(Roles.Approver)
            ? new GovernanceFault(FaultKind.Invalid, "provost.people.roles_conflict",
                "Who administers the platform cannot approve.", "Give the two roles to two persons.").At("roles")
            : null;
    }

    public static GovernanceFault PersonTaken() => new(FaultKind.Conflict, "provost.people.taken",
        "This person is in the roster already.", "Change the person instead of adding one.");

    public static GovernanceFault MailTaken() => new GovernanceFault(FaultKind.Conflict, "provost.people.mail_taken",
        "Somebody in the roster has this mail address.", "Change that person, or use another address.").At("mail");

    public static GovernanceFault FirstIsAdministrator() => new(FaultKind.Forbidden, "provost.people.first",
        "The first person is the platform administrator, made with the setup code.",
        "Use the setup code that the first start printed.");

    public static GovernanceFault OnlyAdministrators() => new(FaultKind.Forbidden, "provost.people.administrators_only",
        "Only a platform administrator changes the roster.", "Ask a platform administrator.");

    public static GovernanceFault NoSuchPerson() => new(FaultKind.NotFound, "provost.people.unknown",
        "There is no such person.", "See the list of people.");

    public static GovernanceFault UnknownChange() => new(FaultKind.Invalid, "provost.people.change",
        "There is no such change.", "Add or remove a key, set roles, invite, deactivate or reactivate.");

    public static GovernanceFault BadKey() => new GovernanceFault(FaultKind.Invalid, "provost.people.bad_key",
        "This is no public key of this person.", "Give ed25519: and base64, as the CLI prints it, or a passkey's text.")
        .At("key");

    public static GovernanceFault KeyTaken() => new GovernanceFault(FaultKind.Conflict, "provost.people.key_taken",
        "This key is or was somebody's already.", "Make a new key.").At("key");

    public static GovernanceFault KeyUnproven() => new(FaultKind.Forbidden, "provost.people.key_unproven",
        "The statement is not signed by the new key, or says something else.",
        "Sign the statement this server gives with the key that is to be registered.");

    public static GovernanceFault BadInvite() => new(FaultKind.Forbidden, "provost.people.bad_invite",
        "The invitation is unknown, used or past its time.", "Ask a platform administrator for a new one.");

    public static GovernanceFault TokenTaken() => new(FaultKind.Conflict, "provost.tokens.taken",
        "A token needs an id of its own and an end.", "Ask for a new token.");

    public static GovernanceFault NoSuchToken() => new(FaultKind.NotFound, "provost.tokens.unknown",
        "There is no such token of yours.", "See the list of tokens.");

    public static GovernanceFault WhichTokens() => new GovernanceFault(FaultKind.Invalid, "provost.tokens.which",
        "Which tokens and sessions end is not said.", "Say others=true for all but the one that asks, or name an id.")
        .At("others");

    public static GovernanceFault StatementDiffers() => new(FaultKind.Invalid, "provost.statement.differs",
        "The signed statement says something else than what is asked.",
        "Ask for the statement to sign again and sign exactly its bytes.");

    public static GovernanceFault NotYours() => new(FaultKind.Forbidden, "provost.statement.not_yours",
        "The statement is not signed with a key of the person who sends it.",
        "Sign with a key of your own: a passkey, or the file of provost people key.");

    public static GovernanceFault BootstrapOver() => new(FaultKind.Forbidden, "provost.people.bootstrap_over",
        "The root key countersigns only until two approvers have keys, at most 24 hours after the first start.",
        "Have two persons with standing sign the change. When no two approvers can sign, the root key's custodian "
        + "opens the bootstrap again: provost people reopen --root-key FILE.");

    public static GovernanceFault BootstrapNotNeeded() => new(FaultKind.Conflict,
        "provost.people.bootstrap_not_needed",
        "The bootstrap is open, or two approvers can sign: the root key has nothing to open.",
        "Have two persons with standing sign the change. Deactivate approvers who have left or lost their keys first.");

    public static GovernanceFault RootUnsigned() => new(FaultKind.Forbidden, "provost.people.root_unsigned",
        "The statement is not signed by this log's root key, or says something else.",
        "Sign the statement this server gives, with the root key file of this log.");

    public static GovernanceFault RosterClosed() => new(FaultKind.Forbidden, "provost.people.roster",
        "What waits for signatures is shown to approvers, compliance, platform administrators and auditors.",
        "Ask one of them.");

    public static GovernanceFault OwnKeysOnly() => new(FaultKind.Forbidden, "provost.people.own_keys",
        "A key is registered by the person it belongs to.", "Have the person run provost people key.");

    public static GovernanceFault MayNotAsk() => new(FaultKind.Forbidden, "provost.people.may_not_ask",
        "Changes of the roster are asked for by approvers, compliance and platform administrators.",
        "Ask one of them.");

    public static GovernanceFault MayNotSign() => new(FaultKind.Forbidden, "provost.people.may_not_sign",
        "This change is signed by approvers, compliance and platform administrators, never by the person concerned.",
        "Have another person sign.");

    public static GovernanceFault NotTheirSignature() => new(FaultKind.Forbidden, "provost.people.signature",
        "The statement is not signed by a key that is registered for you and counts by now.",
        "Sign with a key of your own; a further key counts 24 hours after it was registered.");

    public static GovernanceFault SignedAlready() => new(FaultKind.Conflict, "provost.people.signed_already",
        "You have signed this change already.", "Another person with standing must sign.");

    public static GovernanceFault NoSuchChange() => new(FaultKind.NotFound, "provost.people.change_unknown",
        "No such change waits for signatures: done, withdrawn, or older than a day.",
        "See provost people changes; ask for the change again.");

    public static GovernanceFault TooManyChanges() => new(FaultKind.TooMany, "provost.people.changes_full",
        "A hundred changes wait for signatures already.", "Sign or withdraw some.");

    public static GovernanceFault NothingToChange() => new(FaultKind.Conflict, "provost.people.nothing_to_change",
        "That is how it is already.", "See the list of people.");

    public static GovernanceFault LastAdministrator() => new(FaultKind.Conflict, "provost.people.last_administrator",
        "This is the last active platform administrator; without one nobody could be added any more.",
        "Make somebody else a platform administrator first.");

    public static GovernanceFault NoSuchKey() => new GovernanceFault(FaultKind.NotFound, "provost.people.key_unknown",
        "This person has no such key.", "See provost people --json for the ids of keys.").At("key");

    public static GovernanceFault NeedsTwo(int have) => new(FaultKind.Forbidden, "provost.people.needs_two",
        $"A change of the roster needs the signatures of two persons with standing; {have} of 2 are there.",
        "Have two of: approvers, compliance, platform administrators (not the person concerned) sign the statement.");
}
