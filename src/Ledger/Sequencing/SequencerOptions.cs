namespace Provost.Ledger.Sequencing;

/// <summary>Where the log is written and how often it is signed.</summary>
public sealed record SequencerOptions
{
    /// <summary>Folder of the log: tiles, <c>checkpoint</c>, and <c>state</c> for the cursor.</summary>
    public required string LedgerDirectory { get; init; }

    /// <summary>Folder that payload parts are copied to, one folder a node.</summary>
    public required string PayloadDirectory { get; init; }

    /// <summary>While entries arrive, how long after one checkpoint the next is signed.</summary>
    /// <value>Default 500 ms.</value>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>While nothing arrives, how often the checkpoint is signed again.</summary>
    /// <value>Default 10 minutes.</value>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often the spools are looked at.</summary>
    /// <value>Default 20 ms.</value>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long to wait after a fault before all is tried again.</summary>
    /// <value>Default 1 s.</value>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most bytes of frames that one checkpoint takes in.</summary>
    /// <value>Default 32 MiB.</value>
    public int MaxBytesPerCheckpoint { get; init; } = 32 << 20;

    /// <summary>After so many entries the cursor is saved; a start reads at most these again.</summary>
    /// <value>Default 20,000.</value>
    public int SaveCursorEvery { get; init; } = 20_000;
}

/// <summary>A node's spool as the sequencer reads it.</summary>
/// <param name="Node">The node's id; every record in the folder bears it.</param>
/// <param name="Directory">The spool's folder.</param>
/// <param name="DurableThrough">Number of the last record that may be taken, -1 before the first.</param>
/// <param name="IsLive">A node writes it: where it ends before the log does, numbers would be given twice.</param>
public sealed record SpoolSource(string Node, string Directory, Func<long> DurableThrough, bool IsLive = true)
{
    /// <summary>A spool that this process writes.</summary>
    public static SpoolSource Live(Spool.Spool spool) =>
        new(spool.Node, spool.Directory, () => spool.DurableThrough);

    /// <summary>A folder that nobody writes any more, named by its node; all that is sound in it counts.</summary>
    public static SpoolSource Left(string directory)
    {
        var through = Spool.SpoolReader.EndOf(directory) - 1;
        var node = Path.GetFileName(Path.TrimEndingDirectorySeparator(directory));
        return new SpoolSource(node, directory, () => through, IsLive: false);
    }

    /// <summary>The live spools as given (control first: genesis is entry 0), then those left, by name.</summary>
    public static IReadOnlyList<SpoolSource> Discover(string spoolRoot, IReadOnlyList<Spool.Spool> live)
    {
        var held = live.Select(s => Path.GetFullPath(s.Directory)).ToHashSet(StringComparer.Ordinal);
        var left = System.IO.Directory.Exists(spoolRoot)
            ? System.IO.Directory.EnumerateDirectories(spoolRoot).Where(d => !held.Contains(Path.GetFullPath(d)))
            : [];
        return [.. live.Select(Live), .. left.Select(Left).OrderBy(s => s.Node, StringComparer.Ordinal)];
    }
}

/// <summary>How the log fares, for readiness and the console.</summary>
/// <param name="Size">Entries sequenced.</param>
/// <param name="CommittedSize">Entries that a signed checkpoint covers.</param>
/// <param name="SignedAt">When the last checkpoint was signed; null before the first of this process.</param>
/// <param name="Fault">What keeps the log from going on; null while nothing does.</param>
public sealed record SequencerHealth(long Size, long CommittedSize, DateTimeOffset? SignedAt, string? Fault);

/// <summary>The log cannot go on: a spool lacks a record, what was read back is not what was written, or the signer
/// refuses. Nothing was lost: what is not committed stays in the spools.</summary>
public sealed class SequencerFaultException(string message, Exception? inner = null) : IOException(message, inner);
