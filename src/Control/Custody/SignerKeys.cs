using Provost.Ledger.Statements;

namespace Provost.Control.Custody;

/// <summary>
/// The signer's private keys, files of mode 0600 in a folder of mode 0700. Nothing outside this folder of the code
/// touches one.
/// </summary>
public sealed class SignerKeys : IDisposable
{
    private SignerKeys(string folder)
    {
        var root = Path.Combine(folder, "root.key");
        Root = File.Exists(root) ? KeyFile.Load(root) : null;
        Log = KeyFile.Load(Path.Combine(folder, "log.key"));
        Warrant = KeyFile.Load(Path.Combine(folder, "warrant.key"));
        Snapshot = KeyFile.Load(Path.Combine(folder, "snapshot.key"));
    }

    /// <summary>Signs checkpoints, through the ledger's own checkpoint signer.</summary>
    public Ed25519PrivateKey Log { get; }

    /// <summary>Null once it was taken to where it belongs: offline, with two custodians.</summary>
    internal Ed25519PrivateKey? Root { get; }

    internal Ed25519PrivateKey Warrant { get; }

    internal Ed25519PrivateKey Snapshot { get; }

    /// <summary>Opens the keys of a folder; makes those that are missing when nothing was founded yet.</summary>
    /// <param name="folder">The folder, made with mode 0700.</param>
    /// <param name="isFounded">Whether a log was begun: then a missing key but the root's is a fault, never a new
    /// key.</param>
    /// <exception cref="FileNotFoundException">A key of a founded log is missing.</exception>
    public static SignerKeys Open(string folder, bool isFounded)
    {
        Directory.CreateDirectory(folder, KeyFile.OwnerOnly);
        foreach (var name in isFounded ? [] : new[] { "root", "log", "warrant", "snapshot" })
            KeyFile.Make(Path.Combine(folder, name + ".key"));

        return new SignerKeys(folder);
    }

    public void Dispose()
    {
        Root?.Dispose();
        Log.Dispose();
        Warrant.Dispose();
        Snapshot.Dispose();
    }
}
