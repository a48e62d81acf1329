using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Provost.Gateway.Pipeline;
using Provost.Server.Operations;

namespace Provost.Server.Start;

/// <summary>
/// One server in role <c>all</c>. <see cref="RunAsync"/> is the picture of a start and an end: the folder is taken,
/// what was left is recovered, the gateway listens on the snapshot on disk, and only then come database, console
/// and work.
/// </summary>
internal sealed class ProvostServer(
    ServerOptions options, PlatformFile platform, TimeProvider time, ILoggerFactory logs, TextWriter output)
{
    /// <summary>How long calls in flight may go on after a stop was asked for.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);

    private readonly ILogger _logger = logs.CreateLogger<ProvostServer>();
    private volatile bool _stopping;

    /// <summary>Runs until told to stop. Returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var (folder, refusal) = DataFolder.Take(options.Data);
        if (folder is null)
        {
            await Console.Error.WriteLineAsync(refusal);
            return 1;
        }

        using (folder)
        using (var telemetry = new Telemetry())
        await using (var foundation = await Foundation.OpenAsync(options, time, logs, stop))
        await using (var gateway = new GatewayHost(
            GatewayOptions.Under(options.Data, Node(foundation)), platform.Platform, foundation.Trust(), time, logs))
        using (var log = LogPlane.Open(foundation, gateway, time, logs))
        {
            gateway.Snapshots.Load();
            await using var control = ControlPlane.Open(options, platform, foundation, gateway, log, time, logs);
            var readiness = new Readiness(
                gateway, log.Sequencer, control.Database, foundation.Log, foundation.Custodians,
                () => control.AnchorsFailing, () => _stopping);
            var health = new Health(readiness.Look, telemetry.Scrape);
            await using var data = Listeners.Data(options.DataAddress, gateway, health, logs);
            await data.StartAsync(stop);
            await using var console = Listeners.Control(
                options, health, control.ConsolePorts(), control.MapApi, time, logs);
            await console.StartAsync(stop);
            control.UseAddress(Listeners.AddressOf(console));
            await using var work = new Work(time, logs.CreateLogger<Work>());
            await control.BeginAsync(work, stop);
            Announce(data, console, control);
            await WaitAsync(stop);
            _stopping = true;
            StartLog.Stopping(_logger);
            using var drained = new CancellationTokenSource(Drain, time);
            await data.StopAsync(drained.Token);
            await console.StopAsync(drained.Token);
            await control.SettleAsync();
        }

        return 0;
    }

    private string Node(Foundation foundation)
    {
        var (name, lost) = NodeName.Choose(foundation.SpoolRoot, foundation.PayloadFolder, foundation.LedgerFolder);
        if (lost is not null)
            StartLog.Renamed(_logger, lost, name);

        return name;
    }

    private void Announce(WebApplication data, WebApplication console, ControlPlane control)
    {
        var (gateway, api) = (Listeners.AddressOf(data), Listeners.AddressOf(console));
        StartLog.Listening(_logger, gateway, api);
        var addresses = new JsonObject { ["gateway"] = gateway, ["control"] = api };
        var file = Path.Combine(options.Data, "addresses.json");
        File.WriteAllText(file + ".new", addresses.ToJsonString());
        File.Move(file + ".new", file, overwrite: true);
        if (control.SetupCode is { } code)
        {
            output.WriteLine($"Setup code: {code}");
            output.WriteLine("Valid for 15 minutes, from this machine:");
            output.WriteLine($"  provost login --setup {code} --name … --mail …");
        }
    }

    private static async Task WaitAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(() => stopped.TrySetResult()))
        {
            await stopped.Task;
        }
    }
}
