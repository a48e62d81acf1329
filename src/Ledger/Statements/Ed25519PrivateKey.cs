using System.Security.Cryptography;

namespace Provost.Ledger.Statements;

/// <summary>
/// An Ed25519 private key (RFC 8032), held by OpenSSL outside the managed heap. Safe for concurrent use.
/// </summary>
public sealed class Ed25519PrivateKey : IDisposable
{
    public const int SeedSize = 32;

    private readonly SafeEvpPKeyHandle _key;

    private Ed25519PrivateKey(SafeEvpPKeyHandle key)
    {
        _key = key;
        Span<byte> publicKey = stackalloc byte[Ed25519PublicKey.Size];
        OpenSsl.ExportPublicKey(key, publicKey);
        PublicKey = new Ed25519PublicKey(publicKey);
    }

    public Ed25519PublicKey PublicKey { get; }

    /// <summary>A new key from the system's random source.</summary>
    public static Ed25519PrivateKey Generate()
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        RandomNumberGenerator.Fill(seed);
        try
        {
            return FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The key of a 32-byte seed (the "private key" of RFC 8032 section 5.1.5).</summary>
    public static Ed25519PrivateKey FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
            throw new ArgumentException($"An Ed25519 seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));

        return new Ed25519PrivateKey(OpenSsl.PrivateKey(seed));
    }

    /// <summary>The 32-byte seed; whoever holds it is the key. The caller zeroes it after use.</summary>
    public byte[] ExportSeed()
    {
        var seed = new byte[SeedSize];
        OpenSsl.ExportSeed(_key, seed);
        return seed;
    }

    /// <summary>The 64-byte signature; the same message always gives the same one.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[Ed25519PublicKey.SignatureSize];
        OpenSsl.Sign(_key, message, signature);
        return signature;
    }

    public void Dispose() => _key.Dispose();
}
