namespace Provost.Ledger.Statements;

/// <summary>Signs notes under a name; it uses the private key and does not own it.</summary>
public sealed class NoteSigner(string name, Ed25519PrivateKey key)
{
    public NoteVerifierKey VerifierKey { get; } = new(name, key.PublicKey);

    /// <summary>The note of this text with one signature. The text ends in a line feed.</summary>
    public SignedNote Sign(string text)
    {
        var signature = key.Sign(SignedNote.TextBytes(text));
        return new SignedNote(text, [new NoteSignature(VerifierKey.Name, VerifierKey.Id, signature)]);
    }
}
