using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Provost.Control.Decisions;
using Provost.Control.Storage;

namespace Provost.Bench.Decisions;

/// <summary>
/// How long a compliance officer waits over a full index: first page, later page, counts, groups, export.
/// </summary>
internal static class IndexComparison
{
    private const int Days = 30;
    private static readonly DateTimeOffset End = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    /// <param name="data">Where the private PostgreSQL lies; one that is filled already is measured as it is.</param>
    /// <param name="rows">How many decisions.</param>
    /// <param name="rounds">How often each question is asked.</param>
    public static async Task<int> RunAsync(string data, long rows, int rounds)
    {
        Directory.CreateDirectory(data);
        await using var postgres = PrivatePostgres.Start(
            new PrivatePostgresOptions { DataFolder = data }, TimeProvider.System,
            NullLogger<PrivatePostgres>.Instance);
        await postgres.WaitUntilRunningAsync(CancellationToken.None);
        var settings = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { CommandTimeout = 600 };
        await using var database = new Database(
            settings.ConnectionString, TimeProvider.System, NullLogger<Database>.Instance);
        database.Start();
        await database.WhenUpAsync(CancellationToken.None);
        var decisions = new PlausibleDecisions(seed: 7, End, Days);
        var filler = new IndexFiller(database, decisions, Days);
        await filler.FillAsync(rows);

        Console.WriteLine($"{await filler.CountAsync():N0} decisions over {Days} days, {await SizeAsync(database)}");
        await MeasureAsync(new DecisionQuery(database), rounds);
        return 0;
    }

    private static async Task MeasureAsync(DecisionQuery query, int rounds)
    {
        Console.WriteLine("| question | first ms | p50 ms | p99 ms | answer |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var (name, filter) in Questions())
        {
            DecisionCursor? next = null;
            await TimeAsync($"{name}: first page", rounds, async () =>
            {
                var page = await query.PageAsync(filter, null, 50, CancellationToken.None);
                next = page.Next;
                return $"{page.Rows.Count} rows";
            });
            if (next is not null)
            {
                await TimeAsync($"{name}: next page", rounds, async () =>
                    $"{(await query.PageAsync(filter, next, 50, CancellationToken.None)).Rows.Count} rows");
            }

            await TimeAsync($"{name}: counts", rounds, async () =>
                $"{(await query.CountByOutcomeAsync(filter, CancellationToken.None)).Values.Sum():N0}");
            await TimeAsync($"{name}: by region", rounds, async () =>
                $"{(await query.GroupAsync(filter, "cohort:region", CancellationToken.None)).Groups.Count} groups");
            await TimeAsync($"{name}: export begins", Math.Min(rounds, 5), () => FirstRowAsync(query, filter));
        }
    }

    private static IEnumerable<(string Name, DecisionFilter Filter)> Questions()
    {
        var decisions = new PlausibleDecisions(seed: 7, End, Days);
        var release = decisions.Day(20, 2000, 0).First(r => r.System == "refund-assistant").Release;
        var busiest = new DecisionFilter { System = "refund-assistant" };
        yield return ("everything", new DecisionFilter());
        yield return ("busiest system, 30 days", busiest);
        yield return ("model, release, week, cohort", busiest with
        {
            Model = "gpt-5.2",
            Release = release,
            Cohort = ["region=eu"],
            From = End.AddDays(-14),
            To = End.AddDays(-7),
        });
        yield return ("model, cohort, odd window of 9 days", new DecisionFilter
        {
            Model = "gpt-5.2",
            Cohort = ["region=eu", "segment=retail"],
            From = End.AddDays(-16).AddMinutes(417),
            To = End.AddDays(-7).AddMinutes(333),
        });
        yield return ("cohort, 30 days", new DecisionFilter { Cohort = ["region=eu"] });
        yield return ("rare cohort, 30 days", new DecisionFilter
        {
            Cohort = ["region=africa", "age=65+", "segment=partner"],
            Model = "credit-scoring",
        });
        yield return ("nobody", new DecisionFilter { Cohort = ["region=mars"] });
        yield return ("blocked of one code", new DecisionFilter { Code = "data_class", System = "hr-screening" });
        yield return ("one client key", new DecisionFilter { CallerKey = "KEY0100001" });
    }

    private static async Task<string> FirstRowAsync(DecisionQuery query, DecisionFilter filter)
    {
        using var enough = new CancellationTokenSource();
        try
        {
            await query.ForEachAsync(filter, (_, _) =>
            {
                enough.Cancel();
                throw new OperationCanceledException(enough.Token);
            }, CancellationToken.None);
            return "no row";
        }
        catch (OperationCanceledException)
        {
            return "first row";
        }
    }

    private static async Task TimeAsync(string name, int rounds, Func<Task<string>> ask)
    {
        var times = new double[rounds];
        var answer = "";
        for (var i = 0; i < rounds; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            answer = await ask();
            times[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }

        var first = times[0];
        Array.Sort(times);
        var last = times[(int)Math.Ceiling(0.99 * rounds) - 1];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {first:0.0} | {times[rounds / 2]:0.0} | {last:0.0} | {answer} |"));
    }

    private static Task<string> SizeAsync(Database database) => database.RunAsync(async (connection, token) =>
    {
        await using var command = new NpgsqlCommand("""
            SELECT pg_size_pretty(sum(pg_relation_size(inhrelid))) || ' of rows, '
                || pg_size_pretty(sum(pg_indexes_size(inhrelid))) || ' of indexes, '
                || pg_size_pretty(pg_total_relation_size('decision_count')) || ' of counts'
            FROM pg_inherits WHERE inhparent = 'decision'::regclass
            """, connection);
        return (string)(await command.ExecuteScalarAsync(token))!;
    }, CancellationToken.None);
}
