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
        "This is not an Ed25519 public key of this person.", "Give ed25519: and base64, as the CLI prints it.")
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

    public static GovernanceFault StatementDiffers() => new(FaultKind.Invalid, "provost.statement.differs",
        "The signed statement says something else than what is asked.",
        "Ask for the statement to sign again and sign exactly its bytes.");

    public static GovernanceFault BootstrapOver() => new(FaultKind.Forbidden, "provost.people.bootstrap_over",
        "The root key countersigns only until two approvers have keys, at most 24 hours after the first start.",
        "Have two persons with standing sign the change.");

    public static GovernanceFault NeedsTwo(int have) => new(FaultKind.Forbidden, "provost.people.needs_two",
        $"A change of the roster needs the signatures of two persons with standing; {have} of 2 are there.",
        "Have two of: approvers, compliance, platform administrators (not the person concerned) sign the statement.");
}
