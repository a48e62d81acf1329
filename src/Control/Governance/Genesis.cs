using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Ledger.Statements;

namespace Provost.Control.Governance;

/// <summary>
/// Entry 0 of the log: the organisation, the log's origin and the keys that everything else is checked against.
/// Countersigned by the root key over <see cref="Genesis.PayloadType"/>.
/// </summary>
public sealed record GenesisMade : IGovernanceBody<GenesisMade>
{
    public static string Verb => "genesis";

    static JsonTypeInfo<GenesisMade> IGovernanceBody<GenesisMade>.Json => GovernanceJson.Default.GenesisMade;

    public required string Org { get; init; }

    /// <summary>As <c>acme.example/provost</c>; a demo or test log says so in it.</summary>
    public required string Origin { get; init; }

    /// <summary>Edition of the risk taxonomy.</summary>
    public required int Taxonomy { get; init; }

    /// <summary>Custody level at the first start, <c>C0</c> or <c>C1</c>.</summary>
    public required string Custody { get; init; }

    /// <summary>Public keys in the text form of <see cref="Ed25519PublicKey"/>.</summary>
    public required string Root { get; init; }

    public required string Warrant { get; init; }

    public required string Snapshot { get; init; }

    /// <summary>The checkpoint key as vkey.</summary>
    public required string Log { get; init; }

    /// <summary>SubjectPublicKeyInfo of the RSA-3072 payload key, base64.</summary>
    public required string Payload { get; init; }
}

/// <summary>The genesis in force.</summary>
public sealed record Genesis(GenesisMade Facts, DateTimeOffset At)
{
    /// <summary>DSSE payload type of the root's countersignature over the body's canonical bytes.</summary>
    public const string PayloadType = "application/vnd.provost.genesis+json";

    public Ed25519PublicKey RootKey { get; } = Parse(Facts.Root);

    public Ed25519PublicKey WarrantKey { get; } = Parse(Facts.Warrant);

    public Ed25519PublicKey SnapshotKey { get; } = Parse(Facts.Snapshot);

    /// <summary>Whether the log says that it is a demo's or a test's; its data is never promoted.</summary>
    public bool IsTrial { get; } = Facts.Origin.Contains("demo", StringComparison.Ordinal)
        || Facts.Origin.Contains("test", StringComparison.Ordinal);

    /// <summary>The genesis of an entry, or why it is none.</summary>
    internal static Answer<Genesis> From(GovernanceEntry entry)
    {
        var facts = entry.Read<GenesisMade>();
        var genesis = new Genesis(facts, entry.Time);
        if (entry.Statement is not { } json)
            return Unsigned();

        var envelope = Dsse.Read(json);
        return envelope.PayloadType == PayloadType
            && envelope.Payload.AsSpan().SequenceEqual(CanonicalJson.From(entry.Body))
            && envelope.IsSignedBy(genesis.RootKey)
            ? genesis
            : Unsigned();
    }

    private static GovernanceFault Unsigned() => new(
        FaultKind.Forbidden, "provost.genesis.unsigned", "The genesis is not signed by the root key it names.",
        "Start over with the data folder this log belongs to.");

    private static Ed25519PublicKey Parse(string text) => Ed25519PublicKey.TryParse(text)
        ?? throw new JsonException("Not an Ed25519 public key.");
}
