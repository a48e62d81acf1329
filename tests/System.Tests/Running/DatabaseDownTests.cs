using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;

namespace Provost.SystemTests.Running;

/// <summary>The database is away under load: serving and recording go on, and the index catches up.</summary>
[Collection(nameof(Running))]
public sealed class DatabaseDownTests(GovernedTown town)
{
    /// <summary>Seconds without a database; the suite keeps it short, a longer one is asked for here.</summary>
    private const string Variable = "PROVOST_TEST_DATABASE_DOWN_SECONDS";

    private static readonly TimeSpan Down = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "5", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Without_a_database_nothing_is_refused_nothing_is_lost_and_the_index_catches_up()
    {
        await using var copy = await town.StartAsync();
        var received = new ConcurrentBag<Received>();
        using var over = new CancellationTokenSource();
        var callers = town.ChatKeys.Select(key => CallAsync(copy, key, received, over.Token)).ToList();
        var stops = await HoldDownAsync(copy);
        var whileDown = received.Count;
        await copy.UntilReadyAsync();
        await over.CancelAsync();
        await Task.WhenAll(callers);

        Assert.True(stops > 0, "PostgreSQL was never stopped.");
        Assert.True(whileDown > 20 * Down.TotalSeconds, $"Only {whileDown} calls while it was down: no load.");
        Assert.Empty(received.Where(r => r.Status != HttpStatusCode.OK).Select(r => r.Body));
        await Town.UntilAsync(TimeSpan.FromSeconds(30), "every decision in the index", async () =>
        {
            var indexed = await IndexedAsync(copy);
            return received.All(r => indexed.Contains(r.Decision));
        });

        Assert.Equal(0, await copy.Server.StopAsync());
        var outcomes = copy.VerifiedOutcomes();
        Assert.Empty(received.Select(r => r.Decision).Where(d => !outcomes.ContainsKey(d)));
        Assert.Equal(received.Count, outcomes.Count);
    }

    /// <summary>Stops every postmaster that the server brings up, until the time is over. Says how many.</summary>
    private static async Task<int> HoldDownAsync(Town copy)
    {
        var clock = Stopwatch.StartNew();
        var stopped = new HashSet<string>();
        while (clock.Elapsed < Down)
        {
            if (File.Exists(copy.PostmasterFile)
                && File.ReadLines(copy.PostmasterFile).FirstOrDefault() is { Length: > 0 } process
                && stopped.Add(process))
            {
                using var kill = Process.Start("kill", ["-INT", process]);
                await kill.WaitForExitAsync();
            }

            await Task.Delay(20);
        }

        return stopped.Count;
    }

    /// <summary>A steady caller, well below its key's cap.</summary>
    private static async Task CallAsync(
        Town copy, string key, ConcurrentBag<Received> received, CancellationToken over)
    {
        using var client = copy.Client(key);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!over.IsCancellationRequested)
        {
            received.Add(await client.AskAsync(CancellationToken.None));
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task<HashSet<string>> IndexedAsync(Town copy)
    {
        await using var connection = await copy.OpenDatabaseAsync();
        await using var command = new NpgsqlCommand("SELECT id::text FROM decision", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var ids = new HashSet<string>();
        while (await rows.ReadAsync())
        {
            ids.Add(rows.GetString(0));
        }

        return ids;
    }
}
