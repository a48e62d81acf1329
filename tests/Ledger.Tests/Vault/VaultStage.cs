using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Sequencing;
using Provost.Ledger.Tree;
using Provost.Testing;

namespace Provost.Ledger.Vault;

/// <summary>A gateway's spool, its log and the vault behind it, in one folder.</summary>
internal sealed class VaultStage : IDisposable
{
    public const string Node = "gw";
    public const string Class = "customer-decision";
    private static readonly Lazy<RSA> Key = new(() => RSA.Create(3072));

    private readonly SequencerStage _log = new();
    private readonly PayloadSealer _sealer;
    private PayloadRewrap _rewrap = null!;

    public VaultStage()
    {
        _sealer = new PayloadSealer(Hours, Time);
        _sealer.UsePayloadKey(Key.Value.ExportSubjectPublicKeyInfo());
        Vault = null!;
        Restart();
    }

    public ManualTime Time { get; } = new();

    public PayloadVault Vault { get; private set; }

    public string Folder => Path.Combine(_log.Root, "vault");

    public string Hours => Path.Combine(_log.Root, "hour-keys");

    public long Size { get; private set; }

    /// <summary>An alias as a gateway writes it.</summary>
    public static string Alias(string person) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(person)));

    /// <summary>One decision about a person, in the log.</summary>
    public Decided Decide(string text, string? person = null, string system = "refunds")
    {
        var decision = Guid.CreateVersion7(Time.GetUtcNow());
        var hmac = "";
        _log.Append(Node, 1, draft =>
        {
            var input = _sealer.Seal(
                draft, decision, PayloadField.Input, Class, "text/plain", Capture.Full, Encoding.UTF8.GetBytes(text));
            hmac = input.Hmac;
            new DecisionRecord
            {
                Node = Node,
                Decision = decision,
                System = system,
                Time = Time.GetUtcNow(),
                Retention = Class,
                Subject = person is null ? null : Alias(person),
                Input = input,
            }.WriteIntent(draft, Guid.CreateVersion7(Time.GetUtcNow()));
        });
        _log.RunOnce();
        return new Decided(decision, Size++, hmac, person is null ? null : Alias(person), Time.GetUtcNow());
    }

    public void Rewrap(bool isTakenIn = false) =>
        _rewrap.RunTo(Size, isTakenIn ? Time.GetUtcNow() : null, TestContext.Current.CancellationToken);

    public (long Shut, long Lost) Counted => _rewrap.Counted;

    public OpenAnswer Open(Decided decided) => Vault.Open(new OpenRequest
    {
        Place = new PayloadPlace(Node, decided.NodeSeq),
        Field = PayloadField.Input,
        Record = decided.Id,
        Hmac = decided.Hmac,
        Part = new PayloadStore(_log.Payloads).Find(Node, decided.NodeSeq, PayloadField.Input)!,
        Purpose = "a test",
        Subject = decided.Subject,
        Time = decided.Time,
    });

    public string? Text(Decided decided) => Open(decided).Content is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Whether its sealed content is still on the disk.</summary>
    public bool HasContent(Decided decided) =>
        new PayloadStore(_log.Payloads).Find(Node, decided.NodeSeq, PayloadField.Input) is not null;

    public Swept Sweep() => new PayloadSweep(Vault, _log.Payloads).Run(TestContext.Current.CancellationToken);

    public void Restart()
    {
        Vault?.Dispose();
        Vault = PayloadVault.Open(Folder, Hours, Key.Value, Time);
        _rewrap = new PayloadRewrap(Vault, new TileLogReader(_log.Ledger), _log.Payloads);
    }

    /// <summary>Puts the vault back as it was before <paramref name="change"/>, as a restored backup does.</summary>
    public void Restore(Action change)
    {
        var backup = Path.Combine(_log.Root, "backup");
        Vault.Dispose();
        Copy(Folder, backup);
        Restart();
        change();
        Vault.Dispose();
        Directory.Delete(Folder, recursive: true);
        Copy(backup, Folder);
        Restart();
    }

    public void Dispose()
    {
        Vault.Dispose();
        _log.Dispose();
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}

/// <summary>A decision of the stage.</summary>
internal sealed record Decided(Guid Id, long NodeSeq, string Hmac, string? Subject, DateTimeOffset Time);
