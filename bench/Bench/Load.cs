using System.Diagnostics;

namespace Provost.Bench;

/// <summary>What one run saw. Times are microseconds.</summary>
internal sealed record LoadResult(
    long Requests, long Failures, double Seconds, double CpuMicrosPerRequest, double P50, double P99,
    double FirstByteP50, double FirstByteP99)
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

    /// <summary>Sends at a fixed rate; a connection that is late sends at once and its wait counts.</summary>
    public static async Task<LoadResult> AtRateAsync(
        Target target, byte[] request, int connections, double perSecond, double seconds)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Connection.OpenAsync(target.Port)));
        var start = Stopwatch.GetTimestamp();
        var cpu = target.CpuMicros();
        var interval = Stopwatch.Frequency / perSecond;
        var total = (long)(perSecond * seconds);
        var next = -1L;
        var runs = await Task.WhenAll(open.Select(c => Task.Run(async () =>
        {
            var samples = new Samples();
            while (Interlocked.Increment(ref next) is var number && number < total)
            {
                var due = start + (long)(number * interval);
                await WaitUntilAsync(due);
                await CallAsync(c, request, due, samples);
            }

            c.Dispose();
            return samples;
        })));
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await target.SettleAsync();
        return Summarise(runs, took, target.CpuMicros() - cpu);
    }

    private static async Task<Samples> LoopAsync(Connection connection, byte[] request, long until)
    {
        var samples = new Samples();
        while (Stopwatch.GetTimestamp() is var now && now < until)
        {
            await CallAsync(connection, request, now, samples);
        }

        connection.Dispose();
        return samples;
    }

    private static async Task CallAsync(Connection connection, byte[] request, long due, Samples samples)
    {
        var (status, first) = await connection.CallAsync(request);
        if (status != 200)
        {
            samples.Failures++;
        }

        samples.Whole.Add((Stopwatch.GetTimestamp() - due) * 1e6 / Stopwatch.Frequency);
        samples.FirstByte.Add((first - due) * 1e6 / Stopwatch.Frequency);
    }

    /// <summary>Sleeps while the wait is long, yields at its end: timers alone are too coarse.</summary>
    private static async Task WaitUntilAsync(long due)
    {
        while (true)
        {
            var left = (due - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
            if (left <= 0)
            {
                return;
            }

            if (left > 1.5)
            {
                await Task.Delay((int)(left - 1));
            }
            else
            {
                await Task.Yield();
            }
        }
    }

    private static LoadResult Summarise(Samples[] runs, double seconds, double cpu)
    {
        var whole = runs.SelectMany(r => r.Whole).Order().ToArray();
        var first = runs.SelectMany(r => r.FirstByte).Order().ToArray();
        return new LoadResult(
            whole.Length, runs.Sum(r => r.Failures), seconds, cpu / Math.Max(1, whole.Length),
            At(whole, 0.5), At(whole, 0.99), At(first, 0.5), At(first, 0.99));
    }

    private static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];

    private sealed class Samples
    {
        public List<double> Whole { get; } = new(1 << 16);
        public List<double> FirstByte { get; } = new(1 << 16);
        public long Failures { get; set; }
    }
}
