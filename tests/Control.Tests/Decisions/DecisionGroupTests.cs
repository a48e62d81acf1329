using System.Text.Json.Nodes;
using Provost.Control.Decisions;
using Provost.Testing;

namespace Provost.Control.Tests.Decisions;

public sealed class DecisionGroupTests(DecisionSamples samples, TestDatabase other, TestCluster cluster)
    : IClassFixture<DecisionSamples>, IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Start = DecisionSamples.Start;

    public static TheoryData<string, DecisionFilter> Questions
    {
        get
        {
            var questions = new TheoryData<string, DecisionFilter>();
            DecisionFilter[] filters =
            [
                new(), new() { System = "claims" }, new() { Cohort = ["region=eu"] }, new() { Release = "sha256:aa" },
                new() { Model = "gpt-5.2" }, new() { Code = "GUARDRAIL" }, new() { Drill = false },
                new() { Outcome = "blocked", System = "claims" }, new() { CallerKey = "KEY0000002" },
                new() { From = Start.AddMinutes(47), To = Start.AddMinutes(123) },
                new() { From = Start.AddHours(-23), To = Start.AddHours(25), Model = "gpt-5.2" },
                new() { From = Start.AddMinutes(50), Cohort = ["region=eu"] },
                new() { To = Start.AddMinutes(90), Cohort = ["region=eu"] },
            ];
            foreach (var filter in filters)
            {
                foreach (var by in new[] { "outcome", "release", "model", "code", "system", "cohort:region" })
                    questions.Add(by, filter);
            }

            return questions;
        }
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Counts_what_the_rows_of_the_list_say(string by, DecisionFilter filter)
    {
        var rows = (await samples.Query.PageAsync(filter, null, 1000, CancellationToken.None)).Rows;
        var groups = await samples.Query.GroupAsync(filter, by, CancellationToken.None);

        Assert.Equal(rows.Count, groups.Count);
        Assert.Equal(Counted(rows.GroupBy(row => row.Outcome!)), Counted(groups.Outcomes));
        Assert.Equal(
            rows.GroupBy(row => ValueOf(row, by) ?? "nothing").ToDictionary(g => g.Key, g => g.LongCount())
                .OrderBy(g => g.Key),
            groups.Groups.ToDictionary(g => g.Value ?? "nothing", g => g.Count).OrderBy(g => g.Key));
        Assert.All(groups.Groups, group => Assert.Equal(group.Count, group.Outcomes.Values.Sum()));
    }

    [Fact]
    public async Task More_groups_than_a_day_keeps_are_counted_from_the_rows()
    {
        var database = await other.ReadyAsync(CancellationToken.None);
        var log = new FakeLog { Now = new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero) };
        for (var i = 0; i < DailyGroups.GroupsPerDay + 50; i++)
        {
            var n = i;
            log.Outcome(record => record["cohort"] = new JsonObject { ["n"] = $"{n}", ["half"] = $"{n % 2}" });
        }

        await IndexRun.IndexAsync(log, database);
        var query = new DecisionQuery(database);
        var last = new DecisionFilter { Cohort = [$"n={DailyGroups.GroupsPerDay + 49}"] };
        Assert.Equal(1, (await query.CountByOutcomeAsync(last, CancellationToken.None)).Values.Sum());
        var halves = await query.GroupAsync(
            new DecisionFilter { Model = "gpt-5.2" }, "cohort:half", CancellationToken.None);
        Assert.Equal([2525L, 2525L], halves.Groups.Select(group => group.Count));
        var many = await query.GroupAsync(new DecisionFilter(), "cohort:n", CancellationToken.None);
        Assert.Equal((DecisionGroups.MostGroups, 4850L), (many.Groups.Count, many.Rest));
        Assert.Equal(50L, await other.ScalarAsync(
            "SELECT sum(count)::bigint FROM decision_group WHERE folded", CancellationToken.None));
    }

    [Fact]
    public async Task The_index_keeps_what_ran_and_what_a_decision_belongs_to()
    {
        await using var kept = new TestDatabase(cluster);
        var database = await kept.ReadyAsync(CancellationToken.None);
        var parent = Guid.CreateVersion7(DecisionSamples.Start);
        var log = new FakeLog();
        var full = log.Outcome(record =>
        {
            record["guardrails"]!["ran"] = new JsonArray("pii", "secrets", "pii");
            record["session"] = "s-1";
            record["trace"] = "4bf92f3577b34da6a3ce929d0e0e4736";
            record["parent"] = parent.ToString();
            record["score"] = "0.731";
        });
        var bare = log.Outcome();
        await IndexRun.IndexAsync(log, database);

        var query = new DecisionQuery(database);
        var row = (await query.FindByIdAsync(full, CancellationToken.None))!;
        Assert.Equal(["pii", "secrets", "pii"], row.Ran);
        Assert.Equal(("s-1", "4bf92f3577b34da6a3ce929d0e0e4736", (Guid?)parent, "0.731"),
            (row.Session, row.Trace, row.Parent, row.Score));
        var empty = (await query.FindByIdAsync(bare, CancellationToken.None))!;
        Assert.Empty(empty.Ran);
        Assert.Equal((null, null, null, null), (empty.Session, empty.Trace, empty.Parent, empty.Score));
        Assert.Equal(2L, await kept.ScalarAsync("SELECT count(*) FROM decision_group", CancellationToken.None));
    }

    [Fact]
    public async Task Groups_by_nothing_that_a_decision_has_are_a_mistake_of_the_caller() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => samples.Query.GroupAsync(
            new DecisionFilter(), "mood; DROP TABLE decision", CancellationToken.None));

    private static IEnumerable<KeyValuePair<string, long>> Counted(
        IEnumerable<IGrouping<string, DecisionRow>> groups) =>
        groups.ToDictionary(g => g.Key, g => g.LongCount()).OrderBy(g => g.Key);

    private static IEnumerable<KeyValuePair<string, long>> Counted(IReadOnlyDictionary<string, long> counts) =>
        counts.OrderBy(g => g.Key);

    private static string? ValueOf(DecisionRow row, string by) => by switch
    {
        "outcome" => row.Outcome,
        "release" => row.Release,
        "model" => row.ModelServed ?? row.ModelRequested,
        "code" => row.Code,
        "system" => row.System,
        _ => row.Cohort.FirstOrDefault(c => c.StartsWith("region=", StringComparison.Ordinal))?["region=".Length..],
    };
}
