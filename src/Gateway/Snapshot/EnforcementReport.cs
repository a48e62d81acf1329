namespace Provost.Gateway.Snapshot;

/// <summary>
/// What one gateway confirms after it was handed a snapshot: nothing that it did not see itself.
/// </summary>
/// <param name="Epoch">The epoch in force here afterwards.</param>
/// <param name="Refusal">Why the snapshot was not taken; null when it was.</param>
/// <param name="Cut">Systems under a kill order, with the calls in flight that were cut.</param>
/// <param name="NotServed">Releases with a warrant that this build cannot serve, and why.</param>
/// <param name="NotAdmitted">Warrants in it that do not verify here, and why; all else in it is in force.</param>
public sealed record EnforcementReport(
    long Epoch, SnapshotRefusal? Refusal, IReadOnlyList<CutCalls> Cut, IReadOnlyList<ReleaseNotServed> NotServed,
    IReadOnlyList<WarrantNotAdmitted> NotAdmitted)
{
    public bool IsTaken => Refusal is null;
}

/// <param name="Calls">In flight when the cut was signalled; each one records its own end.</param>
public sealed record CutCalls(string System, string Environment, int Calls);

/// <param name="Digest">Of the release.</param>
/// <param name="Reason">In words for its owner.</param>
public sealed record ReleaseNotServed(string Digest, string Reason);

/// <summary>
/// A warrant that is not what the signer issues: signature, subject or approvals. What it names is what it says of
/// itself; null where it cannot be read.
/// </summary>
/// <param name="Release">Digest.</param>
/// <param name="Reason">In words, with ids alone.</param>
public sealed record WarrantNotAdmitted(
    Guid? Warrant, string? System, string? Environment, string? Release, string Reason);

/// <summary>Why a snapshot is refused.</summary>
public enum SnapshotFault
{
    /// <summary>No DSSE envelope, or a payload of another form or version.</summary>
    Malformed,

    /// <summary>Not signed by a pinned snapshot key.</summary>
    Signature,

    /// <summary>Issued for another organisation or ledger.</summary>
    Organisation,

    /// <summary>Its epoch is lower than the highest ever taken here.</summary>
    Epoch,

    /// <summary>The highest epoch cannot be made durable here.</summary>
    Storage,
}

/// <param name="Message">What is wrong, with names and numbers.</param>
public sealed record SnapshotRefusal(SnapshotFault Fault, string Message);
