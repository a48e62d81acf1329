namespace Provost.Ledger.Statements;

/// <summary>
/// A public key that signatures of a person are checked with: of a key file (<see cref="Ed25519PublicKey"/>) or of a
/// passkey (<see cref="PasskeyPublicKey"/>). Log, warrant, snapshot and root keys are Ed25519 and nothing else.
/// </summary>
public abstract class SignatureKey
{
    private protected SignatureKey()
    {
    }

    /// <summary>The name of the key in envelopes: 16 lowercase hexadecimal digits. A hint for look-up only.</summary>
    public abstract string KeyId { get; }

    /// <summary>Reads either text form, as rosters hold it; null when it is none.</summary>
    public static SignatureKey? TryRead(string? text) =>
        (SignatureKey?)Ed25519PublicKey.TryParse(text) ?? PasskeyPublicKey.TryParse(text);

    /// <summary>Whether this key made that signature over exactly this message.</summary>
    internal abstract bool Accepts(ReadOnlySpan<byte> message, EnvelopeSignature signature);
}
