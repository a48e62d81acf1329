namespace Provost.Ledger.Statements;

/// <summary>One signature of an <see cref="Envelope"/>; the key id names the key and proves nothing.</summary>
public sealed record EnvelopeSignature(string KeyId, byte[] Signature);

/// <summary>
/// A signed statement: payload bytes, their type, and who signed (DSSE v1). Signatures cover
/// <see cref="Dsse.Pae"/> of type and payload. Nothing in an envelope is to be believed before
/// <see cref="IsSignedBy"/> has said yes for a key that came from elsewhere.
/// </summary>
public sealed record Envelope(string PayloadType, byte[] Payload, IReadOnlyList<EnvelopeSignature> Signatures)
{
    /// <summary>Whether the key signed this payload; signatures of other keys do not matter.</summary>
    public bool IsSignedBy(Ed25519PublicKey key)
    {
        var message = Dsse.Pae(PayloadType, Payload);
        return Signatures.Any(s => s.KeyId == key.KeyId && key.Verify(message, s.Signature));
    }

    /// <summary>The same statement with one more signature at the end.</summary>
    public Envelope CountersignedBy(Ed25519PrivateKey key)
    {
        var signature = new EnvelopeSignature(key.PublicKey.KeyId, key.Sign(Dsse.Pae(PayloadType, Payload)));
        return this with { Signatures = [.. Signatures, signature] };
    }
}
