using System.Diagnostics;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Decisions;
using Provost.Control.Storage;
using Provost.Ledger.Tree;
using Provost.Testing;

namespace Provost.Control.Tests.Decisions;

public sealed class DecisionIndexerTests(TestCluster cluster)
{
    // Everything the index holds, as one text.
    private const string Everything = """
        SELECT coalesce((SELECT string_agg(d::text, E'\n' ORDER BY leaf_index) FROM decision d), '') || '|'
            || coalesce((SELECT string_agg(o::text, E'\n' ORDER BY leaf_index) FROM decision_open o), '') || '|'
            || coalesce((SELECT string_agg(r::text, E'\n' ORDER BY leaf_index) FROM refused_caller r), '') || '|'
            || coalesce((SELECT string_agg(c::text, E'\n' ORDER BY c) FROM decision_count c), '') || '|'
            || coalesce((SELECT string_agg(f::text, E'\n' ORDER BY facet) FROM decision_facet f), '')
        """;

    [Fact]
    public async Task Takes_every_field_of_an_outcome()
    {
        await using var test = new TestDatabase(cluster);
        var log = new FakeLog();
        log.Governance();
        var id = log.Outcome(record =>
        {
            record["outcome"] = "blocked";
            record["code"] = "provost.guardrail.pii";
            record["drill"] = true;
            record["guardrails"]!["results"] = new JsonArray(new JsonObject { ["id"] = "pii", ["count"] = 2 });
        });
        var database = await test.ReadyAsync(CancellationToken.None);
        await IndexRun.IndexAsync(log, database);

        var row = await new DecisionQuery(database).FindByIdAsync(id, CancellationToken.None);
        Assert.NotNull(row);
        Assert.Equal((1, "sys:refunds", 0, "refunds", "production", "sha256:aa", "w-1"),
            (row.LeafIndex, row.Stream, row.Seq, row.System, row.Environment, row.Release, row.Warrant));
        Assert.Equal(("blocked", "complete", "provost.guardrail.pii", "/v1/chat/completions", "KEY0000001", "c2FsdGVk"),
            (row.Outcome, row.Ended, row.Code, row.Route, row.CallerKey, row.Subject));
        Assert.Equal(("customer", "gpt-5.2", "gpt-5.2-2026-09-01", 200),
            (row.DataClass, row.ModelRequested, row.ModelServed, row.Status));
        Assert.Equal((3000, 2000, 1000, 11, 22),
            (row.TotalUs, row.UpstreamUs, row.FirstByteUs, row.TokensIn, row.TokensOut));
        Assert.Equal(["age=25-34", "region=eu"], row.Cohort);
        Assert.True(row.Drill);
        Assert.Contains("\"pii\"", row.Exceptions);
        Assert.Equal(MerkleHash.Leaf(log.Stored(1)), row.LeafHash);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Completes_an_outcome_from_its_intent(int readAtMost)
    {
        await using var test = new TestDatabase(cluster);
        var log = new FakeLog { ReadAtMost = readAtMost };
        var id = log.Intent();
        log.OutcomeOf(id);
        var database = await test.ReadyAsync(CancellationToken.None);
        await IndexRun.IndexAsync(log, database);

        var row = await new DecisionQuery(database).FindByIdAsync(id, CancellationToken.None);
        Assert.Equal((1, 0, "refunds", "allowed", "KEY0000001"),
            (row!.LeafIndex, row.IntentLeaf!.Value, row.System, row.Outcome, row.CallerKey));
        Assert.Equal(0L, await test.ScalarAsync("SELECT count(*) FROM decision_open", CancellationToken.None));
    }

    [Fact]
    public async Task Reads_the_files_of_a_real_log()
    {
        await using var test = new TestDatabase(cluster);
        var fake = new FakeLog();
        Add(fake, 600);
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using var writer = TileLogWriter.Open(folder);
            for (var i = 0; i < 600; i++)
                writer.Append(fake.Stored(i));
            writer.Flush();
            var feed = LeafFeed.From(new TileLogReader(folder), () => writer.FlushedSize, fake.Feed.WaitForSizeAsync);
            await using var run = new IndexRun(feed, await test.ReadyAsync(CancellationToken.None));
            await run.ReachAsync(600);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.Equal(600L, await test.ScalarAsync("SELECT count(DISTINCT leaf_index) FROM decision", default));
    }

    [Fact]
    public async Task Shows_an_intent_without_outcome_as_open()
    {
        await using var test = new TestDatabase(cluster);
        var log = new FakeLog();
        var id = log.Intent();
        log.Outcome();
        var database = await test.ReadyAsync(CancellationToken.None);
        await IndexRun.IndexAsync(log, database);

        var query = new DecisionQuery(database);
        var open = Assert.Single(await query.OpenAsync(10, CancellationToken.None));
        Assert.Equal((id, null, "refunds", "production"), (open.Id, open.Outcome, open.System, open.Environment));
        Assert.Equal(id, (await query.FindByIdAsync(id, CancellationToken.None))!.Id);
    }

    [Fact]
    public async Task Goes_on_after_a_leaf_it_cannot_read_and_text_the_database_cannot_hold()
    {
        await using var test = new TestDatabase(cluster);
        var log = new FakeLog();
        log.Garbage();
        log.Outcome(record => record["modelRequested"] = "gpt\0five");
        var again = log.Intent();
        log.Intent(record => record["decision"] = again.ToString());
        var database = await test.ReadyAsync(CancellationToken.None);
        await IndexRun.IndexAsync(log, database);

        Assert.Equal("gpt\uFFFDfive", await test.ScalarAsync(
            "SELECT model_requested FROM decision", CancellationToken.None));
        Assert.Equal(2L, await test.ScalarAsync("SELECT leaf_index FROM decision_open", CancellationToken.None));
    }

    [Fact]
    public async Task Reads_the_log_anew_when_the_index_is_of_another_log()
    {
        await using var test = new TestDatabase(cluster);
        var other = new FakeLog();
        for (var i = 0; i < 3; i++)
            other.Outcome(record => record["system"] = "other");
        var database = await test.ReadyAsync(CancellationToken.None);
        await IndexRun.IndexAsync(other, database);
        var log = new FakeLog();
        for (var i = 0; i < 3; i++)
            log.Outcome();
        await using var run = new IndexRun(log, database);
        await run.ReachAsync(3);

        Assert.Equal("refunds", await test.ScalarAsync(
            "SELECT string_agg(DISTINCT system, ',') FROM decision", CancellationToken.None));
    }

    [Fact]
    public async Task Holds_the_same_rows_however_the_leaves_arrive_and_when_rebuilt()
    {
        await using var test = new TestDatabase(cluster);
        await using var whole = new TestDatabase(cluster);
        var database = await test.ReadyAsync(CancellationToken.None);
        var entries = Gen.Choose(0, 4).ListOf(60);
        foreach (var kinds in entries.Sample(4))
        {
            var log = MakeLog(kinds);
            await RebuildAsync(log, await whole.ReadyAsync(CancellationToken.None));
            var expected = await whole.ScalarAsync(Everything, CancellationToken.None);

            foreach (var size in new[] { 1, 7 })
            {
                log.ReadAtMost = size;
                await RebuildAsync(log, database);
                Assert.Equal(expected, await test.ScalarAsync(Everything, CancellationToken.None));
            }
        }
    }

    [Fact]
    public async Task Writes_each_row_once_when_two_indexers_work_at_once()
    {
        await using var test = new TestDatabase(cluster);
        var log = new FakeLog { ReadAtMost = 20 };
        for (var i = 0; i < 1000; i++)
            log.Outcome();
        var database = await test.ReadyAsync(CancellationToken.None);
        await using var one = new IndexRun(log, database);
        await using var other = new IndexRun(log, database);
        await Task.WhenAll(one.ReachAsync(1000), other.ReachAsync(1000));

        Assert.Equal(1000L, await test.ScalarAsync("SELECT count(*) FROM decision", CancellationToken.None));
        Assert.Equal(1000L, await test.ScalarAsync("SELECT count(DISTINCT id) FROM decision", CancellationToken.None));
    }

    [Fact]
    public async Task Loses_and_doubles_nothing_while_the_database_dies_and_stays_away()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"provost-index-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        var options = new PrivatePostgresOptions { DataFolder = folder };
        try
        {
            var postgres = PrivatePostgres.Start(options, TimeProvider.System, NullLogger<PrivatePostgres>.Instance);
            await using var database = new Database(
                postgres.ConnectionString, TimeProvider.System, NullLogger<Database>.Instance);
            database.Start();
            var soon = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;
            var log = new FakeLog { ReadAtMost = 50 };
            await using var run = new IndexRun(log, database);

            Add(log, 2000);
            await run.ReachAsync(300);
            Process.GetProcessById(postgres.ProcessId!.Value).Kill();
            Add(log, 2000);
            await run.ReachAsync(4000);
            await postgres.DisposeAsync();
            Add(log, 2000); // the log grows while nothing is there to index it
            await database.WhenAsync(DatabasePhase.Down, soon);

            await using var later = PrivatePostgres.Start(
                options, TimeProvider.System, NullLogger<PrivatePostgres>.Instance);
            await run.ReachAsync(6000);
            var counts = await new DecisionQuery(database).CountByOutcomeAsync(new DecisionFilter(), soon);
            Assert.Equal(6000, counts["allowed"]);
            Assert.Equal(Enumerable.Range(0, 6000).Select(i => (long)i),
                await new DecisionQuery(database).LeavesAsync(new DecisionFilter(), 10_000, soon));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RebuildAsync(FakeLog log, Database database)
    {
        await new DecisionIndexWriter(database).ForgetAsync(CancellationToken.None);
        await IndexRun.IndexAsync(log, database);
    }

    private static void Add(FakeLog log, int count)
    {
        for (var i = 0; i < count; i++)
            log.Outcome();
    }

    private static FakeLog MakeLog(IEnumerable<int> kinds)
    {
        var log = new FakeLog();
        var open = new Queue<Guid>();
        foreach (var kind in kinds)
        {
            if (kind == 0)
                open.Enqueue(log.Intent());
            else if (kind == 1 && open.TryDequeue(out var id))
                log.OutcomeOf(id, record => record["code"] = "provost.x" + kind);
            else if (kind == 2)
                log.Refused("hidden", "curl", "gpt", 3);
            else if (kind == 3)
                log.Governance();
            else
                log.Outcome(record => record["modelServed"] = "m" + log.Size);
            log.Now += TimeSpan.FromHours(kind);
        }

        return log;
    }
}
