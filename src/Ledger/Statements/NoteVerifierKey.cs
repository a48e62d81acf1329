using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Provost.Ledger.Statements;

/// <summary>
/// The public key that a signed note is verified with, in its text form "vkey":
/// <c>name+hex(id)+base64(0x01 ‖ 32-byte key)</c>, id = first 4 bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ key).
/// </summary>
/// <remarks>Source of the format: c2sp.org/signed-note; type 0x01 is Ed25519.</remarks>
public sealed record NoteVerifierKey
{
    internal const byte Ed25519Type = 0x01;

    /// <summary>Throws <see cref="ArgumentException"/> when the name is empty or holds white space or a plus.</summary>
    public NoteVerifierKey(string name, Ed25519PublicKey key)
    {
        if (!IsName(name))
            throw new ArgumentException($"\"{name}\" is empty or holds white space or a plus.", nameof(name));

        Name = name;
        Key = key;
        Id = IdOf(name, [Ed25519Type, .. key.Bytes]);
    }

    public string Name { get; }

    public Ed25519PublicKey Key { get; }

    /// <summary>The key's four-byte id, big-endian.</summary>
    public uint Id { get; }

    /// <summary>Reads a vkey; throws <see cref="FormatException"/> saying what is wrong with it.</summary>
    public static NoteVerifierKey Parse(string text)
    {
        var (name, id, typed) = Split(text);
        if (typed is not [Ed25519Type, .. { Length: Ed25519PublicKey.Size } bytes])
            throw new FormatException("The key is not base64 of an Ed25519 key (0x01 and 32 bytes).");

        var key = new NoteVerifierKey(name, new Ed25519PublicKey(bytes));
        return key.Id == id
            ? key
            : throw new FormatException($"The key id {id:x8} does not belong to this name and key ({key.Id:x8}).");
    }

    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([Ed25519Type, .. Key.Bytes])}";

    internal static bool IsName(string name) => name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || c == '+');

    /// <summary>The parts of a vkey: name, id, and type with key; throws <see cref="FormatException"/>.</summary>
    internal static (string Name, uint Id, byte[] Typed) Split(string text)
    {
        var parts = text.Split('+', 3);
        if (parts.Length != 3 || !IsName(parts[0]))
            throw new FormatException($"\"{text}\" is no verifier key: name+id+key is expected.");

        if (parts[1].Length != 8 || !uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, null, out var id))
            throw new FormatException($"The key id \"{parts[1]}\" is not eight hexadecimal digits.");

        return (parts[0], id, StrictBase64.Decode(parts[2]) ?? []);
    }

    internal static uint IdOf(string name, ReadOnlySpan<byte> typedKey)
    {
        byte[] input = [.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. typedKey];
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(input));
    }
}
