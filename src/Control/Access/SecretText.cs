using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Provost.Gateway.Snapshot;

namespace Provost.Control.Access;

/// <summary>
/// Bearer tokens, <c>pt_&lt;10 Crockford characters&gt;_&lt;43 base64url&gt;_&lt;6 hex&gt;</c>: the form of client
/// keys under
/// another prefix. Shown once; only id and SHA-256 are kept.
/// </summary>
public static class SecretText
{
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string TokenPrefix = "pt_";
    private const string KeyPrefix = "pk_";

    /// <summary>A new token.</summary>
    public static string NewToken()
    {
        // The last six characters check the ones before, prefix included, so they are made again for this prefix.
        var key = ClientKeyText.Create();
        var head = TokenPrefix + key[KeyPrefix.Length..key.LastIndexOf('_')];
        return $"{head}_{CheckOf(head)}";
    }

    /// <summary>The id inside a token, null when the text is not one.</summary>
    public static string? IdOf(string token)
    {
        if (token.Length != ClientKeyText.Length || !token.StartsWith(TokenPrefix, StringComparison.Ordinal)
            || token[13] != '_' || token[57] != '_')
        {
            return null;
        }

        return CheckOf(token[..57]) == token[58..] ? token[TokenPrefix.Length..13] : null;
    }

    /// <summary>SHA-256 of the text, lower-case hex.</summary>
    public static string HashOf(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether the text hashes to this; takes the same time wherever they differ.</summary>
    public static bool Matches(string secret, string hash) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(hash));

    /// <summary>256 random bits as 43 base64url characters: invitations, sessions.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A person's random id.</summary>
    public static string NewPerson() => "p_" + RandomNumberGenerator.GetString(Crockford, 16);

    /// <summary>A code that is read off a terminal, 80 bits.</summary>
    public static string NewCode()
    {
        var text = RandomNumberGenerator.GetString(Crockford, 16);
        return $"{text[..4]}-{text[4..8]}-{text[8..12]}-{text[12..]}";
    }

    private static string CheckOf(string head)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var character in head)
        {
            crc ^= character;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320u;
        }

        return (~crc & 0xFFFFFF).ToString("x6");
    }
}
