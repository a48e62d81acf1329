using System.Security.Cryptography;
using Provost.Ledger.Statements;

namespace Provost.Cli.Session;

/// <summary>A person's signing key in a file: one line, base64 of the Ed25519 seed, mode 0600.</summary>
internal static class PersonKey
{
    /// <summary>Makes a key file; refuses to replace one.</summary>
    public static Ed25519PrivateKey Make(string path)
    {
        if (File.Exists(path))
            throw new CommandFault($"{path} exists. A key is never overwritten; name another file with --out.");

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var key = Ed25519PrivateKey.Generate();
        using var file = new StreamWriter(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.WriteLine(Convert.ToBase64String(key.ExportSeed()));
        return key;
    }

    public static Ed25519PrivateKey Load(string path)
    {
        if (!File.Exists(path))
            throw new CommandFault($"No key at {path}. Make one with 'provost people key', or name it with --key.");

        var mode = File.GetUnixFileMode(path);
        if ((mode & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None)
            throw new CommandFault($"{path} can be read by others. Take their rights away: chmod 600 {path}");

        var seed = new byte[32];
        if (!Convert.TryFromBase64String(File.ReadAllText(path).Trim(), seed, out var length) || length != 32)
            throw new CommandFault($"{path} is no key file: one line of base64, 32 bytes, is expected.");

        try
        {
            return Ed25519PrivateKey.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
