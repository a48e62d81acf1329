using System.Diagnostics;

namespace Provost.Bench;

/// <summary>What one run saw. Times are microseconds.</summary>
/// <param name="LateP99">At a fixed rate, how late the load itself began its calls; 0 without a rate.</param>
internal sealed record LoadResult(
    long Requests, long Failures, double Seconds, double CpuMicrosPerRequest, double P50, double P99,
    double FirstByteP50, double FirstByteP99, double LateP99)
{
    public double PerSecond => Requests / Seconds;
}

/// <summary>Closed loop (as fast as N connections go) and open loop (at a rate, counted from the due time).</summary>
internal static class Load
{
    public static async Task<LoadResult> SaturateAsync(Target target, byte[] request, int connections, double seconds)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Connection.OpenAsync(target.Port)));
        var until = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        var start = Stopwatch.GetTimestamp();
        var cpu = target.CpuMicros();
        var runs = await Task.WhenAll(open.Select(c => Task.Run(() => LoopAsync(c, request, until))));
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await target.SettleAsync();
        return Summarise(runs, took, target.CpuMicros() - cpu);
    }

    /// <summary>
    /// Load until the runtime has recompiled what is hot: figures are of a server that has been up. At least so many
    /// seconds, then until three stretches of two in a row in which compiling took less than a hundredth of a core; at
    /// most a minute.
    /// </summary>
    /// <returns>How many seconds it took.</returns>
    public static async Task<double> WarmUpAsync(Target target, byte[] request, int connections, double atLeast)
    {
        const double stretch = 2;
        const double done = stretch * 1e6 / 100;
        await SaturateAsync(target, request, connections, atLeast);
        var took = atLeast;
        for (var quiet = 0; took < 60 && quiet < 3; took += stretch)
        {
            var before = target.CompilerMicros();
            await SaturateAsync(target, request, connections, stretch);
            var compiled = target.CompilerMicros().Sum(t => t.Value - before.GetValueOrDefault(t.Key));
            quiet = compiled <= done ? quiet + 1 : 0;
        }

        return took;
    }

    /// <summary>
    /// Sends at a fixed rate; a connection that is late sends at once and its wait counts. Each connection has a thread
    /// that sleeps to the microsecond and then waits in the kernel: a pool of threads and its timers would come a
    /// millisecond late, which is more than most targets take.
    /// </summary>
    public static async Task<LoadResult> AtRateAsync(
        Target target, byte[] request, int connections, double perSecond, double seconds)
    {
        var open = Enumerable.Range(0, connections).Select(_ => Connection.Open(target.Port)).ToArray();
        var start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 100); // threads begin before the first is due
        var cpu = target.CpuMicros();
        var interval = Stopwatch.Frequency / perSecond;
        var total = (long)(perSecond * seconds);
        var next = -1L;
        var runs = await Task.WhenAll(open.Select(c => Task.Factory.StartNew(
            () =>
            {
                Pacing.SharpenThisThread();
                var samples = new Samples();
                while (Interlocked.Increment(ref next) is var number && number < total)
                {
                    var due = start + (long)(number * interval);
                    Pacing.SleepUntil(due);
                    samples.Late.Add((Stopwatch.GetTimestamp() - due) * 1e6 / Stopwatch.Frequency);
                    Add(c.Call(request), due, samples);
                }

                c.Dispose();
                return samples;
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await target.SettleAsync();
        return Summarise(runs, took, target.CpuMicros() - cpu);
    }

    private static async Task<Samples> LoopAsync(Connection connection, byte[] request, long until)
    {
        var samples = new Samples();
        while (Stopwatch.GetTimestamp() is var now && now < until)
        {
            Add(await connection.CallAsync(request), now, samples);
        }

        connection.Dispose();
        return samples;
    }

    private static void Add((int Status, long FirstByte) answer, long due, Samples samples)
    {
        if (answer.Status != 200)
        {
            samples.Failures++;
        }

        samples.Whole.Add((Stopwatch.GetTimestamp() - due) * 1e6 / Stopwatch.Frequency);
        samples.FirstByte.Add((answer.FirstByte - due) * 1e6 / Stopwatch.Frequency);
    }

    private static LoadResult Summarise(Samples[] runs, double seconds, double cpu)
    {
        var whole = runs.SelectMany(r => r.Whole).Order().ToArray();
        var first = runs.SelectMany(r => r.FirstByte).Order().ToArray();
        var late = runs.SelectMany(r => r.Late).Order().ToArray();
        return new LoadResult(
            whole.Length, runs.Sum(r => r.Failures), seconds, cpu / Math.Max(1, whole.Length),
            At(whole, 0.5), At(whole, 0.99), At(first, 0.5), At(first, 0.99), At(late, 0.99));
    }

    private static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];

    private sealed class Samples
    {
        public List<double> Whole { get; } = new(1 << 16);

        public List<double> FirstByte { get; } = new(1 << 16);

        /// <summary>How long after they were due calls were begun: microseconds.</summary>
        public List<double> Late { get; } = [];

        public long Failures { get; set; }
    }
}
