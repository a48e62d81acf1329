using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Control.Custody;

/// <summary>Private keys as files of mode 0600, made durably and never written over.</summary>
internal static class KeyFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The Ed25519 key of a file that holds its seed in base64.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static Ed25519PrivateKey Load(string path)
    {
        var seed = Convert.FromBase64String(File.ReadAllText(path).Trim());
        try
        {
            return Ed25519PrivateKey.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Makes an Ed25519 key unless the file is there.</summary>
    public static void Make(string path) => Make(path, () =>
    {
        using var key = Ed25519PrivateKey.Generate();
        return Convert.ToBase64String(key.ExportSeed());
    });

    /// <summary>Makes the file unless it is there.</summary>
    public static void Make(string path, Func<string> content)
    {
        if (File.Exists(path))
            return;

        var temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(Encoding.ASCII.GetBytes(content()));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
    }
}
