using System.Buffers;
using System.Security.Cryptography;

namespace Provost.Ledger.Statements;

/// <summary>The text form of a SHA-256 digest: "sha256:" and 64 lowercase hexadecimal digits.</summary>
public static class Digest
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The digest of the bytes as they are.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Prefix + Convert.ToHexStringLower(hash);
    }

    /// <summary>Whether the text has the form that <see cref="Of"/> gives; uppercase digits do not count.</summary>
    public static bool IsWellFormed(string? text) =>
        text is { Length: 71 }
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(HexDigits);
}
