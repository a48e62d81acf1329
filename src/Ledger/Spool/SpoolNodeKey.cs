using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Spool;

/// <summary>The key a node makes for itself and never gives away (P-256, PEM, mode 0600).</summary>
internal static class SpoolNodeKey
{
    public static ECDsa LoadOrMake(string directory)
    {
        var path = Path.Combine(directory, SpoolOptions.KeyFile);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(path))
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }

        DurableFile.Replace(path, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return key;
    }
}
