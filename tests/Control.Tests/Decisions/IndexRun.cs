using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Decisions;
using Provost.Control.Storage;

namespace Provost.Control.Tests.Decisions;

/// <summary>An indexer at work for the length of a test.</summary>
internal sealed class IndexRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public IndexRun(FakeLog log, Database database)
        : this(log.Feed, database)
    {
    }

    public IndexRun(LeafFeed feed, Database database)
    {
        Indexer = new DecisionIndexer(feed, database,
            (source, _) => ValueTask.FromResult<string?>(source.Commitment == "open" ? "10.1.2.3" : null),
            TimeProvider.System, NullLogger<DecisionIndexer>.Instance);
        _running = Task.Run(() => Indexer.RunAsync(_stopping.Token));
    }

    public DecisionIndexer Indexer { get; }

    public static async Task IndexAsync(FakeLog log, Database database)
    {
        await using var run = new IndexRun(log, database);
        await run.ReachAsync(log.Size);
    }

    public Task ReachAsync(long size) =>
        Indexer.WaitForSizeAsync(size, new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        _stopping.Dispose();
    }
}
