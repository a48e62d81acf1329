namespace Provost.Bench;

/// <summary>One measured kind of load, the same for every target.</summary>
/// <param name="Name">As printed: <c>saturated, 32 connections</c>.</param>
/// <param name="Run">The load on one target.</param>
internal sealed record Scenario(string Name, Func<Target, Task<LoadResult>> Run);

/// <summary>The median over the rounds of one scenario on one target.</summary>
internal sealed record Cell(string Scenario, string Target, int Rounds, LoadResult Median, double ResidentMiB);

/// <summary>
/// Interleaves the targets (A B C … C B A) so that a busy neighbour hits all of them, and takes medians per cell.
/// </summary>
internal static class Runs
{
    public static async Task<IReadOnlyList<Cell>> InterleaveAsync(
        IReadOnlyList<Target> targets, IReadOnlyList<Scenario> scenarios, int rounds, Action<string> progress)
    {
        var cells = new List<Cell>();
        foreach (var scenario in scenarios)
        {
            foreach (var target in targets)
            {
                await scenario.Run(target); // warm-up: code compiled, connections open, caches filled
            }

            var seen = targets.ToDictionary(t => t.Name, _ => new List<LoadResult>());
            for (var round = 0; round < rounds; round++)
            {
                foreach (var target in round % 2 == 0 ? targets : targets.Reverse())
                {
                    var result = await scenario.Run(target);
                    seen[target.Name].Add(result);
                    progress($"{scenario.Name}, round {round + 1} of {rounds}: {target.Name} {result.PerSecond:0}/s");
                }
            }

            cells.AddRange(targets.Select(t =>
                new Cell(scenario.Name, t.Name, rounds, Median(seen[t.Name]), t.ResidentMiB())));
        }

        return cells;
    }

    private static LoadResult Median(List<LoadResult> results)
    {
        double Of(Func<LoadResult, double> member)
        {
            var sorted = results.Select(member).Order().ToArray();
            return sorted.Length % 2 == 1
                ? sorted[sorted.Length / 2]
                : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        }

        return new LoadResult(
            (long)Of(r => r.Requests), results.Sum(r => r.Failures), Of(r => r.Seconds), Of(r => r.CpuMicrosPerRequest),
            Of(r => r.P50), Of(r => r.P99), Of(r => r.FirstByteP50), Of(r => r.FirstByteP99), Of(r => r.LateP99));
    }
}
