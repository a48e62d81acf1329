using Provost.Control.Governance;

namespace Provost.Control.Access.OpenId;

/// <summary>Every no of signing in with the organisation's provider, with its stable code.</summary>
internal static class OpenIdErrors
{
    public static GovernanceFault State() => No("state",
        "This answer belongs to no sign-in that began in this browser within ten minutes.", "Begin again.");

    public static GovernanceFault Denied() => No("denied",
        "The provider did not let you in.", "Try again there, or sign in with a password.");

    public static GovernanceFault Away() => new(FaultKind.Unavailable, "provost.openid.away",
        "The provider gave no token.", "Sign in with a password; the server's log says what it answered.");

    public static GovernanceFault Token() => No("token",
        "The provider's token is not signed by it, is for another client or another sign-in, or past its time.",
        "Begin again; if it stays, check issuer, keys and clientId of signIn in the settings.");

    public static GovernanceFault Unverified() => No("mail_unverified",
        "The provider does not say that your mail address is verified.", "Have it verified there.");

    public static GovernanceFault Nobody() => No("nobody",
        "Nobody of the roster has this address.", "A platform administrator invites you first.");

    public static GovernanceFault Other() => No("other_identity",
        "This person signs in with another identity of the provider.",
        "Have two persons sign a new invitation: provost people invite.");

    private static GovernanceFault No(string name, string message, string remedy) =>
        new(FaultKind.Forbidden, $"provost.openid.{name}", message, remedy);
}
