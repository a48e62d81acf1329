using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Vault;

namespace Provost.Testing;

/// <summary>A payload as a gateway left it.</summary>
/// <param name="Item">What puts it under its subject's key.</param>
/// <param name="Asked">What opens it.</param>
/// <param name="Through">Entries that there are with its own.</param>
public sealed record SealedPayload(RewrapItem Item, OpenRequest Asked, long Through)
{
    /// <summary>Has a vault put it under its subject's key.</summary>
    public SealedPayload Under(IPayloadVault vault)
    {
        vault.Rewrap(new RewrapRequest([Item], Through));
        return this;
    }

    /// <summary>Its text; null once it is gone.</summary>
    public string? Open(IPayloadVault vault) =>
        vault.Open(Asked).Content is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}

/// <summary>Payloads sealed as a gateway seals them: under hour keys, one record each, in a spool of its own.</summary>
public sealed class SealedPayloads : IDisposable
{
    private const string Node = "gateway";
    private readonly TimeProvider _time;
    private readonly PayloadSealer _sealer;
    private readonly Spool _spool;
    private readonly string _spoolFolder;

    /// <param name="folder">Of the test; <c>hours</c> and <c>spool</c> are made in it.</param>
    /// <param name="payloadKey">SubjectPublicKeyInfo of the vault's key.</param>
    /// <param name="time">Clock of the records.</param>
    public SealedPayloads(string folder, byte[] payloadKey, TimeProvider time)
    {
        _time = time;
        Hours = Path.Combine(folder, "hours");
        _sealer = new PayloadSealer(Hours, time);
        _sealer.UsePayloadKey(payloadKey);
        _spoolFolder = Path.Combine(folder, "spool");
        _spool = Spool.Open(
            new SpoolOptions { Directory = _spoolFolder, Node = Node, MinFreeBytes = 0 }, TimeProvider.System);
    }

    /// <summary>Where the hour keys are left.</summary>
    public string Hours { get; }

    /// <summary>An alias as a gateway writes it.</summary>
    public static string Alias(string person) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(person)));

    /// <summary>Seals a text about a person, null for nobody.</summary>
    public SealedPayload Seal(string text, string? person, string system = "desk", string kind = "answers")
    {
        var draft = RecordDraft.Rent();
        var decision = Guid.CreateVersion7(_time.GetUtcNow());
        var sealedInput = _sealer.Seal(
            draft, decision, PayloadField.Input, kind, "text/plain", Capture.Full, Encoding.UTF8.GetBytes(text));
        new DecisionRecord { Node = Node, Decision = decision, Input = sealedInput }.WriteIntent(draft, decision);
        var ticket = _spool.Append(draft);
        ticket.Durable.Wait(TimeSpan.FromSeconds(20));
        var frame = new SpoolReader(_spoolFolder).Read(ticket.NodeSeq, ticket.NodeSeq + 1, 1 << 20)[0];
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
        var asked = new OpenRequest
        {
            Place = place,
            Field = PayloadField.Input,
            Record = decision,
            Hmac = sealedInput.Hmac,
            Part = part,
            Purpose = "a test",
        };
        return new SealedPayload(item, asked, ticket.NodeSeq + 1);
    }

    public void Dispose() => _spool.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(20));
}
