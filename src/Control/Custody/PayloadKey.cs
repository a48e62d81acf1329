using System.Security.Cryptography;

namespace Provost.Control.Custody;

/// <summary>The vault's private key (RSA-3072): it opens the hourly keys of the gateways.</summary>
public static class PayloadKey
{
    /// <summary>Opens <c>payload.pem</c> of a folder; makes it when nothing was founded yet.</summary>
    /// <exception cref="FileNotFoundException">The key of a founded log is missing.</exception>
    public static RSA Open(string folder, bool isFounded)
    {
        Directory.CreateDirectory(folder, KeyFile.OwnerOnly);
        var path = Path.Combine(folder, "payload.pem");
        if (!isFounded)
            KeyFile.Make(path, Generate);

        var key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return key;
    }

    private static string Generate()
    {
        using var key = RSA.Create(3072);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
