namespace Provost.Ledger.Statements;

/// <summary>One signature of an <see cref="Envelope"/>; the key id names the key and proves nothing.</summary>
/// <param name="Signature">Ed25519: 64 bytes. Passkey: ECDSA in DER.</param>
/// <param name="Passkey">What a passkey signed beside the statement; null for a key file's signature.</param>
public sealed record EnvelopeSignature(string KeyId, byte[] Signature, PasskeyAssertion? Passkey = null);

/// <summary>
/// A signed statement: payload bytes, their type, and who signed (DSSE v1). Signatures cover
/// <see cref="Dsse.Pae"/> of type and payload. Nothing in an envelope is to be believed before
/// <see cref="IsSignedBy"/> has said yes for a key that came from elsewhere.
/// </summary>
public sealed record Envelope(string PayloadType, byte[] Payload, IReadOnlyList<EnvelopeSignature> Signatures)
{
    /// <summary>Whether the key signed this payload; signatures of other keys do not matter.</summary>
    public bool IsSignedBy(SignatureKey key)
    {
        var message = Dsse.Pae(PayloadType, Payload);
        return Signatures.Any(s => s.KeyId == key.KeyId && key.Accepts(message, s));
    }

    /// <summary>Why no signature here is this passkey's over this payload; null when one is.</summary>
    public PasskeyFault? DoubtOf(PasskeyPublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var challenge = PasskeyPublicKey.ChallengeOf(Dsse.Pae(PayloadType, Payload));
        var doubts = Signatures.Where(s => s.KeyId == key.KeyId && s.Passkey is not null)
            .Select(s => key.Doubt(challenge, s.Passkey!, s.Signature))
            .ToList();
        return doubts.Count == 0 ? PasskeyFault.Signature : doubts.Contains(null) ? null : doubts[0];
    }

    /// <summary>The same statement with one more signature at the end.</summary>
    public Envelope CountersignedBy(Ed25519PrivateKey key)
    {
        var signature = new EnvelopeSignature(key.PublicKey.KeyId, key.Sign(Dsse.Pae(PayloadType, Payload)));
        return this with { Signatures = [.. Signatures, signature] };
    }
}
