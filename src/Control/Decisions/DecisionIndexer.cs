using Microsoft.Extensions.Logging;
using Provost.Control.Storage;

namespace Provost.Control.Decisions;

/// <summary>Keeps the index of decisions in PostgreSQL behind the log, and never the log behind the index.</summary>
/// <remarks>
/// It reads committed leaves from its cursor on and writes them in batches, rows and cursor in one transaction: large
/// ones while it is behind, and with a pause after each when it is not, because small ones cost most by the row. While
/// the database is down it waits; then it catches up. An index of another log (shorter, or another leaf at the cursor)
/// is emptied and read anew.
/// </remarks>
public sealed partial class DecisionIndexer(
    LeafFeed feed,
    Database database,
    Func<RefusedSource, CancellationToken, ValueTask<string?>> revealSource,
    TimeProvider time,
    ILogger<DecisionIndexer> logger)
{
    private const int BatchLeaves = 20_000;

    /// <summary>So many leaves are worth a batch at once.</summary>
    private const int WorthLeaves = 5000;

    /// <summary>Between batches while it is not behind; with the checkpoint's quarter of a second, what is recorded
    /// stands in the index within a second.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly DecisionIndexWriter _writer = new(database);
    private readonly Lock _lock = new();
    private readonly List<(long Size, TaskCompletionSource Reached)> _waiting = [];
    private TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _indexed;

    /// <summary>Leaves below this are in the index.</summary>
    public long IndexedSize => Interlocked.Read(ref _indexed);

    /// <summary>Completes when the index holds at least so many leaves.</summary>
    public Task WaitForSizeAsync(long size, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_indexed >= size)
                return Task.CompletedTask;

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((size, reached));
            _hurry.TrySetResult();
            return reached.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Runs until cancelled. Ends with no exception but the cancellation's.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = ShortestPause;
        while (true)
        {
            try
            {
                await database.WhenUpAsync(cancellationToken);
                var cursor = await FindCursorAsync(cancellationToken);
                var behind = feed.Size() - cursor.NextLeaf;
                while (true)
                {
                    Reached(cursor.NextLeaf);
                    if (behind > 0 && cursor.NextLeaf >= feed.Size())
                    {
                        LogCaughtUp(cursor.NextLeaf, behind);
                        behind = 0;
                    }

                    await GatherAsync(cursor, cancellationToken);
                    await feed.WaitForSizeAsync(cursor.NextLeaf + 1, cancellationToken);
                    cursor = await IndexOnceAsync(cursor, cancellationToken);
                    pause = ShortestPause;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (DatabaseDownException)
            {
                // a normal state, told by Database itself
            }
            catch (Exception e) // the index must come back by itself from anything; the log does not wait for it
            {
                LogFailed(e, pause);
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<IndexCursor> FindCursorAsync(CancellationToken cancellationToken)
    {
        var cursor = await _writer.ReadCursorAsync(cancellationToken);
        if (await IsOfThisLogAsync(cursor, cancellationToken))
            return cursor;

        LogForget(cursor.NextLeaf, feed.Size());
        await _writer.ForgetAsync(cancellationToken);
        lock (_lock)
            _indexed = 0;
        return await _writer.ReadCursorAsync(cancellationToken);
    }

    private async Task<bool> IsOfThisLogAsync(IndexCursor cursor, CancellationToken cancellationToken)
    {
        if (cursor.NextLeaf == 0)
            return true;
        if (cursor.NextLeaf > feed.Size())
            return false;

        var last = await feed.ReadAsync(cursor.NextLeaf - 1, 1, cancellationToken);
        return cursor.LastHash is { } hash && last[0].Hash.AsSpan().SequenceEqual(hash);
    }

    private async Task<IndexCursor> IndexOnceAsync(IndexCursor cursor, CancellationToken cancellationToken)
    {
        var leaves = await feed.ReadAsync(cursor.NextLeaf, BatchLeaves, cancellationToken);
        var batch = new IndexBatch(leaves);
        if (batch.Unreadable.Count > 0)
            LogUnreadable(batch.Unreadable.Count, batch.Unreadable[0]);
        return await _writer.WriteAsync(cursor, batch, revealSource, cancellationToken);
    }

    /// <summary>Lets leaves gather, unless there are many or somebody waits for them.</summary>
    private async Task GatherAsync(IndexCursor cursor, CancellationToken cancellationToken)
    {
        if (cursor.NextLeaf == 0 || feed.Size() - cursor.NextLeaf >= WorthLeaves)
            return;

        Task hurry;
        lock (_lock)
        {
            if (_waiting.Count > 0)
                return;

            if (_hurry.Task.IsCompleted)
                _hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            hurry = _hurry.Task;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(hurry, Task.Delay(Gathering, time, enough.Token));
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Reached(long size)
    {
        lock (_lock)
        {
            Interlocked.Exchange(ref _indexed, size);
            foreach (var (_, reached) in _waiting.FindAll(waiter => waiter.Size <= size))
                reached.TrySetResult();
            _waiting.RemoveAll(waiter => waiter.Size <= size);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The index of decisions stopped; next try in {Pause}")]
    private partial void LogFailed(Exception error, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The index of decisions has caught up: {Indexed} leaves; it was {Behind} behind")]
    private partial void LogCaughtUp(long indexed, long behind);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The index of decisions ({Indexed} leaves) is read anew from the log ({Size} leaves)")]
    private partial void LogForget(long indexed, long size);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Count} leaves, the first at {Index}, have a form that this build cannot index")]
    private partial void LogUnreadable(int count, long index);
}
