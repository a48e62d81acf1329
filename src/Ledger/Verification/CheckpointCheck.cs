using System.Globalization;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>A checkpoint that a pinned key signed, and the pinned witnesses that cosigned it.</summary>
/// <param name="SignedBy">The pinned keys of the log that signed it.</param>
internal sealed record VerifiedCheckpoint(
    Checkpoint Checkpoint, byte[] Note, IReadOnlyList<NoteVerifierKey> SignedBy, IReadOnlyList<Cosigned> Cosigned)
{
    /// <summary>Says what was shown of signatures and time, and what was not.</summary>
    public void Report(TrustFile trust, WitnessPolicy witnesses, List<string> isShown, List<string> isNot)
    {
        isShown.Add($"The checkpoint over {Checkpoint.Size} entries is signed by the pinned key of {trust.Origin}.");
        foreach (var (witness, at) in Cosigned)
        {
            var seen = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            isShown.Add($"Witness {witness.Name} saw this checkpoint at {seen} UTC and cosigned it.");
        }

        isNot.Add((Cosigned.Count, witnesses.Keys.Count) switch
        {
            (0, 0) => "When the entries were written: no witness and no time stamp stands behind the checkpoint.",
            (0, _) => "When the entries were written: none of the witnesses named has cosigned the checkpoint.",
            _ => "When the entries were written: the witnesses show only that it was before they cosigned.",
        });
    }
}

/// <summary>The first question of every verification: did a pinned key of this log sign this checkpoint?</summary>
internal static class CheckpointCheck
{
    public static VerifiedCheckpoint? Verify(
        ReadOnlySpan<byte> bytes, TrustFile trust, WitnessPolicy witnesses, out VerificationFault? fault)
    {
        fault = null;
        if (bytes.IsEmpty)
        {
            fault = new VerificationFault(FaultKind.Checkpoint, "There is no checkpoint.");
            return null;
        }

        if (!SignedNote.TryParse(bytes, out var note, out var reason))
        {
            fault = new VerificationFault(FaultKind.Checkpoint, reason);
            return null;
        }

        // Only keys of the origin count: another log's checkpoint, even of a pinned key, says nothing about this one.
        var pinned = trust.Log.Where(k => k.Name == trust.Origin).ToList();
        var verdict = note.Verify(pinned);
        if (verdict == NoteVerdict.NoKnownKey)
        {
            fault = Unknown(note.Text, trust);
            return null;
        }

        if (verdict == NoteVerdict.BadSignature)
        {
            fault = new VerificationFault(
                FaultKind.Checkpoint,
                "The checkpoint's signature is wrong: its text was changed, or another key signed it.");
            return null;
        }

        if (!Checkpoint.TryParse(note.Text, out var checkpoint, out reason))
            fault = new VerificationFault(FaultKind.Checkpoint, reason);
        else if (checkpoint.Origin != trust.Origin)
            fault = new VerificationFault(
                FaultKind.OtherLog, $"The checkpoint is of {checkpoint.Origin}, trusted is {trust.Origin}.");
        else if (note.Verify([.. pinned.Where(k => trust.Counts(k, checkpoint.Size))]) != NoteVerdict.Verified)
            fault = new VerificationFault(
                FaultKind.UnknownKey,
                $"The checkpoint over {checkpoint.Size} entries is signed only by a key that the trust file does not "
                + "count at that size: it had ended, or had not begun.");
        else if (!note.ToBytes().AsSpan().SequenceEqual(bytes))
            fault = new VerificationFault(FaultKind.Checkpoint, "The checkpoint is not spelled as notes are.");

        var cosigned = fault is null ? Cosignatures(note, witnesses, out fault) : [];
        var signedBy = pinned.Where(k => note.Signatures.Any(s => s.Name == k.Name && s.KeyId == k.Id)).ToList();
        return fault is null ? new VerifiedCheckpoint(checkpoint!, bytes.ToArray(), signedBy, cosigned) : null;
    }

    private static VerificationFault Unknown(string text, TrustFile trust)
    {
        var origin = text[..text.IndexOf('\n', StringComparison.Ordinal)];
        return origin == trust.Origin
            ? new VerificationFault(
                FaultKind.UnknownKey,
                $"The checkpoint carries no signature of a key that the trust file names for {trust.Origin}. If the "
                + "log's key was replaced, take the new one over: provost ledger trust.")
            : new VerificationFault(
                FaultKind.OtherLog, $"The checkpoint is of another log ({origin}); trusted is {trust.Origin}.");
    }

    private static List<Cosigned> Cosignatures(
        SignedNote note, WitnessPolicy witnesses, out VerificationFault? fault)
    {
        fault = null;
        var cosigned = new List<Cosigned>();
        foreach (var line in note.Signatures)
        {
            if (witnesses.Keys.FirstOrDefault(k => k.IsOf(line)) is not { } witness)
                continue;

            if (witness.SeenAt(note.Text, line.Signature) is { } at)
                cosigned.Add(new Cosigned(witness, at));
            else
                fault ??= new VerificationFault(
                    FaultKind.Witness, $"The cosignature of witness {witness.Name} is wrong.");
        }

        // The same witness may have cosigned again later: it counts once, with its first time.
        cosigned = [.. cosigned.OrderBy(c => c.At).DistinctBy(c => c.Witness)];
        if (fault is null && cosigned.Count < witnesses.Quorum)
        {
            fault = new VerificationFault(
                FaultKind.Witness,
                $"{cosigned.Count} of the witnesses named have cosigned the checkpoint; {witnesses.Quorum} must have.");
        }

        return cosigned;
    }
}
