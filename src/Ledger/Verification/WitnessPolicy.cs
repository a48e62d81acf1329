using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>
/// Witnesses that the verifier knows, and how many of them must have cosigned a checkpoint. Signatures of others are
/// passed over; a wrong one of a known witness refuses the checkpoint.
/// </summary>
public sealed record WitnessPolicy
{
    /// <summary>No witness is known and none is needed.</summary>
    public static WitnessPolicy None { get; } = new([], 0);

    /// <summary>Throws <see cref="ArgumentException"/> for a quorum that the keys can never give, and for one key under
    /// two names, which would count twice.</summary>
    public WitnessPolicy(IReadOnlyList<WitnessKey> keys, int quorum)
    {
        if (quorum < 0 || quorum > keys.Count)
            throw new ArgumentException($"A quorum of {quorum} needs as many witnesses; {keys.Count} are named.");

        if (keys.DistinctBy(k => Convert.ToHexString(k.Key.Bytes)).Count() != keys.Count)
            throw new ArgumentException("The same witness key is named twice; it would count twice.");

        Keys = keys;
        Quorum = quorum;
    }

    public IReadOnlyList<WitnessKey> Keys { get; }

    /// <summary>Cosignatures that must be there, of different witnesses.</summary>
    public int Quorum { get; }
}

/// <summary>One pinned witness's good cosignature.</summary>
internal sealed record Cosigned(WitnessKey Witness, DateTimeOffset At);
