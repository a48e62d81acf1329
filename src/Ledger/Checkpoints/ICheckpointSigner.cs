namespace Provost.Ledger.Checkpoints;

/// <summary>What the sequencer asks of the signer, in this process or in another.</summary>
public interface ICheckpointSigner
{
    /// <summary>What was signed last; size 0 for a new log.</summary>
    /// <exception cref="SignerAwayException">The signer cannot be asked now.</exception>
    Checkpoint LastSigned { get; }

    /// <summary>Signs the next checkpoint, given the proof that it continues <see cref="LastSigned"/>.</summary>
    /// <exception cref="SignerAwayException">The signer cannot be asked now; nothing is known to be signed.</exception>
    SignOutcome Sign(Checkpoint next, IReadOnlyList<byte[]> consistencyProof);
}

/// <summary>The signer does not answer. Nothing is lost: the log grows, its checkpoint waits.</summary>
public sealed class SignerAwayException(string message, Exception? inner = null) : IOException(message, inner);
