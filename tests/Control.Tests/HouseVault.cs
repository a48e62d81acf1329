using System.Security.Cryptography;
using Provost.Control.Custody.Processes;
using Provost.Control.Erasure;
using Provost.Ledger.Vault;
using Provost.Testing;

namespace Provost.Control.Tests;

/// <summary>A real vault in a folder of the test, with payloads that the test puts under it.</summary>
internal sealed class HouseVault : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RSA _key = RSA.Create();
    private readonly PayloadVault _vault;
    private readonly SealedPayloads _payloads;

    public HouseVault(string payloadKey, ManualTime time)
    {
        _key.ImportFromPem(payloadKey);
        _payloads = new SealedPayloads(_folder.Path, _key.ExportSubjectPublicKeyInfo(), time);
        _vault = PayloadVault.Open(Path.Combine(_folder.Path, "vault"), _payloads.Hours, _key, time);
    }

    /// <summary>Whether it gives no answer.</summary>
    public bool IsAway { get; set; }

    /// <summary>Another that answers in its place, as one put back from a backup does.</summary>
    public HouseVault? PutBack { get; set; }

    public long Incarnation { get; set; }

    /// <summary>What ends when all is under its key; a test may have it fail.</summary>
    public Task CatchUp { get; set; } = Task.CompletedTask;

    /// <summary>SubjectPublicKeyInfo, base64.</summary>
    public string PublicKey => Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo());

    public VaultParts Parts => new()
    {
        Keys = new Link(this),
        CatchUpAsync = _ => CatchUp,
        ReadEntry = _ => throw new FormatException("This test has no log."),
        AliasOf = Alias,
    };

    public static string Alias(string person) => SealedPayloads.Alias(person);

    /// <summary>Puts a payload under its subject's key; gives what reads it, null once it is gone.</summary>
    public Func<string?> Keep(string text, string? person = null, string system = "desk", string kind = "answers")
    {
        var kept = _payloads.Seal(text, person, system, kind).Under(_vault);
        return () => kept.Open(_vault);
    }

    public void Dispose()
    {
        _payloads.Dispose();
        _vault.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    /// <summary>As a link to a process: it may be away, and there may be another behind it.</summary>
    private sealed class Link(HouseVault house) : IPayloadVault
    {
        public long Through => Keys.Through;

        public long Incarnation => house.IsAway ? Keys.Through : house.Incarnation;

        private PayloadVault Keys => house.IsAway
            ? throw new VaultAwayException("The vault does not answer.", new IOException("a test"))
            : (house.PutBack ?? house)._vault;

        public RewrapAnswer Rewrap(RewrapRequest request) => Keys.Rewrap(request);

        public OpenAnswer Open(OpenRequest request) => Keys.Open(request);

        public IReadOnlyList<KeyGroup> Find(string subject) => Keys.Find(subject);

        public IReadOnlyList<GroupStatus> List() => Keys.List();

        public GoneAnswer IsGone(GoneRequest request) => Keys.IsGone(request);

        public DestroyAnswer Erase(EraseRequest request) => Keys.Erase(request);

        public DestroyAnswer EndTerm(EndTermRequest request) => Keys.EndTerm(request);
    }
}
