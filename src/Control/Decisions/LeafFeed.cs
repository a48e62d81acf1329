using Provost.Ledger.Tree;

namespace Provost.Control.Decisions;

/// <summary>One leaf of the log as stored.</summary>
/// <param name="Index">Its place in the log, from 0.</param>
/// <param name="Bytes">The leaf's canonical bytes; the truth of which the index is a copy.</param>
public readonly record struct LogLeaf(long Index, ReadOnlyMemory<byte> Bytes);

/// <summary>The log as an indexer reads it: forward, by cursor, as far as a signed checkpoint covers it.</summary>
public sealed record LeafFeed
{
    /// <summary>The leaves of a log's files.</summary>
    /// <param name="reader">Reads the files.</param>
    /// <param name="committedSize">How many leaves a signed checkpoint covers.</param>
    /// <param name="waitForSizeAsync">Completes when at least so many are covered.</param>
    public static LeafFeed From(
        TileLogReader reader, Func<long> committedSize, Func<long, CancellationToken, Task> waitForSizeAsync) => new()
        {
            Size = committedSize,
            WaitForSizeAsync = waitForSizeAsync,
            ReadAsync = (from, count, _) => ValueTask.FromResult<IReadOnlyList<LogLeaf>>(
                [.. reader.ReadLeaves(from, Math.Min(count, committedSize() - from))
                .Select((bytes, i) => new LogLeaf(from + i, bytes))]),
        };

    /// <summary>How many leaves are committed now.</summary>
    public required Func<long> Size { get; init; }

    /// <summary>Completes when at least so many leaves are committed.</summary>
    public required Func<long, CancellationToken, Task> WaitForSizeAsync { get; init; }

    /// <summary>Leaves from an index on, at most so many, in order; only below <see cref="Size"/>.</summary>
    public required Func<long, int, CancellationToken, ValueTask<IReadOnlyList<LogLeaf>>> ReadAsync { get; init; }
}

/// <summary>Where the payload of a refused caller's address lies.</summary>
/// <param name="Node">The gateway that wrote the record.</param>
/// <param name="NodeSeq">The record's number at that gateway.</param>
/// <param name="Record">The record's id, which the payload is bound to.</param>
/// <param name="Commitment">The HMAC in the leaf, base64.</param>
public sealed record RefusedSource(string Node, long NodeSeq, Guid Record, string Commitment);
