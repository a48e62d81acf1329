using System.Buffers;
using System.Security.Cryptography;

namespace Provost.Ledger.Statements;

/// <summary>
/// SHA-256, and the text form of a digest: "sha256:" and 64 lowercase hexadecimal digits. What is asked for with every
/// call goes by <see cref="Hash"/> and <see cref="Authenticate"/>, which keep OpenSSL's contexts.
/// </summary>
public static class Digest
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The digest of the bytes as they are.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(bytes, hash);
        return Prefix + Convert.ToHexStringLower(hash);
    }

    /// <summary>Writes the SHA-256 of the bytes into 32.</summary>
    public static void Hash(ReadOnlySpan<byte> bytes, Span<byte> hash) => OpenSslContexts.Hash(bytes, [], hash);

    /// <summary>Writes the HMAC-SHA-256 of the bytes under a key into 32.</summary>
    public static void Authenticate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes, Span<byte> code) =>
        OpenSslContexts.Authenticate(key, bytes, code);

    /// <summary>Whether the text has the form that <see cref="Of"/> gives; uppercase digits do not count.</summary>
    public static bool IsWellFormed(string? text) =>
        text is { Length: 71 }
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(HexDigits);
}
