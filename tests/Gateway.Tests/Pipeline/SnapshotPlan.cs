using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Manifests;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Tests.Pipeline;

/// <summary>Builds signed snapshots as Control would: keys, persons, approvals, warrants, orders.</summary>
internal sealed class SnapshotPlan : IDisposable
{
    private readonly Ed25519PrivateKey _snapshotKey = Ed25519PrivateKey.Generate();
    private readonly Ed25519PrivateKey _warrantKey = Ed25519PrivateKey.Generate();
    private readonly Ed25519PrivateKey _owner = Ed25519PrivateKey.Generate();
    private readonly Ed25519PrivateKey _approver = Ed25519PrivateKey.Generate();
    private readonly List<(ReleaseDocument Release, IReadOnlyDictionary<string, byte[]> Files)> _releases = [];

    public SystemDocument? Terms { get; private set; }

    /// <summary>One for all plans: making it takes longer than most tests.</summary>
    public static RSA PayloadKey { get; } = RSA.Create(2048);

    public string ClientKey { get; } = ClientKeyText.Create();

    public long Epoch { get; set; } = 1;

    public string Tier { get; set; } = "limited";

    public string Environment { get; set; } = "production";

    public DateTimeOffset IssuedAt { get; set; } = TimeProvider.System.GetUtcNow();

    public DateTimeOffset WarrantEnds { get; set; } = TimeProvider.System.GetUtcNow().AddDays(1);

    public SnapshotCaps Caps { get; set; } = new(1000, 1000, 100, 50_000_000);

    public List<SnapshotOrder> Orders { get; } = [];

    public List<SnapshotException> Exceptions { get; } = [];

    public List<SnapshotAdoption> Adoptions { get; } = [];

    /// <summary>What the approvers tie their approvals to.</summary>
    public IReadOnlyList<ApprovalCondition> Conditions { get; set; } = [];

    /// <summary>What of it the warrants carry.</summary>
    public Func<IReadOnlyList<ApprovalCondition>, IReadOnlyList<ApprovalCondition>> Carried { get; set; } = c => c;

    /// <summary>Models that their providers end.</summary>
    public IReadOnlyList<SnapshotShutdown>? Shutdowns { get; set; }

    /// <summary>A release under test: its lane has the plan's client key.</summary>
    public SnapshotRehearsal? Rehearsal { get; set; }

    /// <summary>Releases that have a warrant; all of them unless a test says less.</summary>
    public Func<ReleaseDocument, bool> IsWarranted { get; set; } = _ => true;

    public string Approvers { get; set; } = "owner,approver";

    /// <summary>Where the first approver says the digest comes from.</summary>
    public string? DigestFrom { get; set; } = DigestOrigin.Checkout;

    public SnapshotTrust Trust => new()
    {
        Org = "acme",
        Origin = "acme.example/test",
        SnapshotKeys = [_snapshotKey.PublicKey],
        WarrantKeys = [_warrantKey.PublicKey],
    };

    public ReleaseDocument Live => _releases[^1].Release;

    public ReleaseDocument First => _releases[0].Release;

    /// <summary>Adds what a manifest says; the newest release is the live one.</summary>
    public SnapshotPlan Add(string yaml, IReadOnlyDictionary<string, string> files)
    {
        var set = ManifestParser.Parse(
            [new ManifestSource("provost.yaml", Encoding.UTF8.GetBytes(yaml))],
            path => files.TryGetValue(path, out var text) ? Encoding.UTF8.GetBytes(text) : null,
            new ManifestOptions { Guardrails = GuardrailCatalog.Known, KindOf = _ => Terms?.Kind });
        Assert.Empty(set.Errors);
        Terms = set.System ?? Terms;
        _releases.AddRange(set.Releases.Select(r => (r, set.Files)));
        return this;
    }

    public void Order(string kind, string? release = null) => Orders.Add(new SnapshotOrder(
        Guid.CreateVersion7(), kind, Terms!.Name, Environment, release, "response", IssuedAt, null));

    /// <summary>An exception as two persons sign it; <paramref name="alter"/> changes what the snapshot says of
    /// it.</summary>
    public SnapshotException Except(
        Func<ExceptionContent, ExceptionContent> scope, Func<SnapshotException, SnapshotException>? alter = null)
    {
        var content = scope(new ExceptionContent
        {
            Id = Guid.CreateVersion7(),
            System = Terms!.Name,
            Environment = Environment,
            Kind = "",
            Reason = "A burning house.",
            Until = IssuedAt.AddHours(12),
        });
        var exception = new SnapshotException(
            content, IssuedAt,
            [
                Act("owner", "exception", content.Id, content.DigestOf()),
                Act("approver", "exception", content.Id, content.DigestOf()),
            ]);
        Exceptions.Add(alter?.Invoke(exception) ?? exception);
        return exception;
    }

    /// <summary>An adoption as its owner signs it, a renewal as the approver signs it too; <paramref name="alter"/>
    /// changes what the snapshot says of it.</summary>
    public SnapshotAdoption Adopt(
        Func<AdoptionContent, AdoptionContent>? change = null, Func<SnapshotAdoption, SnapshotAdoption>? alter = null)
    {
        var since = WholeSecondConverter.Floor(IssuedAt);
        var content = new AdoptionContent
        {
            Id = Guid.CreateVersion7(),
            System = Terms!.Name,
            Environment = "production",
            Provider = Terms.Kind == "model" ? "scoring" : "openai",
            Terms = Terms.TermsDigest,
            Tier = Tier,
            Reason = "It ran before we came.",
            Since = since,
            Until = since.AddDays(14),
        };
        content = change?.Invoke(content) ?? content;
        var adoption = new SnapshotAdoption(
            content, IssuedAt,
            [
                .. new[] { "owner", "approver" }.Take(content.Signers())
                    .Select(p => Act(p, "adopt", content.Id, content.DigestOf())),
            ]);
        adoption = alter?.Invoke(adoption) ?? adoption;
        Adoptions.Add(adoption);
        return adoption;
    }

    private SnapshotAct Act(string person, string verb, Guid about, string after)
    {
        var statement = new Statement<ActPredicate>
        {
            Subject = [],
            PredicateType = PredicateTypes.Act,
            Predicate = new ActPredicate
            {
                Org = "acme",
                Verb = verb,
                Object = about.ToString(),
                After = after,
                Nonce = "n",
            },
        };
        var payload = JsonSerializer.SerializeToUtf8Bytes(statement, SnapshotJson.Default.StatementActPredicate);
        using var parsed = JsonDocument.Parse(Dsse.Write(Dsse.Sign(
            Statement<ActPredicate>.PayloadType, payload, person == "owner" ? _owner : _approver)));
        return new SnapshotAct(person, parsed.RootElement.Clone());
    }

    /// <summary>The signed snapshot.</summary>
    public byte[] Sign() => Sign(Document());

    public byte[] Sign(SnapshotDocument document) => Dsse.Write(Dsse.Sign(
        SnapshotDocument.PayloadType,
        JsonSerializer.SerializeToUtf8Bytes(document, SnapshotJson.Default.SnapshotDocument),
        _snapshotKey));

    public void Dispose()
    {
        _snapshotKey.Dispose();
        _warrantKey.Dispose();
        _owner.Dispose();
        _approver.Dispose();
    }

    public SnapshotDocument Document() => new()
    {
        V = 1,
        Org = "acme",
        Origin = "acme.example/test",
        Epoch = Epoch,
        IssuedAt = IssuedAt,
        ExpiresAt = IssuedAt.AddHours(24),
        Taxonomy = 1,
        Keys = new SnapshotKeys([Text(_warrantKey)], [Text(_snapshotKey)]),
        Roster = [Person("owner", _owner), Person("approver", _approver)],
        ClientKeys =
        [
            new SnapshotClientKey(
                ClientKeyText.IdOf(ClientKey), ClientKeyText.HashOf(ClientKey), Terms!.Name,
                Rehearsal is null ? Environment : "rehearsal", Caps,
                TimeProvider.System.GetUtcNow().AddDays(90)),
        ],
        Systems = Rehearsal is null
            ? [SystemEntry()]
            : [SystemEntry(), SystemEntry() with { Environment = "rehearsal", Live = null, Rehearsal = Rehearsal }],
        Releases =
        [
            .. _releases.Select(r => new SnapshotRelease(
                r.Release.Digest,
                Convert.ToBase64String(r.Release.ReleaseJson),
                r.Files.ToDictionary(f => f.Key, f => Convert.ToBase64String(f.Value)))),
        ],
        Warrants = [.. _releases.Where(r => IsWarranted(r.Release)).Select((r, i) => Warrant(r.Release, i))],
        Orders = Orders,
        Exceptions = Exceptions,
        Adoptions = Adoptions,
        Shutdowns = Shutdowns,
        PayloadKeys = [new SnapshotPayloadKey("k", Convert.ToBase64String(PayloadKey.ExportSubjectPublicKeyInfo()))],
    };

    private SnapshotSystem SystemEntry() => new()
    {
        Name = Terms!.Name,
        Environment = Environment,
        Kind = Terms.Kind,
        Terms = Terms.TermsDigest,
        TermsJson = Convert.ToBase64String(Terms.TermsJson),
        Tier = Tier,
        State = "serving",
        Owners = new SnapshotOwners("p1", "p2", null, "Sam, the technical owner"),
        Live = _releases.Count == 0 ? null : Live.Digest,
        AdoptedUntil = Adoptions.Count == 0 ? null : Adoptions[^1].Content.Until,
    };

    private JsonElement Warrant(ReleaseDocument release, int place) => Envelope(
        release,
        PredicateTypes.Warrant,
        new WarrantPredicate
        {
            Id = Guid.CreateVersion7(),
            Org = "acme",
            Environment = Environment,
            System = Terms!.Name,
            Release = release.Digest,
            Terms = Terms.TermsDigest,
            Purpose = Terms.Purpose,
            Population = Terms.Intake.Population,
            Tier = Tier,
            Taxonomy = 1,
            Approvals =
            [
                .. Approvers.Split(',').Select(p => Approval(release, p, p == "owner" ? _owner : _approver)),
            ],
            Conditions = Carried(Conditions),
            Thresholds = release.Spec.ThresholdsJson,
            Fallback = release.Spec.FallbackJson,
            Owners = new WarrantOwners("p1", "p2", null),
            NotBefore = IssuedAt.AddHours(-2).AddMinutes(place),
            NotAfter = WarrantEnds,
        },
        SnapshotJson.Default.StatementWarrantPredicate,
        _warrantKey);

    private JsonElement Approval(ReleaseDocument release, string person, Ed25519PrivateKey key) => Envelope(
        release,
        PredicateTypes.Approval,
        new ApprovalPredicate
        {
            Org = "acme",
            Environment = Environment,
            System = Terms!.Name,
            Release = release.Digest,
            Terms = Terms.TermsDigest,
            Purpose = Terms.Purpose,
            Population = Terms.Intake.Population,
            Tier = Tier,
            Taxonomy = 1,
            Difference = release.Digest,
            Person = person,
            Conditions = Conditions,
            Expires = WarrantEnds,
            Nonce = "n",
            DigestFrom = person == "owner" ? DigestFrom : null,
        },
        SnapshotJson.Default.StatementApprovalPredicate,
        key);

    private JsonElement Envelope<T>(
        ReleaseDocument release, string type, T predicate, JsonTypeInfo<Statement<T>> json, Ed25519PrivateKey key)
    {
        var statement = new Statement<T>
        {
            Subject =
            [
                new StatementSubject(StatementSubject.Release, new SubjectDigest(release.Digest["sha256:".Length..])),
                new StatementSubject(StatementSubject.Terms, new SubjectDigest(Terms!.TermsDigest["sha256:".Length..])),
            ],
            PredicateType = type,
            Predicate = predicate,
        };
        var payload = JsonSerializer.SerializeToUtf8Bytes(statement, json);
        using var parsed = JsonDocument.Parse(Dsse.Write(Dsse.Sign(Statement<T>.PayloadType, payload, key)));
        return parsed.RootElement.Clone();
    }

    private static SnapshotPerson Person(string id, Ed25519PrivateKey key) =>
        new(id, [], [new SnapshotPersonKey(key.PublicKey.KeyId, Text(key))]);

    private static string Text(Ed25519PrivateKey key) => Convert.ToBase64String(key.PublicKey.Bytes);
}
