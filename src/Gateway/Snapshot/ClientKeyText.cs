using System.Security.Cryptography;
using System.Text;

namespace Provost.Gateway.Snapshot;

/// <summary>
/// The text of a client key: <c>pk_&lt;id&gt;_&lt;secret&gt;_&lt;check&gt;</c>. The id is ten Crockford base-32
/// characters, the secret 256 random bits in base64url (43 characters), the check the low 24 bits of the CRC-32 (IEEE
/// 802.3) of everything before the last underscore, six lower-case hex digits. The check tells a mistyped key from an
/// unknown one before any table is searched; it protects nothing.
/// </summary>
public static class ClientKeyText
{
    /// <summary>Characters of a whole key.</summary>
    public const int Length = 64;

    private const string Prefix = "pk_";
    private const int IdLength = 10;
    private const int SecretLength = 43;
    private const int CheckedLength = 3 + IdLength + 1 + SecretLength;
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static readonly uint[] CrcTable = BuildCrcTable();

    /// <summary>Makes a new key from the operating system's randomness. Shown once; only its hash is kept.</summary>
    public static string Create()
    {
        Span<byte> secret = stackalloc byte[32];
        RandomNumberGenerator.Fill(secret);
        var id = RandomNumberGenerator.GetString(Crockford, IdLength);
        var head = $"{Prefix}{id}_{System.Buffers.Text.Base64Url.EncodeToString(secret)}";
        return $"{head}_{Check(head):x6}";
    }

    /// <summary>The ten characters that name the key in tables and logs.</summary>
    public static string IdOf(string key) => key.Substring(Prefix.Length, IdLength);

    /// <summary>SHA-256 of the whole key text, lower-case hex: what is stored in place of the key.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key)));

    /// <summary>True when the text has the form of a key and its check digits agree.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> key)
    {
        if (key.Length != Length || !key.StartsWith(Prefix) || key[13] != '_' || key[CheckedLength] != '_')
        {
            return false;
        }

        foreach (var c in key[3..13])
        {
            if (!Crockford.Contains(c))
            {
                return false;
            }
        }

        foreach (var c in key[14..CheckedLength])
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        Span<char> check = stackalloc char[6];
        return Check(key[..CheckedLength]).TryFormat(check, out _, "x6")
            && key[(CheckedLength + 1)..].SequenceEqual(check);
    }

    /// <summary>The id inside a well-formed key.</summary>
    internal static ReadOnlySpan<char> IdOf(ReadOnlySpan<char> key) => key.Slice(Prefix.Length, IdLength);

    private static uint Check(ReadOnlySpan<char> ascii)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var c in ascii)
        {
            crc = CrcTable[(crc ^ c) & 0xFF] ^ (crc >> 8);
        }

        return ~crc & 0xFFFFFF;
    }

    private static uint[] BuildCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320u;
            }

            table[i] = value;
        }

        return table;
    }
}
