using System.Security.Cryptography;
using System.Text;

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
    public string Commit(string subject) =>
        Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(subject)));
}
