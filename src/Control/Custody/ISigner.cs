using System.Text.Json;
using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Control.Custody;

/// <summary>What the signer is asked to warrant; it looks up everything else itself.</summary>
public sealed record WarrantRequest(string System, string Environment, string Release);

/// <param name="Envelope">The signed statement as a record embeds it.</param>
public sealed record SignedWarrant(Guid Id, JsonElement Envelope);

/// <summary>The facts of a genesis that are not the signer's own keys.</summary>
/// <param name="Org">The organisation.</param>
/// <param name="Origin">The log's origin.</param>
/// <param name="Custody">Custody level at the first start.</param>
/// <param name="Payload">SubjectPublicKeyInfo of the vault's payload key, base64.</param>
public sealed record GenesisRequest(string Org, string Origin, string Custody, string Payload);

/// <param name="Body">The genesis with the signer's public keys.</param>
/// <param name="Envelope">The root key's countersignature over the body's canonical bytes.</param>
public sealed record SignedGenesis(GenesisMade Body, JsonElement Envelope);

/// <summary>
/// All that Control may ask of the warrant, snapshot and root keys. The one implementation holds them, the other asks
/// the process that does. Every member may answer <see cref="SignerErrors.Away"/>.
/// </summary>
public interface ISigner
{
    /// <summary>Issues a warrant when roster, approvals and quorum bear it, or an envelope that persons approved and
    /// evidence that this signer signed.</summary>
    Task<Answer<SignedWarrant>> IssueWarrantAsync(WarrantRequest request, CancellationToken cancellationToken);

    /// <summary>Signs a snapshot of this log, with an epoch above every one signed before.</summary>
    Answer<byte[]> SignSnapshot(SnapshotDocument document);

    /// <summary>Signs the result of a test whose rehearsal stands open in the log.</summary>
    Answer<JsonElement> SignTestResult(TestResultPredicate result);

    /// <summary>Countersigns a roster change by the root key while the bootstrap lasts.</summary>
    Answer<JsonElement> CountersignRoster(string person, string after, string nonce);

    /// <summary>Makes the genesis of a log that has no entry yet.</summary>
    Answer<SignedGenesis> SignGenesis(GenesisRequest request);
}

/// <summary>Refusals of the signer that are not about what was asked.</summary>
internal static class SignerErrors
{
    public const string LostCode = "provost.custody.memory_lost";
    public const string NotCaughtUpCode = "provost.custody.not_caught_up";
    public const string OtherHistoryCode = "provost.custody.other_history";

    private const string OrReset = "or have the root key's custodians sign a reset: provost ledger reset.";
    private const string PutBack = $"Put back the newest log, {OrReset}";

    public static GovernanceFault Away(string why) => new(FaultKind.Unavailable, "provost.custody.signer_away",
        $"The signer does not answer: {why}", "It is started again by itself; ask again in a moment.");

    public static GovernanceFault OtherHistory() => new(FaultKind.Conflict, OtherHistoryCode,
        "The governance handed to the signer is not what it learned before: the log was put back or rewritten.",
        PutBack);

    public static GovernanceFault Lost(string what) => new(FaultKind.Conflict, LostCode,
        $"The signer lost its memory: {what} Signing without it would let the log be rewritten.",
        $"Put back the signer's folder, {OrReset}");

    public static GovernanceFault NotCaughtUp() => new(FaultKind.Conflict, NotCaughtUpCode,
        "The signer was handed less of the governance than it had learned before it was started again.",
        PutBack);

    public static GovernanceFault RootAbsent() => new(FaultKind.Conflict, "provost.custody.root_absent",
        "The root key is not with the signer: it was taken away after the first start, as it should be.",
        "Have two persons sign instead, or use the root key's file at a terminal.");

    public static GovernanceFault Founded() => new(FaultKind.Conflict, "provost.genesis.second",
        "This signer has signed a log already.", "Use another data folder for another log.");
}
