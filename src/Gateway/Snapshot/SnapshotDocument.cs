using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Snapshot;

/// <summary>
/// Everything a gateway needs to decide alone, as it travels: the JSON payload of a DSSE envelope of type
/// <see cref="PayloadType"/> signed by the snapshot key. Built by Control, verified and compiled here. Times are UTC,
/// digests are <c>sha256:&lt;hex&gt;</c>, byte blobs base64.
/// </summary>
public sealed record SnapshotDocument
{
    public const string PayloadType = "application/vnd.provost.snapshot+json";

    /// <summary>Version of this form; any other is refused.</summary>
    public required int V { get; init; }

    public required string Org { get; init; }

    /// <summary>Origin of the ledger, as <c>acme.example/provost</c>; a demo or test log says so in it.</summary>
    public required string Origin { get; init; }

    /// <summary>Only grows; a lower one than the highest ever taken is refused.</summary>
    public required long Epoch { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Edition of the risk taxonomy in force.</summary>
    public required int Taxonomy { get; init; }

    public required SnapshotKeys Keys { get; init; }

    public required IReadOnlyList<SnapshotPerson> Roster { get; init; }

    public required IReadOnlyList<SnapshotClientKey> ClientKeys { get; init; }

    public required IReadOnlyList<SnapshotSystem> Systems { get; init; }

    /// <summary>Each release named by a warrant or an exception below, verbatim, with the files that binding
    /// needs.</summary>
    public required IReadOnlyList<SnapshotRelease> Releases { get; init; }

    /// <summary>Every warrant in force, as DSSE envelopes.</summary>
    public required IReadOnlyList<JsonElement> Warrants { get; init; }

    public required IReadOnlyList<SnapshotOrder> Orders { get; init; }

    /// <summary>Exceptions in force: what systems may do beside their warrants, one at a time on each.</summary>
    public IReadOnlyList<SnapshotException> Exceptions { get; init; } = [];

    /// <summary>Adoptions in force: systems whose traffic passes with nothing approved, one on each.</summary>
    public IReadOnlyList<SnapshotAdoption> Adoptions { get; init; } = [];

    /// <summary>Models that end: no call to them is admitted from then on. Null where none does.</summary>
    public IReadOnlyList<SnapshotShutdown>? Shutdowns { get; init; }

    /// <summary>RSA public keys that seal the hourly data-encryption keys; the first is current.</summary>
    public required IReadOnlyList<SnapshotPayloadKey> PayloadKeys { get; init; }

    /// <summary>The newest checkpoint at issue (signed note text), null before the first.</summary>
    public string? Checkpoint { get; init; }
}

/// <summary>Ed25519 public keys (base64, 32 bytes each) by purpose.</summary>
public sealed record SnapshotKeys(IReadOnlyList<string> Warrant, IReadOnlyList<string> Snapshot);

/// <summary>A person as the log knows them: a random id, roles, keys. No name, no mail address.</summary>
public sealed record SnapshotPerson(string Person, IReadOnlyList<string> Roles, IReadOnlyList<SnapshotPersonKey> Keys);

/// <param name="Id">First 16 hex digits of the SHA-256 of the public key.</param>
/// <param name="PublicKey">Of a key file: Ed25519, 32 bytes in base64. Of a passkey: its text form
/// (<see cref="PasskeyPublicKey"/>).</param>
public sealed record SnapshotPersonKey(string Id, string PublicKey)
{
    /// <summary>A person's key as snapshots hold it.</summary>
    public static SnapshotPersonKey Of(SignatureKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(key.KeyId, key is Ed25519PublicKey file ? Convert.ToBase64String(file.Bytes) : key.ToString()!);
    }

    /// <summary>The key, to check signatures with.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    /// <exception cref="ArgumentException">It is an Ed25519 key of another length.</exception>
    public SignatureKey Read() => PublicKey.StartsWith("passkey:", StringComparison.Ordinal)
        ? PasskeyPublicKey.TryParse(PublicKey) ?? throw new FormatException($"the passkey {Id} is none")
        : new Ed25519PublicKey(Convert.FromBase64String(PublicKey));
}

/// <param name="Id">The ten Crockford characters between <c>pk_</c> and the secret.</param>
/// <param name="Hash">SHA-256 of the whole key text, lower-case hex.</param>
public sealed record SnapshotClientKey(
    string Id, string Hash, string System, string Environment, SnapshotCaps Caps, DateTimeOffset Expires);

/// <summary>Defaults of a new key: 50 requests a second (burst 100), 64 at once, 50 USD a day.</summary>
/// <param name="SpendMicroUsdPerDay">Millionths of a US dollar per UTC day.</param>
public sealed record SnapshotCaps(int RequestsPerSecond, int Burst, int Concurrency, long SpendMicroUsdPerDay);

/// <summary>One system in one environment.</summary>
public sealed record SnapshotSystem
{
    public required string Name { get; init; }
    public required string Environment { get; init; }

    /// <summary><c>model</c>, <c>llm</c>, <c>agent</c>, <c>vendor</c> or <c>chain</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Digest of <see cref="TermsJson"/>.</summary>
    public required string Terms { get; init; }

    /// <summary>terms.json, verbatim (base64).</summary>
    public required string TermsJson { get; init; }

    public required string Tier { get; init; }

    /// <summary>draft, registered, approved, serving, suspended or retired.</summary>
    public required string State { get; init; }

    public required SnapshotOwners Owners { get; init; }

    /// <summary>Digest of the release that traffic goes to, null when none is warranted.</summary>
    public string? Live { get; init; }

    /// <summary>What this is the lane of; null for a system that serves.</summary>
    public SnapshotRehearsal? Rehearsal { get; init; }

    /// <summary>When its last adoption ends or ended, while nothing of it is warranted; null for a system never
    /// adopted. It says what to do next and admits nothing.</summary>
    public DateTimeOffset? AdoptedUntil { get; init; }

    /// <summary>Name of the provider in platform settings that serves the live release.</summary>
    public string? Upstream { get; init; }
}

/// <summary>A release that is tested: it answers without a warrant, to the lane's one key, and every call is a
/// drill.</summary>
/// <param name="Release">Digest.</param>
/// <param name="Until">The lane closes then, whatever the snapshot's age.</param>
/// <param name="Fallback">Whether the release's fallback is what it answers.</param>
public sealed record SnapshotRehearsal(Guid Id, string Release, DateTimeOffset Until, bool Fallback = false);

/// <summary>Person ids with the name a refusal may tell a valid key.</summary>
public sealed record SnapshotOwners(string Business, string Technical, string? Deputy, string AskWhom);

/// <param name="ReleaseJson">release.json, verbatim (base64).</param>
/// <param name="Files">Path in the release to content (base64): only files that binding or drift needs.</param>
public sealed record SnapshotRelease(
    string Digest, string ReleaseJson, IReadOnlyDictionary<string, string> Files);

/// <summary>Something that tightens a system until an owner's signed <c>resume</c> ends it.</summary>
/// <param name="Kind"><c>pause</c>, <c>kill</c>, <c>throttle</c>, <c>fallback</c> or <c>rollback</c>.</param>
/// <param name="Release">Rollback: the digest restored. Otherwise null.</param>
/// <param name="By">Person id or <c>response</c>.</param>
public sealed record SnapshotOrder(
    Guid Id, string Kind, string System, string Environment, string? Release, string By, DateTimeOffset Since,
    Guid? Incident);

/// <param name="Provider">Name in the platform's settings.</param>
/// <param name="Model">As releases name it, or as its answers do.</param>
public sealed record SnapshotShutdown(string Provider, string Model, DateTimeOffset At);

/// <param name="Id">First 16 hex digits of the SHA-256 of the key's SubjectPublicKeyInfo.</param>
public sealed record SnapshotPayloadKey(string Id, string PublicKey);
