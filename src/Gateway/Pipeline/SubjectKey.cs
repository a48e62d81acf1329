using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Turns the person a decision is about into what the log may hold: HMAC-SHA-256 under a secret of this
/// deployment. Who has the secret can find a person's decisions; once it is destroyed nobody can.
/// </summary>
internal sealed class SubjectKey
{
    private const int Size = 32;
    private readonly byte[] _key;

    private SubjectKey(byte[] key) => _key = key;

    /// <summary>Reads the secret, or makes it on the first start; only its owner may read the file.</summary>
    public static SubjectKey Open(string path)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.Write(RandomNumberGenerator.GetBytes(Size));
            file.Flush(flushToDisk: true);
        }

        var key = File.ReadAllBytes(path);
        return key.Length == Size
            ? new SubjectKey(key)
            : throw new InvalidDataException($"{path} is not a key of {Size} bytes");
    }

    /// <summary>Base64 of 32 bytes.</summary>
    public string Commit(string subject)
    {
        const int usual = 256;
        var utf8 = subject.Length <= usual ? stackalloc byte[3 * usual] : new byte[3 * subject.Length];
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Digest.Authenticate(_key, utf8[..Encoding.UTF8.GetBytes(subject, utf8)], code);
        return Convert.ToBase64String(code);
    }
}
