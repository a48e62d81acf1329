using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Provost.SystemTests.Running;

/// <summary>Record before release, when the server's life ends in the middle of everything.</summary>
[Collection(nameof(Running))]
public sealed class KillTests(GovernedTown town)
{
    private const int Kills = 20;

    /// <summary>A kill comes after one to so many received responses.</summary>
    private const int MostResponses = 120;

    /// <summary>Of the numbers of responses; a failure is met again with its seed.</summary>
    private const string Variable = "PROVOST_TEST_KILL_SEED";

    [Fact]
    public async Task Twenty_kills_under_load_leave_no_received_response_without_its_record()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "1", CultureInfo.InvariantCulture);
        var random = new Random(seed);
        await using var copy = town.Copy();
        var received = new ConcurrentBag<Received>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var load = new Load(received, random.Next(1, MostResponses + 1));
            await copy.StartServingAsync();
            using var over = new CancellationTokenSource();
            var callers = town.ChatKeys.Select(key => CallAsync(copy, key, load, over.Token)).ToList();
            await load.Enough.WaitAsync(Town.Limit);
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
            "seed {0}: {1} responses received over {2} kills, {3} outcomes in the log",
            seed, received.Count, Kills, outcomes.Count);
    }

    /// <summary>Plain and streamed calls in turn until the connection dies.</summary>
    private static async Task CallAsync(Town copy, string key, Load load, CancellationToken over)
    {
        using var client = copy.Client(key);
        while (!over.IsCancellationRequested)
        {
            try
            {
                load.Add(await client.AskAsync(over));
                if (await client.StreamAsync(over) is { } whole)
                {
                    load.Add(whole);
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException or IOException)
            {
                // the server died in this call: nothing was received in full
                return;
            }
        }
    }

    /// <summary>What the callers of one life of the server received, and when that was enough.</summary>
    private sealed class Load(ConcurrentBag<Received> received, int enough)
    {
        private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        public Task Enough => _enough.Task;

        public void Add(Received answer)
        {
            received.Add(answer);
            if (answer.Status == HttpStatusCode.OK && Interlocked.Increment(ref _count) == enough)
            {
                _enough.TrySetResult();
            }
        }
    }
}
