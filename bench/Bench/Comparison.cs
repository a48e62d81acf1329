using System.Diagnostics;
using System.Text.Json.Nodes;
using Provost.Stage;

namespace Provost.Bench;

/// <summary>How long and how often each cell is measured.</summary>
/// <param name="Seconds">Length of one run.</param>
/// <param name="WarmUpSeconds">Least load on each target before anything is measured.</param>
/// <param name="Rounds">Runs of each target in each scenario; the median counts.</param>
/// <param name="Only">Only scenarios whose name holds this; null for all, and only then results are written.</param>
internal sealed record Effort(double Seconds, double WarmUpSeconds, int Rounds, string? Only)
{
    public static readonly Effort Quick = new(1, 10, 3, null);

    public static readonly Effort Full = new(2, 20, 9, null);
}

/// <summary>The one command: starts every target, measures all scenarios interleaved, prints and writes.</summary>
internal static class Comparison
{
    private const string Baseline = "nginx";

    /// <summary>Chunks of a stream come about ten milliseconds apart, as from a model that writes.</summary>
    private const int PaceMs = 10;

    public static async Task<int> RunAsync(Effort effort)
    {
        var folder = Directory.CreateTempSubdirectory("provost-bench-").FullName;
        try
        {
            var machine = Machine(effort); // before the run: its load is the neighbours'
            var cells = await MeasureAsync(effort, folder);
            Console.WriteLine(Report.Table(cells, Baseline));
            if (effort.Only is null)
            {
                var results = Path.Combine(Checkout.Root, "bench", "results");
                Directory.CreateDirectory(results);
                Report.Write(Path.Combine(results, "latest.json"), cells, Baseline, machine);
            }

            // a refusal is answered faster than a call: a figure with failures in it says nothing
            return cells.All(c => c.Median.Failures == 0) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Provost alone under a steady load, for whoever wants to attach a profiler.</summary>
    public static async Task<int> HoldAsync(int connections, double seconds)
    {
        var folder = Directory.CreateTempSubdirectory("provost-bench-").FullName;
        try
        {
            var port = Ports.Free(1)[0];
            using var upstream = Service("upstream", port, "upstream", $"{port}", $"{PaceMs}");
            await Ports.WaitAsync(port);
            await using var governed = await Governed.StartAsync(folder, port);
            using var provost = governed.Target();
            var warm = await Load.WarmUpAsync(provost, provost.Plain, connections, 20);
            Console.WriteLine($"provost is warm after {warm:0} s, process {governed.Id}");
            var seen = await Load.SaturateAsync(provost, provost.Plain, connections, seconds);
            Console.WriteLine(
                $"{seen.PerSecond:0}/s, {seen.CpuMicrosPerRequest:0} µs of CPU a call, p50 {seen.P50:0} µs, "
                + $"p99 {seen.P99:0} µs, {seen.Failures} failures");
            return seen.Failures == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Cell>> MeasureAsync(Effort effort, string folder)
    {
        var at = Ports.Free(3);
        using var direct = Service("direct", at[0], "upstream", $"{at[0]}", $"{PaceMs}");
        using var passThrough = Service("pass-through", at[1], "passthrough", $"{at[1]}", $"{at[0]}");
        using var nginx = Nginx.Start(at[2], at[0], Path.Combine(folder, "nginx"));
        foreach (var port in at)
        {
            await Ports.WaitAsync(port);
        }

        await using var governed = await Governed.StartAsync(folder, at[0]);
        using var provost = governed.Target();
        Target[] targets = [direct, nginx, passThrough, provost];
        foreach (var target in targets)
        {
            var warm = await Load.WarmUpAsync(target, target.Plain, 32, effort.WarmUpSeconds);
            await Load.SaturateAsync(target, target.Streamed, 8, effort.WarmUpSeconds / 4);
            Console.Error.WriteLine($"{target.Name} is warm after {warm:0} s");
        }

        return await Runs.InterleaveAsync(targets, Scenarios(effort), effort.Rounds, Console.Error.WriteLine);
    }

    private static Scenario[] Scenarios(Effort effort)
    {
        var seconds = effort.Seconds;
        Scenario[] all =
        [
            new("saturated, 32 connections", t => Load.SaturateAsync(t, t.Plain, 32, seconds)),
            new("saturated, 128 connections", t => Load.SaturateAsync(t, t.Plain, 128, seconds)),
            new("500/s", t => Load.AtRateAsync(t, t.Plain, 64, 500, seconds)),
            new("2000/s", t => Load.AtRateAsync(t, t.Plain, 64, 2000, seconds)),
            new("streams, 8 connections", t => Load.SaturateAsync(t, t.Streamed, 8, 2 * seconds)),
        ];
        return [.. all.Where(s => effort.Only is null || s.Name.Contains(effort.Only, StringComparison.Ordinal))];
    }

    private static JsonObject Machine(Effort effort)
    {
        var machine = Report.Machine();
        machine["secondsPerRun"] = effort.Seconds;
        machine["rounds"] = effort.Rounds;
        return machine;
    }

    private static Target Service(string name, int port, params string[] arguments) =>
        new(name, port, Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            UseShellExecute = false,
        })!);
}
