using System.Text.Json;
using System.Text.Json.Serialization;
using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Ledger.Checkpoints;

namespace Provost.Control.Custody.Processes;

/// <summary>What the signer's process can be asked, the whole of it.</summary>
internal enum SignerVerb : byte
{
    /// <summary>Who are you, and how far have you come?</summary>
    Hello = 1,

    /// <summary>Here is more of the gov stream.</summary>
    Learn = 2,

    /// <summary>Sign the genesis of a new log.</summary>
    Genesis = 3,

    /// <summary>Sign a checkpoint.</summary>
    Checkpoint = 4,

    /// <summary>Issue a warrant.</summary>
    Warrant = 5,

    /// <summary>Sign a snapshot.</summary>
    Snapshot = 6,

    /// <summary>Countersign a roster change.</summary>
    Roster = 7,

    /// <summary>Go on from another tree than you signed last: the root key says so.</summary>
    Reset = 8,

    /// <summary>Make the key that is to sign checkpoints next.</summary>
    NextKey = 9,

    /// <summary>Sign the result of a test.</summary>
    TestResult = 10,
}

/// <summary>Names a tree: how many entries, and their root in base64.</summary>
internal sealed record SignedTree(long Size, byte[] Root);

/// <param name="Keys">Warrant, snapshot and log key in text form; the log key without its name.</param>
/// <param name="Position">Position of the last governance entry handed over in this life; -1 for none.</param>
/// <param name="Last">What was signed last; null where it is not known.</param>
/// <param name="Epoch">The highest epoch signed.</param>
/// <param name="Trouble">Why nothing can be signed; null while it can.</param>
internal sealed record HelloAnswer(
    IReadOnlyList<string> Keys, long Position, SignedTree? Last, long Epoch, string? Trouble);

internal sealed record LearnRequest(IReadOnlyList<GovernanceEntry> Entries);

internal sealed record LearnAnswer(long Position);

internal sealed record CheckpointRequest(SignedTree Next, IReadOnlyList<byte[]> Proof);

/// <summary>Either the note, or why not.</summary>
internal sealed record CheckpointAnswer(byte[]? Note, SignRefusal? Refusal, string? Reason);

/// <param name="Documents">The release's and the terms' bytes, as the registry has them.</param>
internal sealed record WarrantAsk(WarrantRequest Request, IReadOnlyList<byte[]> Documents);

/// <param name="Payload">The snapshot's JSON, to be signed as it is.</param>
internal sealed record SnapshotAsk(byte[] Payload);

/// <param name="Envelope">The signed envelope's bytes.</param>
internal sealed record SnapshotAnswer(byte[] Envelope);

/// <param name="Entry">The entry of the log with the root key's statement.</param>
internal sealed record ResetAsk(GovernanceEntry Entry);

internal sealed record RosterAsk(string Person, string After, string Nonce);

/// <summary>The messages' JSON: nothing unknown, nothing twice, nothing missing.</summary>
/// <remarks>By metadata alone: the generated fast path writes an array of bytes that is null as an empty one.</remarks>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    PropertyNameCaseInsensitive = false,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(HelloAnswer))]
[JsonSerializable(typeof(LearnRequest))]
[JsonSerializable(typeof(LearnAnswer))]
[JsonSerializable(typeof(GenesisRequest))]
[JsonSerializable(typeof(SignedGenesis))]
[JsonSerializable(typeof(CheckpointRequest))]
[JsonSerializable(typeof(CheckpointAnswer))]
[JsonSerializable(typeof(WarrantAsk))]
[JsonSerializable(typeof(SignedWarrant))]
[JsonSerializable(typeof(SnapshotAsk))]
[JsonSerializable(typeof(SnapshotAnswer))]
[JsonSerializable(typeof(RosterAsk))]
[JsonSerializable(typeof(TestResultPredicate))]
[JsonSerializable(typeof(ResetAsk))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(GovernanceFault))]
[JsonSerializable(typeof(SignerRecord))]
internal sealed partial class CustodyJson : JsonSerializerContext;
