using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Decisions;
using Provost.Control.Ingest;
using Provost.Control.Signals;
using Provost.Control.Storage;
using Provost.Ledger.Tree;

namespace Provost.Bench.Indexing;

/// <summary>
/// What it costs to follow the log: index and signals over the same leaves, PostgreSQL private and durable as a server
/// has it. CPU is that of the processes, so a busy machine changes it little.
/// </summary>
internal static class IndexCost
{
    private const int PerSecond = 7000;
    private static readonly TimeSpan CommitEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Measures a catch-up over a whole log and the same leaves as they come at 7,000 a second.</summary>
    public static async Task<int> RunAsync(int leaves)
    {
        // Not a temporary folder of the framework: those are closed to the account that PostgreSQL runs under.
        var folder = Path.Combine(Path.GetTempPath(), $"provost-index-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            var log = Path.Combine(folder, "ledger");
            SyntheticLog.Write(log, leaves);
            Console.WriteLine($"{leaves:N0} leaves; per leaf:");
            Console.WriteLine("                 client us  backend us  allocated B  gen2  leaves/s");
            await using var postgres = PrivatePostgres.Start(new PrivatePostgresOptions { DataFolder = folder },
                TimeProvider.System, NullLogger<PrivatePostgres>.Instance);
            await using var database = new Database(
                postgres.ConnectionString, TimeProvider.System, NullLogger<Database>.Instance);
            database.Start();
            await database.WhenUpAsync(CancellationToken.None);
            using var backend = new Target("postgres", 0, Process.GetProcessById(postgres.ProcessId!.Value))
            {
                IsOwned = false,
            };
            await RunAsync("warm-up", new Stage(log, folder, database, backend), leaves / 4, isPaced: false);
            await RunAsync("catch-up", new Stage(log, folder, database, backend), leaves, isPaced: false);
            await RunAsync($"at {PerSecond:N0}/s", new Stage(log, folder, database, backend), leaves, isPaced: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task RunAsync(string name, Stage stage, int leaves, bool isPaced)
    {
        await new DecisionIndexWriter(stage.Database).ForgetAsync(CancellationToken.None);
        using var stopping = new CancellationTokenSource();
        GC.Collect();
        await stage.Backend.SettleAsync();
        var (client, backend) = (Environment.CpuUsage.TotalTime, stage.Backend.CpuMicros());
        var (allocated, gen2) = (GC.GetTotalAllocatedBytes(), GC.CollectionCount(2));
        var begun = Stopwatch.GetTimestamp();
        var commits = Task.Run(() => CommitAsync(stage, leaves, isPaced));
        var index = stage.Indexer.RunAsync(stopping.Token);
        var signals = stage.Signals.RunAsync(stopping.Token);
        while (stage.Indexer.IndexedSize < leaves || stage.Engine.Cursor < leaves)
            await Task.Delay(20);
        var took = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var spent = (Environment.CpuUsage.TotalTime - client).TotalMicroseconds;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        gen2 = GC.CollectionCount(2) - gen2;
        await stage.Backend.SettleAsync();
        Console.WriteLine($"{name,-16} {spent / leaves,10:F1} {(stage.Backend.CpuMicros() - backend) / leaves,11:F1} "
            + $"{(double)allocated / leaves,12:F0} {gen2,5} {leaves / took,9:N0}");
        await stopping.CancelAsync();
        await Task.WhenAll(commits, signals, index.ContinueWith(_ => { }, TaskScheduler.Default));
    }

    /// <summary>Makes the leaves known as checkpoints would: all at once, or those of 250 ms at a time.</summary>
    private static async Task CommitAsync(Stage stage, int leaves, bool isPaced)
    {
        if (!isPaced)
        {
            stage.Commit(leaves);
            return;
        }

        var step = (int)(PerSecond * CommitEvery.TotalSeconds);
        for (var size = 0; size < leaves;)
        {
            await Task.Delay(CommitEvery);
            size = Math.Min(leaves, size + step);
            stage.Commit(size);
        }
    }

    /// <summary>An index and signals over one feed, as the server wires them.</summary>
    private sealed class Stage
    {
        private readonly Lock _lock = new();
        private long _size;
        private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Stage(string log, string folder, Database database, Target backend)
        {
            (Database, Backend) = (database, backend);
            var feed = LeafFeed.From(new TileLogReader(log), () => Interlocked.Read(ref _size), WaitAsync);
            Indexer = new DecisionIndexer(feed, database, (_, _) => ValueTask.FromResult<string?>(null),
                TimeProvider.System, NullLogger<DecisionIndexer>.Instance);
            Engine = new SignalEngine(new SignalOptions());
            Signals = new SampleFeed(feed, Engine, new SignalStateFile(Path.Combine(folder, Path.GetRandomFileName())),
                new SampleReader((_, _, _, _, _) => null, _ => null), (_, _) => Task.CompletedTask, _ => [],
                (_, _) => ValueTask.CompletedTask, TimeProvider.System, NullLogger<SampleFeed>.Instance);
        }

        public Database Database { get; }

        public Target Backend { get; }

        public DecisionIndexer Indexer { get; }

        public SignalEngine Engine { get; }

        public SampleFeed Signals { get; }

        public void Commit(long size)
        {
            lock (_lock)
            {
                _size = size;
                _grown.SetResult();
                _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        private async Task WaitAsync(long size, CancellationToken cancellationToken)
        {
            while (true)
            {
                Task grown;
                lock (_lock)
                {
                    if (_size >= size)
                        return;

                    grown = _grown.Task;
                }

                await grown.WaitAsync(cancellationToken);
            }
        }
    }
}
