namespace Provost.Ledger.Spool;

/// <summary>Where and how a node keeps its records until the sequencer has taken them.</summary>
public sealed record SpoolOptions
{
    /// <summary>File of the node's private key in its folder; there as soon as the folder was ever written.</summary>
    public const string KeyFile = "node.pem";

    /// <summary>A folder of this node alone.</summary>
    public required string Directory { get; init; }

    /// <summary>The node's id; stands in every record.</summary>
    public required string Node { get; init; }

    /// <summary>Size of a preallocated segment in bytes.</summary>
    /// <value>Default 64 MiB.</value>
    public long SegmentBytes { get; init; } = 64 << 20;

    /// <summary>Most bytes that may wait for the disk; beyond, appends are refused at once.</summary>
    /// <value>Default 128 MiB.</value>
    public long MaxBacklogBytes { get; init; } = 128 << 20;

    /// <summary>Below this much free space only governance is taken.</summary>
    /// <value>Default 256 MiB.</value>
    public long MinFreeBytes { get; init; } = 256 << 20;

    /// <summary>How long a failed disk is left alone before it is tried again.</summary>
    /// <value>Default 250 ms.</value>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>At most so long after a record a signature of the node follows it.</summary>
    /// <value>Default 50 ms.</value>
    public TimeSpan SignWithin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Under load, a sync waits for as many records as come in this time, at most a millisecond; zero to sync
    /// at once.</summary>
    /// <value>Default 300 µs: two syncs of a fast disk.</value>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMicroseconds(300);

    /// <summary>The load at which they do: records that come in the time of one linger.</summary>
    /// <value>Default 1.5: 5,000 records a second.</value>
    public double LingerFor { get; init; } = 1.5;
}

/// <summary>The state of a spool, for readiness and the console.</summary>
/// <param name="Reason">Why it refuses; null while it is healthy.</param>
/// <param name="DurableThrough">Number of the last durable record, -1 before the first.</param>
/// <param name="LastSync">How long the last sync took.</param>
public sealed record SpoolHealth(
    string? Reason, long BacklogBytes, long FreeBytes, long DurableThrough, TimeSpan LastSync)
{
    public bool IsHealthy => Reason is null;
}

/// <summary>A record could not be made durable; nothing that depends on it may be released.</summary>
public sealed class SpoolUnavailableException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>A place in the spool. <see cref="Durable"/> completes for a whole batch at once.</summary>
public readonly struct SpoolTicket
{
    private readonly SpoolBatch _batch;
    private readonly int _index;

    internal SpoolTicket(SpoolBatch batch, int index) => (_batch, _index) = (batch, index);

    /// <summary>Completes when the record is synced; faults with <see cref="SpoolUnavailableException"/>.</summary>
    public Task Durable => _batch.Durable;

    /// <summary>True when the record is synced in that time, false when it is not yet; faults likewise.</summary>
    public Task<bool> DurableWithin(TimeSpan patience, TimeProvider time) => _batch.DurableWithin(patience, time);

    /// <summary>The record's number; known once <see cref="Durable"/> has completed.</summary>
    public long NodeSeq => _batch.First + _index;
}
