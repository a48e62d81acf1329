using System.Net;
using System.Net.Sockets;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>An older snapshot put back on disk is refused from the first moment: nothing older is enforced.</summary>
[Collection(nameof(Running))]
public sealed class OldSnapshotTests(GovernedTown town)
{
    [Fact]
    public async Task A_snapshot_from_before_a_pause_put_back_on_disk_admits_nothing()
    {
        await using var copy = await town.StartAsync();
        using var before = copy.Client(town.ChatKeys[0]);
        Assert.Equal(HttpStatusCode.OK, (await before.AskAsync(CancellationToken.None)).Status);
        var file = Path.Combine(copy.Data, "snapshot", "current.dsse.json");
        var old = await File.ReadAllBytesAsync(file);
        (await copy.Staff.Sam.RunAsync("pause", "refund-assistant", "--reason", "Asked to.")).Ok();
        Assert.Equal("provost.paused", (await before.AskAsync(CancellationToken.None)).Code);
        Assert.Equal(0, await copy.Server.StopAsync());

        await File.WriteAllBytesAsync(file, old);
        var port = FreePort();
        using var patience = new CancellationTokenSource(Town.Limit);
        var starting = ServerProcess.StartAsync(copy.Data, copy.Arguments, (port, 0), patience.Token);
        var seen = await KnockAsync(new Uri($"http://127.0.0.1:{port}"), starting);
        await using var server = await starting;
        using var after = new BareClient(server.Gateway, town.ChatKeys[0]);
        seen.Add(await after.AskAsync(CancellationToken.None));

        Assert.DoesNotContain(seen, r => r.Status == HttpStatusCode.OK);
        Assert.Equal("provost.paused", seen[^1].Code);
        Assert.Contains("Snapshot refused", server.Output);
        Assert.Equal(0, await server.StopAsync());
    }

    /// <summary>Calls without a pause from before the gateway listens until all of the server is ready.</summary>
    private async Task<List<Received>> KnockAsync(Uri gateway, Task<ServerProcess> starting)
    {
        var seen = new List<Received>();
        using var client = new BareClient(gateway, town.ChatKeys[1]);
        while (!starting.IsCompleted)
        {
            try
            {
                seen.Add(await client.AskAsync(CancellationToken.None));
            }
            catch (HttpRequestException)
            {
                // it does not listen yet
            }
        }

        return seen;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
