using System.Buffers.Binary;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>A witness of the public format, as the tests need one: it cosigns whatever it is shown.</summary>
internal sealed class Witness(string name) : IDisposable
{
    public static readonly DateTimeOffset Seen = DateTimeOffset.FromUnixTimeSeconds(1_679_315_147);

    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.Generate();

    public WitnessKey Key => new(name, _key.PublicKey);

    /// <summary>The note with this witness's line at its end.</summary>
    public byte[] Cosign(byte[] note, DateTimeOffset? at = null)
    {
        Assert.True(SignedNote.TryParse(note, out var parsed, out var fault), fault);
        var time = (at ?? Seen).ToUnixTimeSeconds();
        var signature = new byte[8 + Ed25519PublicKey.SignatureSize];
        BinaryPrimitives.WriteInt64BigEndian(signature, time);
        _key.Sign(WitnessKey.Message(parsed.Text, time)).CopyTo(signature, 8);
        return new SignedNote(
            parsed.Text, [.. parsed.Signatures, new NoteSignature(name, Key.Id, signature)]).ToBytes();
    }

    public void Dispose() => _key.Dispose();
}
