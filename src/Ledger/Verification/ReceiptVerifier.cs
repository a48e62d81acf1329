using Provost.Ledger.Checkpoints;

namespace Provost.Ledger.Verification;

/// <summary>Verifies a receipt for one entry with nothing but the trust file: no server, no network.</summary>
public static class ReceiptVerifier
{
    /// <summary>Largest receipt that is read: an entry of the largest size in base64, a proof, a signed note.</summary>
    public const int MaxBytes = 1_200_000;

    /// <summary>Whether a file begins as receipts do.</summary>
    public static bool IsReceipt(ReadOnlySpan<byte> start) => ReceiptFile.IsLikely(start);

    /// <summary>Checks that the entry is, byte for byte, one that the receipt's signed checkpoint covers.</summary>
    /// <param name="receipt">The bytes of a <c>.tlog-proof</c>.</param>
    /// <param name="entry">The entry, where it travelled apart; null for the one inside the receipt.</param>
    /// <param name="trust">Keys and origin, from a place of one's own.</param>
    /// <param name="previous">The last checkpoint seen of this log, or null.</param>
    /// <param name="witnesses">Whose cosignatures count; null for nobody's.</param>
    public static VerificationReport Verify(
        byte[] receipt, byte[]? entry, TrustFile trust, Checkpoint? previous, WitnessPolicy? witnesses = null) =>
        new ReceiptCheck(trust, previous, witnesses ?? WitnessPolicy.None).Run(receipt, entry);
}

/// <summary>One verification of one receipt.</summary>
internal sealed class ReceiptCheck(TrustFile trust, Checkpoint? previous, WitnessPolicy witnesses)
{
    private readonly List<string> _checked = [];
    private readonly List<string> _notChecked = [];
    private VerifiedCheckpoint? _verified;
    private bool _continues;

    private Checkpoint Checkpoint => _verified!.Checkpoint;

    public VerificationReport Run(byte[] receipt, byte[]? entry)
    {
        var fault = receipt.Length > ReceiptVerifier.MaxBytes
            ? new VerificationFault(FaultKind.TooLarge, $"A receipt has at most {ReceiptVerifier.MaxBytes} bytes.")
            : Check(receipt, entry);
        return new VerificationReport
        {
            EntriesChecked = fault is null ? 1 : 0,
            FirstFault = fault,
            Checked = _checked,
            NotChecked = _notChecked,
            Checkpoint = fault is null ? Checkpoint : null,
            CheckpointNote = fault is null ? _verified!.Note : null,
            ContinuesPrevious = fault is null && _continues,
        };
    }

    private VerificationFault? Check(byte[] receipt, byte[]? given)
    {
        if (ReceiptFile.Read(receipt, out var fault) is not { } file)
            return fault;

        if ((given ?? file.Entry) is not { } entry)
            return new VerificationFault(FaultKind.Entry, "The receipt does not hold its entry; name its file too.");

        if (given is not null && file.Entry is not null && !given.AsSpan().SequenceEqual(file.Entry))
            return new VerificationFault(FaultKind.Entry, "The entry given is not the one inside the receipt.");

        if (CheckpointCheck.Verify(file.Note, trust, witnesses, out fault) is not { } verified)
            return fault;

        _verified = verified;
        verified.Report(trust, witnesses, _checked, _notChecked);
        return CheckEntry(file, entry) ?? CheckPrevious();
    }

    private VerificationFault? CheckEntry(ReceiptFile file, byte[] entry)
    {
        var leaf = LeafFacts.Read(entry, out var reason);
        var hash = RootHash.Leaf(entry);
        var root = RootHash.FromPath(file.Index, Checkpoint.Size, hash, file.Path);
        if (root is null || !root.AsSpan().SequenceEqual(Checkpoint.Root))
        {
            return Fault(
                FaultKind.Entry, "its bytes, its index or its proof were changed: it does not lead to the root");
        }

        if (file.Index == 0 && Convert.ToHexStringLower(hash) != trust.Genesis)
            return Fault(FaultKind.Genesis, "it is not the genesis that the trust file names");

        if (leaf is null)
            return Fault(FaultKind.Form, reason);

        _checked.Add(
            $"Entry {file.Index} ({leaf.Stream} {leaf.Seq}) is, byte for byte, one that the checkpoint covers.");
        _notChecked.Add("Any other entry: a receipt says nothing about what came before, after or beside it.");
        _notChecked.Add("The payloads behind the commitments, and signatures inside the entry.");
        return null;

        VerificationFault Fault(FaultKind kind, string what) => new(
            kind,
            leaf is null ? $"Entry {file.Index}: {what}." : $"Entry {file.Index} ({leaf.Stream} {leaf.Seq}): {what}.",
            file.Index,
            leaf?.Stream,
            leaf?.Seq);
    }

    private VerificationFault? CheckPrevious()
    {
        if (previous is null)
        {
            _notChecked.Add("That the log was not rewritten before this checkpoint: no earlier one was given.");
            return null;
        }

        if (previous.Origin != Checkpoint.Origin)
            return new VerificationFault(FaultKind.OtherLog, "The remembered checkpoint is of another log.");

        if (previous.Size != Checkpoint.Size)
        {
            _notChecked.Add($"That this log is the one remembered at size {previous.Size}: a receipt holds no proof.");
            return null;
        }

        if (!previous.Root.AsSpan().SequenceEqual(Checkpoint.Root))
        {
            return new VerificationFault(
                FaultKind.Consistency, $"Forked: size {previous.Size} was signed with another root before.");
        }

        _continues = true;
        _checked.Add($"The checkpoint is the one remembered, at size {previous.Size}.");
        return null;
    }
}
