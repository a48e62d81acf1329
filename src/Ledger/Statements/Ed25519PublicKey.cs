using System.Security.Cryptography;

namespace Provost.Ledger.Statements;

/// <summary>
/// An Ed25519 public key (RFC 8032): 32 bytes, equal by value. Its text form, used in trust.json and in rosters, is
/// "ed25519:" and base64.
/// </summary>
public sealed class Ed25519PublicKey : SignatureKey, IEquatable<Ed25519PublicKey>
{
    public const int Size = 32;
    public const int SignatureSize = 64;

    private const string Prefix = "ed25519:";
    private readonly byte[] _bytes;

    /// <summary>Throws <see cref="ArgumentException"/> unless there are 32 bytes.</summary>
    public Ed25519PublicKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"An Ed25519 public key has {Size} bytes, not {bytes.Length}.", nameof(bytes));

        _bytes = bytes.ToArray();
        KeyId = Convert.ToHexStringLower(SHA256.HashData(_bytes).AsSpan(0, 8));
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>
    /// The name of the key in envelopes (persons, warrants, snapshots, root): the first 16 lowercase hexadecimal digits
    /// of SHA-256 over the 32 bytes. A hint for look-up only; the signature decides.
    /// </summary>
    public override string KeyId { get; }

    /// <summary>Reads the text form; null when it is not one.</summary>
    public static Ed25519PublicKey? TryParse(string? text)
    {
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;

        return StrictBase64.Decode(text[Prefix.Length..]) is { Length: Size } bytes ? new(bytes) : null;
    }

    /// <summary>Whether this key signed exactly this message; a signature of a wrong length is just false.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize)
            return false;

        using var key = OpenSsl.PublicKey(_bytes);
        return OpenSsl.Verify(key, message, signature);
    }

    internal override bool Accepts(ReadOnlySpan<byte> message, EnvelopeSignature signature) =>
        signature.Passkey is null && Verify(message, signature.Signature);

    public bool Equals(Ed25519PublicKey? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as Ed25519PublicKey);

    public override int GetHashCode() => BitConverter.ToInt32(_bytes);

    public override string ToString() => Prefix + Convert.ToBase64String(_bytes);
}
