using Provost.Ledger.Tree;

namespace Provost.Control.Decisions;

/// <summary>The log as those read it who follow it: forward, each by a cursor of its own, as far as a signed checkpoint
/// covers it. Who shares a feed shares the work of reading and parsing.</summary>
public sealed record LeafFeed
{
    /// <summary>The leaves of a log's files.</summary>
    /// <param name="reader">Reads the files.</param>
    /// <param name="committedSize">How many leaves a signed checkpoint covers.</param>
    /// <param name="waitForSizeAsync">Completes when at least so many are covered.</param>
    public static LeafFeed From(
        TileLogReader reader, Func<long> committedSize, Func<long, CancellationToken, Task> waitForSizeAsync)
    {
        var window = new LeafWindow(reader, committedSize);
        return new LeafFeed
        {
            Size = committedSize,
            WaitForSizeAsync = waitForSizeAsync,
            ReadAsync = (from, count, _) => ValueTask.FromResult(window.Read(from, count)),
        };
    }

    /// <summary>How many leaves are committed now.</summary>
    public required Func<long> Size { get; init; }

    /// <summary>Completes when at least so many leaves are committed.</summary>
    public required Func<long, CancellationToken, Task> WaitForSizeAsync { get; init; }

    /// <summary>Leaves from an index on, in order, at most so many and not much more than 16 MiB of them; only below
    /// <see cref="Size"/>.</summary>
    public required Func<long, int, CancellationToken, ValueTask<IReadOnlyList<LogLeaf>>> ReadAsync { get; init; }
}

/// <summary>Where the payload of a refused caller's address lies.</summary>
/// <param name="Node">The gateway that wrote the record.</param>
/// <param name="NodeSeq">The record's number at that gateway.</param>
/// <param name="Record">The record's id, which the payload is bound to.</param>
/// <param name="Commitment">The HMAC in the leaf, base64.</param>
public sealed record RefusedSource(string Node, long NodeSeq, Guid Record, string Commitment);
