using System.Net;
using System.Text.Json.Nodes;
using Provost.Control.Tests.Decisions;
using Provost.Testing;

namespace Provost.Control.Tests.Coverage;

public sealed class CoverageTests(TestCluster cluster)
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] Both = ["input:pii", "output:pii"];

    [Fact]
    public async Task Where_every_guardrail_looked_the_share_is_whole_and_nothing_is_found()
    {
        var answer = await AskAsync(log =>
        {
            for (var call = 0; call < 3; call++)
                log.Call(call, Both);
        });
        Assert.Equal(3, (long)answer["calls"]!);
        Assert.Equal(["input pii 3 of 3", "output pii 3 of 3"], Shares(answer));
        Assert.Empty(answer["findings"]!.AsArray());
        Assert.Empty(answer["gaps"]!.AsArray());
    }

    [Fact]
    public async Task A_call_whose_input_was_blocked_owes_no_look_at_an_output_and_is_listed_with_the_reason()
    {
        var answer = await AskAsync(log =>
        {
            log.Call(0, Both);
            log.Call(7, ["input:pii"], Skipped("output", "input_blocked"));
            log.Call(60, Both);
        });
        Assert.Equal(["input pii 3 of 3", "output pii 2 of 3"], Shares(answer));
        Assert.Equal(1.0, (double)answer["guardrails"]![1]!["shareDue"]!);
        Assert.Empty(answer["findings"]!.AsArray());
        Assert.Equal(["09:00:07 09:00:08 output pii 1 skipped input_blocked False"], Gaps(answer));
    }

    [Fact]
    public async Task A_guardrail_that_no_record_names_is_a_finding_with_its_seconds_and_a_call_as_evidence()
    {
        var answer = await AskAsync(log =>
        {
            log.Call(0, Both);
            log.Call(10, ["input:pii"]); // the output's guardrail is unplugged
            log.Call(40, ["input:pii"]);
            log.Call(50, Both);
            log.Call(55, ["input:pii"]);
        });
        Assert.Equal(["input pii 5 of 5", "output pii 2 of 5"], Shares(answer));
        Assert.Equal(3, (long)answer["guardrails"]![1]!["missing"]!);
        Assert.Equal(
            "3 of 5 records do not say what output:pii did.",
            (string)answer["findings"]!.AsArray().Single()!["message"]!);
        Assert.Equal(
            [
                "09:00:10 09:00:41 output pii 2 missing missing True",
                "09:00:55 09:00:56 output pii 1 missing missing True",
            ],
            Gaps(answer));
    }

    [Fact]
    public async Task A_guardrail_named_without_its_direction_proves_nothing()
    {
        var answer = await AskAsync(log => log.Call(0, ["pii"]));
        Assert.Equal(["input pii 0 of 1", "output pii 0 of 1"], Shares(answer));
        Assert.Equal(4, answer["findings"]!.AsArray().Count); // each is missing, and looked at no call
    }

    [Fact]
    public async Task A_guardrail_that_failed_or_only_counted_against_its_warrant_is_a_finding()
    {
        var answer = await AskAsync(log =>
        {
            log.Call(0, ["output:pii"], Result("input", "failed", "fault"));
            log.Call(1, ["input:pii:shadow", "output:pii"]);
        });
        Assert.Equal(["input pii 1 of 2", "output pii 2 of 2"], Shares(answer));
        Assert.Equal(
            [
                "input:pii could not look at 1 calls; they were blocked.",
                "input:pii only counted at 1 calls; the warrant has it enforce.",
            ],
            answer["findings"]!.AsArray().Select(f => (string)f!["message"]!));
        Assert.Equal(["09:00:00 09:00:01 input pii 1 failed fault True"], Gaps(answer));
    }

    [Fact]
    public async Task Calls_of_which_nobody_knows_how_they_ended_are_findings_with_that_reason()
    {
        var answer = await AskAsync(log => log.Call(3, [], change: record => record["ended"] = "unknown"));
        Assert.Equal(
            [
                "09:00:03 09:00:04 input pii 1 missing unknown True",
                "09:00:03 09:00:04 output pii 1 missing unknown True",
            ],
            Gaps(answer));
    }

    [Fact]
    public async Task A_stretch_goes_on_over_quiet_seconds_and_ends_where_the_guardrail_looked_again()
    {
        var answer = await AskAsync(log =>
        {
            log.Call(1, ["input:pii"], Skipped("output", "no_answer"));
            log.Call(1, ["input:pii"], Skipped("output", "no_answer"));
            log.Call(30, ["input:pii"], Skipped("output", "no_answer"));
            log.Call(31, Both);
            log.Call(33, ["input:pii"], Skipped("output", "no_answer"));
        });
        Assert.Equal(
            [
                "09:00:01 09:00:31 output pii 3 skipped no_answer False",
                "09:00:33 09:00:34 output pii 1 skipped no_answer False",
            ],
            Gaps(answer));
    }

    [Fact]
    public async Task Gaps_are_paged_filtered_and_taken_out_as_a_file()
    {
        await using var desk = await DeskAsync(log =>
        {
            for (var call = 0; call < 5; call++)
            {
                log.Call(call * 2, ["input:pii"], Skipped("output", "no_answer"));
                log.Call((call * 2) + 1, Both);
            }

            log.Call(20, ["output:pii"], Result("input", "failed", "unchecked"));
        });
        var first = (await desk.AskAsync("leo", "&limit=2")).Ok();
        Assert.Equal(2, first["gaps"]!.AsArray().Count);
        var second = (await desk.AskAsync("leo", $"&limit=4&after={first["next"]}")).Ok();
        Assert.Equal(4, second["gaps"]!.AsArray().Count);
        Assert.Null(second["next"]);
        Assert.Single((await desk.AskAsync("leo", "&findings=true")).Ok()["gaps"]!.AsArray());
        Assert.Empty((await desk.AskAsync("leo", "&guardrail=secrets")).Ok()["gaps"]!.AsArray());
    }

    [Fact]
    public async Task Owners_read_their_own_compliance_reads_all_and_nobody_else_reads_any()
    {
        await using var desk = await DeskAsync(log => log.Call(0, Both));
        Assert.Equal(HttpStatusCode.OK, (await desk.AskAsync("dana")).Status);
        Assert.Equal(HttpStatusCode.OK, (await desk.AskAsync("leo")).Status);
        Assert.Equal("provost.decisions.not_yours", (await desk.AskAsync("mia")).Code);
        Assert.Equal("provost.systems.unknown", (await desk.AskAsync("leo", "&environment=moon")).Code);
        Assert.Equal("provost.bad_request", (await desk.AskAsync("leo", "", until: Begin.AddDays(-2))).Code);
    }

    private static JsonObject Skipped(string direction, string reason) => Result(direction, "skipped", reason);

    private static JsonObject Result(string direction, string mode, string reason) => new()
    {
        ["count"] = 0,
        ["id"] = "pii",
        ["mode"] = mode,
        ["reason"] = reason,
        ["surface"] = direction,
    };

    private static IEnumerable<string> Shares(JsonNode answer) => answer["guardrails"]!.AsArray()
        .Select(s => $"{s!["direction"]} {s["guardrail"]} {s["looked"]} of {s["calls"]}");

    private static IEnumerable<string> Gaps(JsonNode answer) => answer["gaps"]!.AsArray()
        .Select(g => $"{Clock(g!["from"])} {Clock(g["to"])} {g["direction"]} {g["guardrail"]} {g["calls"]} "
            + $"{g["mode"]} {g["reason"]} {(bool)g["isFinding"]!}");

    private static string Clock(JsonNode? instant) => ((DateTimeOffset)instant!).UtcDateTime.ToString("HH:mm:ss");

    private async Task<JsonNode> AskAsync(Action<Told> tell)
    {
        await using var desk = await DeskAsync(tell);
        return (await desk.AskAsync("leo")).Ok();
    }

    private async Task<Desk> DeskAsync(Action<Told> tell)
    {
        var kept = new TestDatabase(cluster);
        var database = await kept.ReadyAsync(CancellationToken.None);
        var house = await ControlHouse.OpenAsync(database);
        await house.PeopleAsync();
        var applied = (await house.ApplyAsync("mia", house.Manifest())).Ok();
        await house.WarrantAsync();
        var log = new FakeLog();
        tell(new Told(log, (string)applied["releases"]![0]!["digest"]!));
        await IndexRun.IndexAsync(log, database);
        return new Desk(house, kept);
    }

    /// <summary>Calls of the system <c>desk</c>, so many seconds after nine.</summary>
    private sealed record Told(FakeLog Log, string Release)
    {
        public void Call(
            int second, string[] ran, JsonObject? result = null, Action<JsonObject>? change = null) =>
            Log.Outcome(record =>
            {
                record["system"] = "desk";
                record["release"] = Release;
                record["time"] = FakeLog.Time(Begin.AddSeconds(second).AddMilliseconds(5));
                record["guardrails"] = new JsonObject
                {
                    ["ran"] = new JsonArray([.. ran.Select(id => (JsonNode)id)]),
                    ["results"] = result is null ? [] : new JsonArray(result),
                };
                change?.Invoke(record);
            });
    }

    private sealed class Desk(ControlHouse house, TestDatabase database) : IAsyncDisposable
    {
        public Task<Reply> AskAsync(string person, string more = "", DateTimeOffset? until = null) =>
            house.SendAsync(person, HttpMethod.Get, "/api/guardrails/coverage?system=desk"
                + $"&since={Time(Begin)}&until={Time(until ?? Begin.AddHours(1))}{more}");

        public async ValueTask DisposeAsync()
        {
            await house.DisposeAsync();
            await database.DisposeAsync();
        }

        private static string Time(DateTimeOffset at) => Uri.EscapeDataString(FakeLog.Time(at));
    }
}
