using Provost.Ledger.Checkpoints;

namespace Provost.Ledger.Verification;

/// <summary>What kind of thing is wrong.</summary>
public enum FaultKind
{
    /// <summary>The zip around the files is not the one that an export writes.</summary>
    Container,

    /// <summary>The file ends before it should.</summary>
    Truncated,

    /// <summary>A file is larger than any of its kind can be.</summary>
    TooLarge,

    /// <summary>The file is of a version that this program does not know.</summary>
    Version,

    /// <summary>The manifest is not one, or says other than the bundle holds.</summary>
    Manifest,

    /// <summary>The checkpoint is of another log than the trust file names.</summary>
    OtherLog,

    /// <summary>The checkpoint carries no signature of a pinned key.</summary>
    UnknownKey,

    /// <summary>The checkpoint's signature or form is wrong, or it is not of these entries.</summary>
    Checkpoint,

    /// <summary>A pinned witness's cosignature is wrong, or fewer cosigned than the quorum asks for.</summary>
    Witness,

    /// <summary>The log does not continue the checkpoint remembered from before: rolled back or rewritten.</summary>
    Consistency,

    /// <summary>Entry 0 is not the genesis that the trust file names.</summary>
    Genesis,

    /// <summary>An entry is not what the checkpoint committed to.</summary>
    Entry,

    /// <summary>An entry is committed but does not have the form of a leaf.</summary>
    Form,

    /// <summary>Entries stand in another order than the log's.</summary>
    Order,

    /// <summary>An entry names another predecessor in its stream than the one that stands there.</summary>
    Chain,

    /// <summary>An entry of a stream is left out or repeated.</summary>
    StreamGap,

    /// <summary>A record of a node is left out or repeated.</summary>
    NodeGap,

    /// <summary>An entry claims an act of the root key (a reset, a new log key) that this did not sign.</summary>
    RootAct,

    /// <summary>A hash tile differs from the entries below it, which are right.</summary>
    Tile,

    /// <summary>An approval, a warrant or a key that decisions stand on is missing or not signed as it must
    /// be.</summary>
    Authority,

    /// <summary>The copy for spreadsheets is not what the entries say.</summary>
    Copy,

    /// <summary>A content is not the one that its entry commits to.</summary>
    Content,
}

/// <summary>The first thing that is wrong; index, stream and seq name the entry where one is concerned.</summary>
public sealed record VerificationFault(
    FaultKind Kind, string Message, long? Index = null, string? Stream = null, long? Seq = null);

/// <summary>The result of a verification, complete about what it did not look at.</summary>
public sealed record VerificationReport
{
    /// <summary>True when nothing was found wrong; read <see cref="NotChecked"/> all the same.</summary>
    public bool Ok => FirstFault is null;

    /// <summary>Entries whose bytes were shown to be what the checkpoint committed to.</summary>
    public required long EntriesChecked { get; init; }

    public required VerificationFault? FirstFault { get; init; }

    /// <summary>What was shown, a sentence each.</summary>
    public required IReadOnlyList<string> Checked { get; init; }

    /// <summary>What was not, and cannot be believed from this result, a sentence each.</summary>
    public required IReadOnlyList<string> NotChecked { get; init; }

    /// <summary>The verified checkpoint, to be given to the next verification; null when this one failed.</summary>
    public required Checkpoint? Checkpoint { get; init; }

    /// <summary>The signed note of <see cref="Checkpoint"/>, verbatim.</summary>
    public byte[]? CheckpointNote { get; init; }

    /// <summary>The checkpoint was shown to continue the one that an earlier verification gave.</summary>
    public bool ContinuesPrevious { get; init; }

    /// <summary>The checkpoint takes the place of one that a reset gave up, which the caller accepted.</summary>
    public bool ReplacesPrevious { get; init; }
}
