using Provost.Ledger.Checkpoints;

namespace Provost.Control.Anchors;

/// <summary>A signed checkpoint that is to be kept where the operator of the server cannot take it back.</summary>
/// <param name="Note">The signed note, as it was published.</param>
public sealed record AnchoredCheckpoint(Checkpoint Checkpoint, byte[] Note, DateTimeOffset At);

/// <summary>A place outside. Keeps no state; retries and their pace are the keeper's.</summary>
public interface IAnchor
{
    /// <summary>Places one checkpoint.</summary>
    /// <exception cref="IOException">It is not placed, or nobody knows; the message is for people and holds no
    /// secret.</exception>
    Task PlaceAsync(AnchoredCheckpoint checkpoint, CancellationToken cancellationToken);
}
