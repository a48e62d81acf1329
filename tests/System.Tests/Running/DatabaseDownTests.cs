using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>The database is away under load: serving and recording go on, and the index catches up.</summary>
[Collection(nameof(Running))]
public sealed class DatabaseDownTests(GovernedTown town)
{
    /// <summary>Seconds without a database, where another time than the promised one is wanted.</summary>
    private const string Variable = "PROVOST_TEST_DATABASE_DOWN_SECONDS";

    private static readonly TimeSpan Down = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "30", CultureInfo.InvariantCulture));

    /// <summary>Between two calls of one caller: the load is the clock of this test.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Without_a_database_nothing_is_refused_nothing_is_lost_and_the_index_catches_up()
    {
        await using var copy = await town.StartAsync();
        var received = new ConcurrentBag<Received>();
        var configuration = File.ReadAllText(Configuration(copy));
        await BreakDatabaseAsync(copy);
        await CallAsync(copy, received, calls: (int)(Down / Pace), CancellationToken.None);
        var whileDown = received.Count;
        Assert.False(await IsReadyAsync(copy), "The database was never away.");
        Assert.DoesNotContain("Database: Up", copy.Server.Output.Split("Database: Down", 2)[^1]);

        File.WriteAllText(Configuration(copy), configuration);
        using var over = new CancellationTokenSource();
        var callers = CallAsync(copy, received, calls: int.MaxValue, over.Token);
        await copy.Server.UntilReadyAsync(Town.Limit);
        await over.CancelAsync();
        await callers;
        var clock = Stopwatch.StartNew();
        await Patience.UntilAsync(
            TimeSpan.FromSeconds(30), "every decision in the index", copy.Server.NextLineAsync, async () =>
            {
                var indexed = await IndexedAsync(copy);
                return received.All(r => indexed.Contains(r.Decision));
            });
        var caughtUp = clock.Elapsed;

        Assert.Empty(received.Where(r => r.Status != HttpStatusCode.OK).Select(r => r.Body));
        Assert.Equal(0, await copy.Server.StopAsync());
        var outcomes = copy.VerifiedOutcomes();
        Assert.Empty(received.Select(r => r.Decision).Where(d => !outcomes.ContainsKey(d)));
        Assert.Equal(received.Count, outcomes.Count);
        TestContext.Current.SendDiagnosticMessage(
            "{0} s without a database: {1} calls served, {2} in all, index caught up {3:0.0} s after it was back",
            Down.TotalSeconds, whileDown, received.Count, caughtUp.TotalSeconds);
    }

    /// <summary>
    /// A line that PostgreSQL cannot read keeps it from starting again, however often the server tries; then it is
    /// stopped.
    /// </summary>
    private static async Task BreakDatabaseAsync(Town copy)
    {
        File.AppendAllText(Configuration(copy), "this is no setting\n");
        using var kill = Process.Start("kill", ["-INT", File.ReadLines(copy.PostmasterFile).First()]);
        await kill.WaitForExitAsync();
        await copy.Server.SaidAsync("Database: Down", Town.Limit);
    }

    private static string Configuration(Town copy) =>
        Path.Combine(Path.GetDirectoryName(copy.PostmasterFile)!, "postgresql.auto.conf");

    private static async Task<bool> IsReadyAsync(Town copy)
    {
        using var http = new HttpClient();
        using var ready = await http.GetAsync(new Uri(copy.Server.Control, "/readyz"));
        return ready.IsSuccessStatusCode;
    }

    /// <summary>Steady callers, each well below its key's cap, with so many calls each.</summary>
    private Task CallAsync(Town copy, ConcurrentBag<Received> received, int calls, CancellationToken over) =>
        Task.WhenAll(town.ChatKeys.Select(async key =>
        {
            using var client = copy.Client(key);
            using var pace = new PeriodicTimer(Pace);
            for (var i = 0; i < calls && !over.IsCancellationRequested; i++)
            {
                received.Add(await client.AskAsync(CancellationToken.None));
                await pace.WaitForNextTickAsync(CancellationToken.None);
            }
        }));

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
