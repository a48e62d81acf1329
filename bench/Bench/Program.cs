using System.Globalization;
using Provost.Bench;
using Provost.Bench.Decisions;
using Provost.Bench.Estate;
using Provost.Bench.Indexing;
using Provost.Bench.Ledger;
using Provost.Bench.Recovery;

return args switch
{
    ["upstream", var port, var pace] => await RunAsync(Services.UpstreamAsync(int.Parse(port), int.Parse(pace))),
    ["passthrough", var port, var upstream] =>
        await RunAsync(Services.PassThroughAsync(int.Parse(port), int.Parse(upstream))),
    ["run"] => await Comparison.RunAsync(Effort.Full),
    ["run", "--quick"] => await Comparison.RunAsync(Effort.Quick),
    ["run", "--only", var scenario] => await Comparison.RunAsync(Effort.Quick with { Only = scenario }),
    ["index"] => await IndexCost.RunAsync(100_000),
    ["index", var leaves] => await IndexCost.RunAsync(int.Parse(leaves, CultureInfo.InvariantCulture)),
    ["ledger"] => await LedgerRates.RunAsync(Path.GetTempPath()),
    ["ledger", var folder] => await LedgerRates.RunAsync(folder),
    ["recovery", var folder] => RecoveryCost.Run(folder, 1_000_000),
    ["recovery", var folder, var entries] =>
        RecoveryCost.Run(folder, int.Parse(entries, CultureInfo.InvariantCulture)),
    ["estate"] => EstateCost.Run(1_000),
    ["estate", var systems] => EstateCost.Run(int.Parse(systems, CultureInfo.InvariantCulture)),
    ["hold", var connections, var seconds] =>
        await Comparison.HoldAsync(int.Parse(connections), double.Parse(seconds)),
    ["decisions", var folder, var rows] =>
        await IndexComparison.RunAsync(folder, long.Parse(rows, CultureInfo.InvariantCulture), rounds: 50),
    _ => Usage(),
};

static async Task<int> RunAsync(Task service)
{
    await service;
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine(
        "Usage: run [--quick | --only TEXT] | hold CONNECTIONS SECONDS | index [LEAVES] | ledger [FOLDER] | "
        + "decisions FOLDER ROWS | recovery FOLDER [ENTRIES] | estate [SYSTEMS] | upstream PORT PACE_MS | "
        + "passthrough PORT UPSTREAM_PORT");
    return 2;
}
