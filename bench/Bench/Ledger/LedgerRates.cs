using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;

namespace Provost.Bench.Ledger;

/// <summary>
/// What durability costs, as ratios within one run: the spool under 16 and 256 writers beside the disk's own rate of
/// synchronous 1 KB writes, then the sequencer's ceiling and how long a durable record waits for its signed checkpoint.
/// Rounds alternate, so that a busy neighbour hits all of them; the median counts.
/// </summary>
internal static class LedgerRates
{
    private const int RecordBytes = 1024;
    private const int Rounds = 3;
    private static readonly int[] Writers = [16, 256];
    private const int TickMilliseconds = 20;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UntilReused = TimeSpan.FromSeconds(1);

    /// <summary>Measures in a folder of the disk that is asked about.</summary>
    public static async Task<int> RunAsync(string folder)
    {
        var root = Directory.CreateDirectory(Path.Combine(folder, $"provost-ledger-{Environment.ProcessId}")).FullName;
        try
        {
            await DurabilityAsync(root);
            await SequencerRates.RunAsync(root);
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task DurabilityAsync(string root)
    {
        var raw = new List<Rate>();
        var shared = Writers.ToDictionary(w => w, _ => new List<Rate>());
        var composed = Writers.ToDictionary(w => w, _ => new List<Rate>());
        await using var spool = Open(Path.Combine(root, "warm"), "warm");
        await WriteAsync(spool, Prepared, 16, TimeSpan.FromSeconds(1)); // the code is compiled before anything counts
        await WriteAsync(spool, Record, 16, TimeSpan.FromSeconds(1));
        for (var round = 0; round < Rounds; round++)
        {
            raw.Add(Raw(Path.Combine(root, $"raw-{round}")));
            foreach (var writers in Writers)
            {
                shared[writers].Add(await FreshAsync(root, $"spool-{writers}-{round}", Prepared, writers));
                composed[writers].Add(await FreshAsync(root, $"composed-{writers}-{round}", Record, writers));
            }
        }

        var one = Rate.Median(raw);
        Console.WriteLine($"records of {RecordBytes} bytes, median of {Rounds} rounds of {Round.TotalSeconds:F0} s");
        Console.WriteLine("                     per second   ratio    p50 ms   p50 ratio    p99 ms");
        Print("raw write and sync", one, one);
        foreach (var writers in Writers)
        {
            Print($"spool, {writers} writers", Rate.Median(shared[writers]), one);
            Print("  composing each", Rate.Median(composed[writers]), one);
        }
    }

    private static async Task<Rate> FreshAsync(
        string root, string name, Func<string, RecordDraft> record, int writers)
    {
        await using var spool = Open(Path.Combine(root, name), name);
        using var stopping = new CancellationTokenSource();
        var dropping = DropAsync(spool, stopping.Token);
        await WriteAsync(spool, record, writers, UntilReused); // what counts is a spool that has been up
        var rate = await WriteAsync(spool, record, writers, Round);
        await stopping.CancelAsync();
        await dropping;
        return rate;
    }

    /// <summary>Lets go of segments as a sequencer does that keeps up.</summary>
    private static async Task DropAsync(Spool spool, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            SpoolReader.DeleteBelow(spool.Directory, spool.DurableThrough + 1, spare: 2);
            await Task.Delay(TickMilliseconds, CancellationToken.None);
        }
    }

    private static void Print(string name, Rate rate, Rate raw) => Console.WriteLine(
        $"{name,-20} {rate.PerSecond,10:N0} {rate.PerSecond / raw.PerSecond,6:F1}x {rate.P50 * 1000,8:F2} "
        + $"{rate.P50 / raw.P50,10:F2}x {rate.P99 * 1000,9:F2}");

    /// <summary>One thread writes and syncs a record at a time into a file of zeroes, as segments are.</summary>
    private static Rate Raw(string path)
    {
        const int size = 64 << 20;
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, preallocationSize: size);
        var record = new byte[RecordBytes];
        Fill(file, size);
        Random.Shared.NextBytes(record);
        var (begun, took) = (Stopwatch.GetTimestamp(), new List<double>());
        for (long at = 0; Stopwatch.GetElapsedTime(begun) < Round; at = (at + RecordBytes) % size)
        {
            var from = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, record, at);
            RandomAccess.FlushToDisk(file);
            took.Add(Stopwatch.GetElapsedTime(from).TotalSeconds);
        }

        return Rate.Of(took, Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    private static void Fill(SafeFileHandle file, int size)
    {
        var zeroes = new byte[1 << 20];
        for (var at = 0; at < size; at += zeroes.Length)
            RandomAccess.Write(file, zeroes, at);

        RandomAccess.FlushToDisk(file);
    }

    internal static Spool Open(string folder, string node) => Spool.Open(
        new SpoolOptions { Directory = folder, Node = node, MinFreeBytes = 0 }, TimeProvider.System);

    /// <summary>So many calls at a time, each waiting until its record is durable before it writes the next.</summary>
    private static async Task<Rate> WriteAsync(
        Spool spool, Func<string, RecordDraft> record, int writers, TimeSpan span)
    {
        var begun = Stopwatch.GetTimestamp();
        var lanes = await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            var took = new List<double>();
            while (Stopwatch.GetElapsedTime(begun) < span)
            {
                var from = Stopwatch.GetTimestamp();
                await spool.Append(record(spool.Node)).Durable;
                took.Add(Stopwatch.GetElapsedTime(from).TotalSeconds);
            }

            return took;
        })));
        return Rate.Of([.. lanes.SelectMany(l => l)], Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    /// <summary>A kilobyte whose bytes were there before, as the raw writes have theirs: what the spool itself
    /// costs.</summary>
    private static RecordDraft Prepared(string node)
    {
        var draft = RecordDraft.Rent();
        draft.Json.BeginObject();
        draft.Json.Name("filler"u8);
        draft.Json.Raw(Bytes);
        draft.WriteNode(node);
        draft.Json.EndObject();
        return draft;
    }

    /// <summary>A record that fills a kilobyte, composed as canonical JSON as every call's is.</summary>
    internal static RecordDraft Record(string node)
    {
        var draft = RecordDraft.Rent();
        new GovernanceRecord
        {
            Id = Guid.CreateVersion7(),
            Time = DateTimeOffset.UtcNow,
            Node = node,
            Epoch = 1,
            Verb = "pause",
            ActorKind = "system",
            ActorId = "bench",
            Object = Filler,
        }.Write(draft);
        return draft;
    }

    private static readonly string Filler = new('x', RecordBytes - 250);

    private static readonly byte[] Bytes = Encoding.ASCII.GetBytes($"\"{new string('x', RecordBytes - 50)}\"");
}

/// <summary>How many a second, and how long each took, in seconds.</summary>
internal readonly record struct Rate(double PerSecond, double P50, double P99)
{
    public static Rate Of(List<double> took, double seconds)
    {
        took.Sort();
        return new Rate(took.Count / seconds, took[took.Count / 2], took[took.Count * 99 / 100]);
    }

    public static Rate Median(IReadOnlyList<Rate> rates) => new(
        Middle(rates, r => r.PerSecond), Middle(rates, r => r.P50), Middle(rates, r => r.P99));

    private static double Middle(IReadOnlyList<Rate> rates, Func<Rate, double> of) =>
        rates.Select(of).Order().ElementAt(rates.Count / 2);
}
