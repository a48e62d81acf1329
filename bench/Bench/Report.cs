using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Provost.Bench;

/// <summary>Prints the table and writes the same figures as JSON with the machine described.</summary>
internal static class Report
{
    public static string Table(IReadOnlyList<Cell> cells, string baseline)
    {
        var text = new StringBuilder();
        foreach (var scenario in cells.GroupBy(c => c.Scenario))
        {
            var based = scenario.First(c => c.Target == baseline).Median;
            var rounds = scenario.First().Rounds;
            text.Append(CultureInfo.InvariantCulture, $"\n{scenario.Key}: medians of {rounds} rounds, ");
            text.Append(CultureInfo.InvariantCulture, $"ratios to {baseline}\n");
            text.Append("| target | req/s | ratio | CPU µs/req | ratio | p50 µs | ratio | p99 µs | ratio |");
            text.Append(" first byte p50 µs | ratio | RSS MiB | failures |\n");
            text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
            foreach (var cell in scenario)
            {
                var m = cell.Median;
                text.Append(CultureInfo.InvariantCulture, $"| {cell.Target} ");
                Pair(text, m.PerSecond, based.PerSecond);
                Pair(text, m.CpuMicrosPerRequest, based.CpuMicrosPerRequest);
                Pair(text, m.P50, based.P50);
                Pair(text, m.P99, based.P99);
                Pair(text, m.FirstByteP50, based.FirstByteP50);
                text.Append(CultureInfo.InvariantCulture, $"| {cell.ResidentMiB:0} | {m.Failures} |\n");
            }
        }

        return text.ToString();
    }

    public static void Write(string path, IReadOnlyList<Cell> cells, string baseline, JsonObject machine)
    {
        var rows = new JsonArray();
        foreach (var cell in cells)
        {
            var based = cells.First(c => c.Scenario == cell.Scenario && c.Target == baseline).Median;
            var m = cell.Median;
            rows.Add(new JsonObject
            {
                ["scenario"] = cell.Scenario,
                ["target"] = cell.Target,
                ["rounds"] = cell.Rounds,
                ["requestsPerSecond"] = Round(m.PerSecond),
                ["cpuMicrosPerRequest"] = Round(m.CpuMicrosPerRequest),
                ["p50Micros"] = Round(m.P50),
                ["p99Micros"] = Round(m.P99),
                ["firstByteP50Micros"] = Round(m.FirstByteP50),
                ["firstByteP99Micros"] = Round(m.FirstByteP99),
                ["lateP99Micros"] = Round(m.LateP99),
                ["residentMiB"] = Round(cell.ResidentMiB),
                ["failures"] = m.Failures,
                ["ratioRequestsPerSecond"] = Ratio(m.PerSecond, based.PerSecond),
                ["ratioCpu"] = Ratio(m.CpuMicrosPerRequest, based.CpuMicrosPerRequest),
                ["ratioP50"] = Ratio(m.P50, based.P50),
                ["ratioP99"] = Ratio(m.P99, based.P99),
                ["ratioFirstByteP50"] = Ratio(m.FirstByteP50, based.FirstByteP50),
            });
        }

        var document = new JsonObject { ["baseline"] = baseline, ["machine"] = machine, ["cells"] = rows };
        File.WriteAllText(path, document.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    /// <summary>Processor, cores, memory, kernel and versions: what a reader needs to compare.</summary>
    public static JsonObject Machine() => new()
    {
        ["processor"] = FirstLine("/proc/cpuinfo", "model name"),
        ["cores"] = Environment.ProcessorCount,
        ["memory"] = FirstLine("/proc/meminfo", "MemTotal"),
        ["load"] = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture),
        ["kernel"] = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        ["dotnet"] = Environment.Version.ToString(),
        ["nginx"] = Nginx.Version(),
    };

    private static void Pair(StringBuilder text, double value, double based)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {value:0} | ");
        text.Append(Ratio(value, based)?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-").Append(' ');
    }

    private static double Round(double value) => Math.Round(value, 1);

    private static double? Ratio(double value, double based) => based > 0 ? Math.Round(value / based, 3) : null;

    private static string FirstLine(string file, string key) => File.ReadLines(file)
        .FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
}
