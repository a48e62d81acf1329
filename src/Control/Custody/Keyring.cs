using System.Security.Cryptography;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Control.Custody;

/// <summary>
/// The platform's own keys at custody level C0: files of one user in <c>keys/</c>, mode 0600. Level C1 moves signer and
/// vault into processes of their own; nothing outside this folder touches a private key, so that only this folder
/// moves.
/// </summary>
public sealed class Keyring : IDisposable
{
    /// <summary>One user, one process: integrity is proved only from the last checkpoint that someone else
    /// holds.</summary>
    public const string Level = "C0";

    private Keyring(string folder)
    {
        Root = Load(folder, "root");
        Log = Load(folder, "log");
        Warrant = Load(folder, "warrant");
        Snapshot = Load(folder, "snapshot");
        Payload = LoadPayload(Path.Combine(folder, "payload.pem"));
    }

    /// <summary>Signs checkpoints, through the ledger's own checkpoint signer.</summary>
    public Ed25519PrivateKey Log { get; }

    /// <summary>Opens the gateway's hourly keys (RSA-3072).</summary>
    public RSA Payload { get; }

    /// <summary>SubjectPublicKeyInfo of the payload key.</summary>
    public byte[] PayloadPublicKey => Payload.ExportSubjectPublicKeyInfo();

    internal Ed25519PrivateKey Root { get; }

    internal Ed25519PrivateKey Warrant { get; }

    internal Ed25519PrivateKey Snapshot { get; }

    /// <summary>Opens the keys of a folder; makes those that are missing when nothing was founded yet.</summary>
    /// <param name="folder">The folder, mode 0700.</param>
    /// <param name="isFounded">Whether there is a genesis: then a missing key is a fault, never a new key.</param>
    /// <exception cref="FileNotFoundException">A key of a founded log is missing.</exception>
    public static Keyring Open(string folder, bool isFounded)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!isFounded)
        {
            foreach (var name in new[] { "root", "log", "warrant", "snapshot" })
                Make(Path.Combine(folder, name + ".key"), MakeSeed);

            Make(Path.Combine(folder, "payload.pem"), MakePayload);
        }

        return new Keyring(folder);
    }

    public void Dispose()
    {
        Root.Dispose();
        Log.Dispose();
        Warrant.Dispose();
        Snapshot.Dispose();
        Payload.Dispose();
    }

    private static Ed25519PrivateKey Load(string folder, string name)
    {
        var seed = Convert.FromBase64String(File.ReadAllText(Path.Combine(folder, name + ".key")).Trim());
        try
        {
            return Ed25519PrivateKey.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private static RSA LoadPayload(string path)
    {
        var key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return key;
    }

    private static string MakeSeed()
    {
        using var key = Ed25519PrivateKey.Generate();
        return Convert.ToBase64String(key.ExportSeed());
    }

    private static string MakePayload()
    {
        using var key = RSA.Create(3072);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static void Make(string path, Func<string> content)
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
            file.Write(System.Text.Encoding.ASCII.GetBytes(content()));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
    }
}
