using System.Text;
using System.Text.Json;
using Provost.Control.Decisions;

namespace Provost.Control.Tests.Decisions;

public sealed class DecisionQueryTests(DecisionSamples samples) : IClassFixture<DecisionSamples>
{
    private readonly DecisionQuery _query = samples.Query;
    private readonly Guid _first = samples.First;

    public static TheoryData<DecisionFilter, int> Filters => new()
    {
        { new DecisionFilter(), 22 },
        { new DecisionFilter { System = "claims" }, 10 },
        { new DecisionFilter { Outcome = "blocked" }, 4 },
        { new DecisionFilter { Code = "GUARDRAIL" }, 3 },
        { new DecisionFilter { Code = "%" }, 0 },
        { new DecisionFilter { Code = "no_warrant", System = "claims" }, 1 },
        { new DecisionFilter { Code = "no_warrant", System = "refunds" }, 0 },
        { new DecisionFilter { Cohort = ["region=us"] }, 5 },
        { new DecisionFilter { Cohort = ["region=eu", "n=3"] }, 1 },
        { new DecisionFilter { Model = "gpt-5.2" }, 21 },
        { new DecisionFilter { Model = "gpt-5.2-2026-09-01" }, 22 },
        { new DecisionFilter { Release = "sha256:cc" }, 1 },
        { new DecisionFilter { Environment = "staging" }, 1 },
        { new DecisionFilter { CallerKey = "KEY0000002" }, 1 },
        { new DecisionFilter { Drill = true }, 1 },
        { new DecisionFilter { Drill = false }, 21 },
        { new DecisionFilter { To = DecisionSamples.Start.AddMinutes(1) }, 1 },
        { new DecisionFilter { From = DecisionSamples.Start.AddMinutes(1) }, 21 },
        { Between(47, 63), 3 },
        { Between(47, 123), 15 },
        { Between(0, 60), 7 },
        { Between(5, 600) with { System = "claims", Outcome = "blocked" }, 2 },
        { new DecisionFilter { IdPrefix = "zz" }, 0 },
        { new DecisionFilter { IdPrefix = "01a" }, 22 },
        { new DecisionFilter { System = "'; DROP TABLE decision; --" }, 0 },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Finds_what_a_filter_asks_for_on_pages_counts_and_leaves_alike(DecisionFilter filter, int expected)
    {
        var page = await _query.PageAsync(filter, null, 100, CancellationToken.None);
        Assert.Equal(expected, page.Rows.Count);
        Assert.Null(page.Next);
        Assert.Equal(expected, (await _query.CountByOutcomeAsync(filter, CancellationToken.None)).Values.Sum());
        Assert.Equal(page.Rows.Select(row => row.LeafIndex).Order(),
            await _query.LeavesAsync(filter, 1000, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Gathers_the_same_rows_as_it_walks(DecisionFilter filter, int expected)
    {
        var (walked, gathered) = await samples.Database.RunAsync(async (connection, token) =>
        {
            var conditions = await DecisionConditions.FromAsync(filter, connection, token);
            return conditions.IsEmpty ? ([], []) : (
                await DecisionQuery.InOrderAsync(conditions, 100, connection, token),
                await DecisionQuery.GatherAsync(conditions, 100, connection, token));
        }, CancellationToken.None);

        Assert.Equal(expected, walked.Count);
        Assert.Equal(walked.Select(row => row.LeafIndex), gathered.Select(row => row.LeafIndex));
    }

    [Fact]
    public async Task Observed_traffic_is_every_call_that_was_bound_to_a_system_and_no_drill()
    {
        var traffics = new ObservedTraffic(samples.Database);
        var seen = await traffics.SinceAsync(DecisionSamples.Start, CancellationToken.None);
        Assert.NotEmpty(seen);
        foreach (var traffic in seen)
        {
            var filter = new DecisionFilter
            {
                System = traffic.System,
                Environment = traffic.Environment,
                Drill = false,
            };
            var counts = await _query.CountByOutcomeAsync(filter, CancellationToken.None);
            Assert.Equal(counts.Values.Sum(), traffic.Calls);
        }

        Assert.Equal(seen.Select(t => t.System).Distinct(), (await _query.PageAsync(
            new DecisionFilter { Drill = false }, null, 100, CancellationToken.None)).Rows
            .Select(r => r.System).OfType<string>().Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(await traffics.SinceAsync(DecisionSamples.Start.AddDays(2), CancellationToken.None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(22)]
    public async Task Pages_show_each_decision_once_newest_first(int size)
    {
        var all = await _query.PageAsync(new DecisionFilter(), null, 100, CancellationToken.None);
        var seen = new List<long>();
        DecisionCursor? after = null;
        do
        {
            var page = await _query.PageAsync(new DecisionFilter(), after, size, CancellationToken.None);
            seen.AddRange(page.Rows.Select(row => row.LeafIndex));
            after = DecisionCursor.Parse(page.Next?.ToString());
        }
        while (after is not null);

        var newestFirst = all.Rows.OrderByDescending(row => row.Time).ThenByDescending(row => row.LeafIndex);
        Assert.Equal(newestFirst.Select(row => row.LeafIndex), seen);
    }

    [Fact]
    public async Task Finds_one_by_its_id_or_the_beginning_of_it()
    {
        Assert.Equal(0, (await _query.FindByIdAsync(_first, CancellationToken.None))!.LeafIndex);
        Assert.Null(await _query.FindByIdAsync(Guid.Empty, CancellationToken.None));
        var prefix = new DecisionFilter { IdPrefix = _first.ToString()[..20] };
        Assert.Single((await _query.PageAsync(prefix, null, 10, CancellationToken.None)).Rows);
    }

    [Fact]
    public async Task Offers_the_values_that_were_seen()
    {
        Assert.Equal(["claims", "refunds"], await _query.ChoicesAsync("system", CancellationToken.None));
        Assert.Equal(["provost.guardrail.pii", "provost.no_warrant"],
            await _query.ChoicesAsync("code", CancellationToken.None));
        Assert.Contains("region=us", await _query.ChoicesAsync("cohort", CancellationToken.None));
    }

    [Fact]
    public async Task Exports_csv_that_no_spreadsheet_runs()
    {
        using var output = new MemoryStream();
        await new DecisionExport(_query).WriteCsvAsync(
            new DecisionFilter { Drill = true }, output, CancellationToken.None);

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split("\r\n");
        Assert.Equal(3, lines.Length);
        Assert.Contains(",\"'=HYPERLINK(\"\"x\"\"),y\",", lines[1]);
        var cells = lines[1].Replace("),y", ")", StringComparison.Ordinal).Split(',');
        Assert.Equal(lines[0].Split(',').Length, cells.Length);
        Assert.EndsWith(",200,3000,2000,1000,11,22,true,,", lines[1]);
    }

    [Fact]
    public async Task Exports_json_with_the_same_columns_in_the_logs_order()
    {
        using var output = new MemoryStream();
        await new DecisionExport(_query).WriteJsonAsync(new DecisionFilter(), output, CancellationToken.None);

        using var json = JsonDocument.Parse(output.ToArray());
        var rows = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 22), rows.Select(row => row.GetProperty("leaf_index").GetInt32()));
        Assert.Equal(("refunds", 200, 22, false), (rows[0].GetProperty("system").GetString(),
            rows[0].GetProperty("status").GetInt32(), rows[0].GetProperty("tokens_out").GetInt32(),
            rows[0].GetProperty("drill").GetBoolean()));
        using var csv = new MemoryStream();
        await new DecisionExport(_query).WriteCsvAsync(
            new DecisionFilter { IdPrefix = "zz" }, csv, CancellationToken.None);
        Assert.Equal(rows[0].EnumerateObject().Select(member => member.Name),
            Encoding.UTF8.GetString(csv.ToArray()).TrimEnd().Split(','));
    }

    [Fact]
    public async Task Lists_found_callers_with_volume_and_time()
    {
        var callers = await new FoundCallers(samples.Database)
            .ListAsync(DecisionSamples.Start, 10, CancellationToken.None);

        Assert.Equal(2, callers.Count);
        Assert.Equal(("sealed:closed", "python", null, 1),
            (callers[0].Source, callers[0].UserAgent, callers[0].Model, callers[0].Count));
        Assert.Equal(("10.1.2.3", "curl/8", "gpt-5.2", 7, 700),
            (callers[1].Source, callers[1].UserAgent, callers[1].Model, callers[1].Count, callers[1].Bytes));
        Assert.True(callers[1].LastSeen - callers[1].FirstSeen > TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1-2-3")]
    [InlineData("x-1")]
    [InlineData("9223372036854775807-1")]
    public void Takes_no_cursor_that_it_did_not_write(string? text) => Assert.Null(DecisionCursor.Parse(text));

    private static DecisionFilter Between(int from, int to) => new()
    {
        From = DecisionSamples.Start.AddMinutes(from),
        To = DecisionSamples.Start.AddMinutes(to),
    };
}
