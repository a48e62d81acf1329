using System.Security.Cryptography;
using System.Text;
using Provost.Control.Erasure;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Vault;
using Provost.Testing;

namespace Provost.Control.Tests;

/// <summary>A real vault in a folder of the test, with payloads that the test puts under it.</summary>
internal sealed class HouseVault : IDisposable
{
    private const string Node = "gateway";
    private readonly TemporaryFolder _folder = new();
    private readonly RSA _key = RSA.Create();
    private readonly PayloadVault _vault;
    private readonly PayloadSealer _sealer;
    private readonly ManualTime _time;
    private readonly Spool _spool;

    public HouseVault(string payloadKey, ManualTime time)
    {
        _time = time;
        _key.ImportFromPem(payloadKey);
        var hours = Path.Combine(_folder.Path, "hours");
        _vault = PayloadVault.Open(Path.Combine(_folder.Path, "vault"), hours, _key, time);
        _sealer = new PayloadSealer(hours, time);
        _sealer.UsePayloadKey(_key.ExportSubjectPublicKeyInfo());
        _spool = Spool.Open(
            new SpoolOptions { Directory = SpoolFolder, Node = Node, MinFreeBytes = 0 }, TimeProvider.System);
    }

    public VaultParts Parts => new()
    {
        Keys = _vault,
        CatchUpAsync = _ => Task.CompletedTask,
        ReadEntry = _ => throw new InvalidOperationException("This test has no log."),
        AliasOf = Alias,
    };

    private string SpoolFolder => Path.Combine(_folder.Path, "spool");

    public static string Alias(string person) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(person)));

    /// <summary>Puts a payload under its subject's key; gives what reads it, null once it is gone.</summary>
    public Func<string?> Keep(string text, string? person = null, string system = "desk", string kind = "answers")
    {
        var draft = RecordDraft.Rent();
        var decision = Guid.CreateVersion7(_time.GetUtcNow());
        var sealedInput = _sealer.Seal(
            draft, decision, PayloadField.Input, kind, "text/plain", Capture.Full, Encoding.UTF8.GetBytes(text));
        new DecisionRecord { Node = Node, Decision = decision, Input = sealedInput }.WriteIntent(draft, decision);
        var ticket = _spool.Append(draft);
        ticket.Durable.Wait(TimeSpan.FromSeconds(20));
        var frame = new SpoolReader(SpoolFolder).Read(ticket.NodeSeq, ticket.NodeSeq + 1, 1 << 20)[0];
        var part = frame.Parts[0].Bytes.ToArray();
        var place = new PayloadPlace(Node, ticket.NodeSeq);
        var item = new RewrapItem
        {
            Place = place,
            Field = PayloadField.Input,
            Record = decision,
            System = system,
            Class = kind,
            Subject = person is null ? null : Alias(person),
            Time = _time.GetUtcNow(),
            Header = part,
        };
        _vault.Rewrap(new RewrapRequest([item], ticket.NodeSeq + 1));
        return () => _vault.Open(new OpenRequest
        {
            Place = place,
            Field = PayloadField.Input,
            Record = decision,
            Hmac = sealedInput.Hmac,
            Part = part,
            Purpose = "a test",
        }).Content is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
    }

    public void Dispose()
    {
        _spool.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(20));
        _vault.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }
}
