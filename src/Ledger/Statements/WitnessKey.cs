using System.Buffers.Binary;
using System.Text;

namespace Provost.Ledger.Statements;

/// <summary>
/// The public key of a witness, a party that saw the log grow and never shrink: it cosigns checkpoints with the time of
/// seeing. Text form "vkey": <c>name+hex(id)+base64(0x04 ‖ 32-byte Ed25519 key)</c>. Always pinned, never taken from
/// what it is to prove.
/// </summary>
/// <remarks>Source of the format: c2sp.org/tlog-cosignature, cosignature/v1.</remarks>
public sealed record WitnessKey
{
    private const byte CosignatureType = 0x04;
    private const int TimeBytes = 8;

    /// <summary>Throws <see cref="ArgumentException"/> when the name is empty or holds white space or a plus.</summary>
    public WitnessKey(string name, Ed25519PublicKey key)
    {
        if (!NoteVerifierKey.IsName(name))
            throw new ArgumentException($"\"{name}\" is empty or holds white space or a plus.", nameof(name));

        Name = name;
        Key = key;
        Id = NoteVerifierKey.IdOf(name, [CosignatureType, .. key.Bytes]);
    }

    public string Name { get; }

    public Ed25519PublicKey Key { get; }

    /// <summary>The key's four-byte id, big-endian.</summary>
    public uint Id { get; }

    /// <summary>Reads a vkey of type 0x04; throws <see cref="FormatException"/> saying what is wrong with it.</summary>
    public static WitnessKey Parse(string text)
    {
        var (name, id, typed) = NoteVerifierKey.Split(text);
        if (typed is not [CosignatureType, .. { Length: Ed25519PublicKey.Size } bytes])
            throw new FormatException("A witness's key is base64 of 0x04 and 32 bytes (cosignature/v1, Ed25519).");

        var key = new WitnessKey(name, new Ed25519PublicKey(bytes));
        return key.Id == id
            ? key
            : throw new FormatException($"The key id {id:x8} does not belong to this name and key ({key.Id:x8}).");
    }

    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([CosignatureType, .. Key.Bytes])}";

    /// <summary>Whether a signature line claims to be this key's.</summary>
    public bool IsOf(NoteSignature line) => line.Name == Name && line.KeyId == Id;

    /// <summary>When this witness says that it saw the note; null when the signature is not its own or not of this
    /// text.</summary>
    public DateTimeOffset? SeenAt(string noteText, ReadOnlySpan<byte> signature)
    {
        if (signature.Length <= TimeBytes)
            return null;

        var time = BinaryPrimitives.ReadUInt64BigEndian(signature);
        if (time > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return null;

        return Key.Verify(Message(noteText, (long)time), signature[TimeBytes..])
            ? DateTimeOffset.FromUnixTimeSeconds((long)time)
            : null;
    }

    /// <summary>What a cosignature covers: a header, the time in seconds since 1970, the note's text.</summary>
    internal static byte[] Message(string noteText, long unixTime) =>
        Encoding.UTF8.GetBytes($"cosignature/v1\ntime {unixTime}\n{noteText}");
}
