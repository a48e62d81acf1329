using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>The first question of every verification: did a pinned key of this log sign this checkpoint?</summary>
internal static class CheckpointCheck
{
    public static Checkpoint? Verify(ReadOnlySpan<byte> bytes, TrustFile trust, out VerificationFault? fault)
    {
        fault = null;
        if (!SignedNote.TryParse(bytes, out var note, out var reason))
        {
            fault = new VerificationFault(FaultKind.Checkpoint, reason);
            return null;
        }

        // Only keys of the origin count: another log's checkpoint, even of a pinned key, says nothing about this one.
        var pinned = trust.Log.Where(k => k.Name == trust.Origin).ToList();
        var verdict = note.Verify(pinned);
        if (verdict != NoteVerdict.Verified)
        {
            fault = new VerificationFault(FaultKind.Checkpoint, verdict == NoteVerdict.NoKnownKey
                ? $"The checkpoint carries no signature of a key that the trust file names for {trust.Origin}."
                : "The checkpoint's signature is wrong: its text was changed, or another key signed it.");
            return null;
        }

        if (!Checkpoint.TryParse(note.Text, out var checkpoint, out reason))
            fault = new VerificationFault(FaultKind.Checkpoint, reason);
        else if (checkpoint.Origin != trust.Origin)
            fault = new VerificationFault(
                FaultKind.Checkpoint, $"The checkpoint is of {checkpoint.Origin}, trusted is {trust.Origin}.");
        else if (!note.ToBytes().AsSpan().SequenceEqual(bytes))
            fault = new VerificationFault(FaultKind.Checkpoint, "The checkpoint is not spelled as notes are.");

        return fault is null ? checkpoint : null;
    }
}
