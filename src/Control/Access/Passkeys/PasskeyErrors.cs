using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Access.Passkeys;

/// <summary>Every no about a passkey, with its stable code.</summary>
internal static class PasskeyErrors
{
    /// <summary>Why a passkey's signature over an envelope is nobody's; null where there is none, or none of this
    /// person's: then something else is to be said.</summary>
    public static GovernanceFault? Of(Person? person, Envelope envelope, DateTimeOffset at)
    {
        foreach (var signature in envelope.Signatures.Where(s => s.Passkey is not null))
        {
            if (person?.FormerKeys.Any(k => k.Key.KeyId == signature.KeyId) == true)
                return Removed();

            if (person?.Keys.FirstOrDefault(k => k.Key.KeyId == signature.KeyId) is not { } held)
                continue;

            if (held.From > at)
                return Waits();

            if (held.Key is PasskeyPublicKey passkey && envelope.DoubtOf(passkey) is { } doubt)
                return Of(doubt);
        }

        return null;
    }

    /// <summary>The refusal that names what is wrong.</summary>
    public static GovernanceFault Of(PasskeyFault fault)
    {
        var (code, message, remedy) = fault switch
        {
            PasskeyFault.Malformed => ("malformed", "What the authenticator answered cannot be read.",
                "Try again with a current browser."),
            PasskeyFault.Type => ("type", "The passkey's answer was made for something else than signing.",
                "Sign with the button of this console's page."),
            PasskeyFault.Challenge => ("challenge", "The passkey signed something else than what is asked.",
                "Open the page again, look at what is to be signed, and sign that."),
            PasskeyFault.Origin => ("origin", "The passkey was used on a page of another address.",
                "Open this console under the address that the passkey was made for."),
            PasskeyFault.Framed => ("framed", "The passkey was used inside a frame of another site.",
                "Open this console in a window of its own."),
            PasskeyFault.RelyingParty => ("relying_party", "The authenticator signed for another site.",
                "Use the passkey that was made for this console."),
            PasskeyFault.Presence => ("presence", "Nobody touched the authenticator.", "Sign again and touch it."),
            PasskeyFault.Verification => ("verification",
                "The authenticator did not check who touched it, by PIN or biometrics.",
                "Set a PIN or biometrics on it, and sign again."),
            _ => ("signature", "The signature is not the passkey's.", "Sign again with your own passkey."),
        };
        return new(FaultKind.Forbidden, "provost.passkey." + code, message, remedy);
    }

    public static GovernanceFault Removed() => new(FaultKind.Forbidden, "provost.passkey.removed",
        "This passkey was taken away.", "Use another one, or register a new one under You.");

    public static GovernanceFault Waits() => new(FaultKind.Forbidden, "provost.passkey.waits",
        "This passkey does not count yet: a further key counts 24 hours after it was registered.",
        "Wait, or use the key that you had before.");

    public static GovernanceFault Unknown() => new(FaultKind.Unauthenticated, "provost.passkey.unknown",
        "Nobody who may sign in here has this passkey.", "Sign in with your password and register it under You.");

    public static GovernanceFault OldChallenge() => new(FaultKind.Unauthenticated, "provost.passkey.old_challenge",
        "This sign-in was begun elsewhere, too long ago, or used already.", "Begin it again.");

    public static GovernanceFault Cloned() => new(FaultKind.Forbidden, "provost.passkey.counter",
        "The authenticator counts less than it did at the last sign-in: there may be a copy of it.",
        "Take the passkey away (You, Your keys) and register a new one.");

    public static GovernanceFault OtherAddress(string allowed) => new GovernanceFault(
        FaultKind.Invalid, "provost.passkey.address",
        $"Passkeys of this console are made on {allowed} and nowhere else.",
        "Open the console there; the platform's settings name the address under \"console\".").At("key");

    public static GovernanceFault NoCheckout() => new(FaultKind.Forbidden, "provost.approvals.passkey_checkout",
        "A browser computes no digest: an approval that says so is signed with a key file.",
        "Approve with provost approve SYSTEM@VERSION --manifest provost.yaml.");
}
