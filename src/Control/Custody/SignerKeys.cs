using Provost.Ledger.Statements;

namespace Provost.Control.Custody;

/// <summary>
/// The signer's private keys, files of mode 0600 in a folder of mode 0700. Nothing outside this folder of the code
/// touches one.
/// </summary>
public sealed class SignerKeys : IDisposable
{
    private readonly string _folder;
    private readonly string _rootFile;
    private readonly List<Ed25519PrivateKey> _logs;

    private SignerKeys(string folder)
    {
        var root = Path.Combine(folder, "root.key");
        Root = File.Exists(root) ? KeyFile.Load(root) : null;
        _rootFile = Path.Combine(folder, "root.pub");
        if (Root is not null)
            RememberRoot(Root.PublicKey);
        _folder = folder;
        _logs = [KeyFile.Load(Path.Combine(folder, "log.key"))];
        var later = Directory.EnumerateFiles(folder, "log-*.key").Order(StringComparer.Ordinal);
        _logs.AddRange(later.Select(KeyFile.Load));
        Warrant = KeyFile.Load(Path.Combine(folder, "warrant.key"));
        Snapshot = KeyFile.Load(Path.Combine(folder, "snapshot.key"));
    }

    /// <summary>Signs checkpoints from the genesis on, through the ledger's own checkpoint signer.</summary>
    public Ed25519PrivateKey Log => _logs[0];

    /// <summary>Every key that signed, signs or will sign checkpoints.</summary>
    internal IReadOnlyList<Ed25519PrivateKey> Logs => _logs;

    /// <summary>Null once it was taken to where it belongs: offline, with two custodians.</summary>
    internal Ed25519PrivateKey? Root { get; }

    /// <summary>The root key's public half, which stays when the private one is taken away; null where an earlier
    /// version did not keep it.</summary>
    /// <exception cref="InvalidDataException">The file is there and holds no key.</exception>
    internal Ed25519PublicKey? RootPublic => !File.Exists(_rootFile)
        ? null
        : Ed25519PublicKey.TryParse(File.ReadAllText(_rootFile).Trim())
            ?? throw new InvalidDataException($"{_rootFile} holds no key. Write the root key of trust.json into it.");

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

    /// <summary>A key for checkpoints that the log does not know yet; made when there is none.</summary>
    /// <param name="known">The keys that the log had.</param>
    internal Ed25519PublicKey NextLog(IReadOnlyCollection<Ed25519PublicKey> known)
    {
        if (_logs.Find(k => !known.Contains(k.PublicKey)) is { } waiting)
            return waiting.PublicKey;

        using var made = Ed25519PrivateKey.Generate();
        var path = Path.Combine(_folder, $"log-{made.PublicKey.KeyId}.key");
        KeyFile.Make(path, () => Convert.ToBase64String(made.ExportSeed()));
        _logs.Add(KeyFile.Load(path));
        return made.PublicKey;
    }

    /// <summary>Keeps the root key's public half, unless it is kept.</summary>
    internal void RememberRoot(Ed25519PublicKey root) => KeyFile.Make(_rootFile, root.ToString);

    public void Dispose()
    {
        Root?.Dispose();
        _logs.ForEach(key => key.Dispose());
        Warrant.Dispose();
        Snapshot.Dispose();
    }
}
