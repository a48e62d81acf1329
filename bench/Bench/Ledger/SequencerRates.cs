using System.Diagnostics;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Sequencing;
using Provost.Ledger.Spool;
using Provost.Ledger.Statements;

namespace Provost.Bench.Ledger;

/// <summary>The sequencer over a spool that is full, and over one that fills at half the rate it can take.</summary>
internal static class SequencerRates
{
    private const string Origin = "bench.example/ledger";
    private const int Backlog = 200_000;
    private const int TickMilliseconds = 5;
    private static readonly TimeSpan Offered = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(string root)
    {
        var ceiling = await CeilingAsync(Path.Combine(root, "ceiling"));
        Console.WriteLine($"sequencer, {Backlog:N0} records waiting: {ceiling:N0} entries/s");
        await PublishedAsync(Path.Combine(root, "published"), ceiling / 2);
    }

    private static async Task<double> CeilingAsync(string root)
    {
        await using var spool = LedgerRates.Open(Path.Combine(root, "spool"), "n1");
        var last = default(SpoolTicket);
        for (var i = 0; i < Backlog; i++)
        {
            last = spool.Append(LedgerRates.Record("n1"));
            if (i % 4096 == 0)
                await last.Durable; // stays below what may wait for the disk
        }

        await last.Durable;
        using var key = Ed25519PrivateKey.Generate();
        using var sequencer = Open(root, spool, key);
        var begun = Stopwatch.GetTimestamp();
        sequencer.RunOnce();
        return sequencer.CommittedSize / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    /// <summary>From durable to covered by a signed checkpoint, of one record in each tick of the offer.</summary>
    private static async Task PublishedAsync(string root, double perSecond)
    {
        await using var spool = LedgerRates.Open(Path.Combine(root, "spool"), "n1");
        using var key = Ed25519PrivateKey.Generate();
        using var stopping = new CancellationTokenSource();
        var sequencer = Open(root, spool, key);
        var running = sequencer.RunAsync(stopping.Token);
        var (begun, offered, backlog) = (Stopwatch.GetTimestamp(), 0L, 0L);
        var waits = new List<Task<double>>();
        while (Stopwatch.GetElapsedTime(begun) < Offered)
        {
            var due = (long)(Stopwatch.GetElapsedTime(begun).TotalSeconds * perSecond);
            if (offered < due)
            {
                var last = default(SpoolTicket);
                for (; offered < due; offered++)
                    last = spool.Append(LedgerRates.Record("n1"));

                waits.Add(WaitAsync(last, sequencer));
            }

            backlog = Math.Max(backlog, spool.Health.BacklogBytes);
            await Task.Delay(TickMilliseconds);
        }

        var took = (await Task.WhenAll(waits)).ToList();
        await stopping.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        sequencer.Dispose();
        var rate = Rate.Of(took, Offered.TotalSeconds);
        Console.WriteLine(
            $"offered {offered / Offered.TotalSeconds:N0}/s (half of that) for {Offered.TotalSeconds:F0} s: "
            + $"durable to signed checkpoint p50 {rate.P50 * 1000:F0} ms, p99 {rate.P99 * 1000:F0} ms; "
            + $"at most {backlog >> 10:N0} KiB waited for the disk");
    }

    private static async Task<double> WaitAsync(SpoolTicket ticket, Sequencer sequencer)
    {
        await ticket.Durable;
        var from = Stopwatch.GetTimestamp();
        await sequencer.WaitForNodeAsync("n1", ticket.NodeSeq, CancellationToken.None);
        return Stopwatch.GetElapsedTime(from).TotalSeconds;
    }

    private static Sequencer Open(string root, Spool spool, Ed25519PrivateKey key) => new(
        new SequencerOptions
        {
            LedgerDirectory = Path.Combine(root, "ledger"),
            PayloadDirectory = Path.Combine(root, "payloads"),
        },
        [SpoolSource.Live(spool)],
        CheckpointSigner.Create(Path.Combine(root, "signer", "last"), Origin, key),
        TimeProvider.System);
}
