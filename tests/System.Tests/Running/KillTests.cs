using System.Collections.Concurrent;
using System.Net;

namespace Provost.SystemTests.Running;

/// <summary>Record before release, when the server's life ends in the middle of everything.</summary>
[Collection(nameof(Running))]
public sealed class KillTests(GovernedTown town)
{
    private const int Kills = 20;
    private static readonly TimeSpan Load = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Twenty_kills_under_load_leave_no_received_response_without_its_record()
    {
        await using var copy = town.Copy();
        var received = new ConcurrentBag<Received>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await copy.StartServingAsync();
            using var over = new CancellationTokenSource();
            var callers = Enumerable.Range(0, town.ChatKeys.Count)
                .Select(n => CallAsync(copy, n, received, over.Token))
                .ToList();
            await Task.Delay(Load);
            await copy.Server.KillAsync();
            await over.CancelAsync();
            await Task.WhenAll(callers);
            await copy.DisposeAsync();
        }

        await copy.StartAsync();
        Assert.Equal(0, await copy.Server.StopAsync());
        var outcomes = copy.VerifiedOutcomes();
        var served = received.Where(r => r.Status == HttpStatusCode.OK).ToList();
        Assert.True(served.Count > 5 * Kills, $"Only {served.Count} responses were received: no load.");
        Assert.Contains(served, r => r.Body.EndsWith("[DONE]\n\n", StringComparison.Ordinal));
        Assert.Empty(received.Select(r => r.Decision).Where(d => d.Length > 0 && !outcomes.ContainsKey(d)));
        Assert.Empty(served.Where(r => (string?)outcomes[r.Decision]["ended"] != "complete"));
        TestContext.Current.SendDiagnosticMessage(
            "{0} responses received over {1} kills, {2} outcomes in the log", received.Count, Kills, outcomes.Count);
    }

    /// <summary>Plain and streamed calls in turn until the connection dies.</summary>
    private async Task CallAsync(
        Town copy, int caller, ConcurrentBag<Received> received, CancellationToken over)
    {
        using var client = copy.Client(town.ChatKeys[caller]);
        while (!over.IsCancellationRequested)
        {
            try
            {
                received.Add(await client.AskAsync(over));
                if (await client.StreamAsync(over) is { } whole)
                {
                    received.Add(whole);
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException or IOException)
            {
                // the server died in this call: nothing was received in full
                return;
            }
        }
    }
}
