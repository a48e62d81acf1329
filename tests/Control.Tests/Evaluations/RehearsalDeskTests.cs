using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Control.Evaluations;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;
using Provost.Testing;
using Evaluation = Provost.Control.Evaluations.TestResult;

namespace Provost.Control.Tests.Evaluations;

public sealed class RehearsalDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Set = ControlHouse.Set;

    [Fact]
    public async Task The_server_replays_scores_and_has_the_result_signed()
    {
        await using var house = await SubmittedAsync(Set);
        var asked = new List<JsonNode>();
        house.Replay = Answering(asked, question => question.Contains("back") ? "Within 30 days." : "Five days later.");
        var test = await RunAsync(house, "mia");
        Assert.Equal("passed", (string)test["test"]!["standing"]!);
        Assert.Empty(test["test"]!["shortfalls"]!.AsArray());
        Assert.Equal(["back", "when"], test["cases"]!.AsArray().Select(c => (string)c!["id"]!));

        var rehearsal = Assert.Single(house.Log.State.Rehearsals.All);
        var statement = Dsse.Read(rehearsal.Statement!.Value);
        Assert.True(statement.IsSignedBy(house.Log.State.Founded.WarrantKey));
        using var said = JsonDocument.Parse(statement.Payload);
        Assert.Equal(TestResultPredicate.Type, said.RootElement.GetProperty("predicateType").GetString());
        Assert.Equal(
            rehearsal.Is.Release["sha256:".Length..],
            said.RootElement.GetProperty("subject")[0].GetProperty("digest").GetProperty("sha256").GetString());

        var call = asked[0];
        Assert.Equal("gpt-test", (string)call["model"]!);
        Assert.Equal(0.2m, (decimal)call["temperature"]!);
        Assert.Equal("You answer.\n", (string)call["messages"]![0]!["content"]!);
    }

    [Fact]
    public async Task The_lane_answers_to_one_key_while_the_test_runs_and_closes_with_it()
    {
        await using var house = await SubmittedAsync(Set);
        SnapshotDocument? during = null;
        string? key = null;
        house.Replay = (call, _) =>
        {
            (during, key) = (house.Holder.Current!.Document, call.Key);
            return Answer("Within 30 days, five days.");
        };
        await RunAsync(house, "mia");
        var lane = Assert.Single(during!.Systems, s => s.Environment == RehearsalState.Environment);
        Assert.Equal(house.Log.State.Registry.Version("desk", "1.0.0")!.Digest, lane.Rehearsal!.Release);
        Assert.Equal(ClientKeyText.HashOf(key!), Assert.Single(during.ClientKeys).Hash);
        Assert.Equal(lane.Rehearsal.Release, Assert.Single(during.Releases).Digest);
        Assert.DoesNotContain(house.Holder.Current!.Document.Systems, s => s.Rehearsal is not null);
        Assert.Empty(house.Holder.Current.Document.ClientKeys);
        Assert.DoesNotContain(key!, string.Concat(house.Written.Select(w => w.Body.GetRawText())));
    }

    [Fact]
    public async Task What_falls_short_or_is_refused_fails()
    {
        await using var house = await SubmittedAsync(Set);
        house.Replay = (call, _) => Encoding.UTF8.GetString(call.Body).Contains("back")
            ? Answer("Within 30 days.")
            : Task.FromResult(new ReplayAnswer(403, "blocked", null, "{}"u8.ToArray()));
        var test = await RunAsync(house, "dana");
        Assert.Equal("failed", (string)test["test"]!["standing"]!);
        Assert.Equal(["when"], test["test"]!["failedTests"]!.AsArray().Select(f => (string)f!));
        Assert.Contains("correct is 0.5", (string)test["test"]!["shortfalls"]![0]!);
        Assert.Equal("the gateway answered 403", (string)test["cases"]![1]!["failure"]!);
    }

    [Fact]
    public async Task A_replay_that_faults_leaves_no_result_and_no_lane()
    {
        await using var house = await SubmittedAsync(Set);
        house.Replay = (_, _) => throw new IOException("the disk is full");
        var test = await RunAsync(house, "mia");
        Assert.Equal("broken", (string)test["test"]!["standing"]!);
        Assert.DoesNotContain(house.Holder.Current!.Document.Systems, s => s.Rehearsal is not null);
        Assert.Null(house.Log.State.Rehearsals.Newest("desk", house.Log.State.Rehearsals.All[0].Is.Release));
    }

    [Fact]
    public async Task A_bad_line_is_told_with_its_number_before_anything_runs()
    {
        await using var house = await SubmittedAsync(Set + "\n{\"question\":\"q\"}");
        var reply = await BeginAsync(house, "mia");
        Assert.Equal("provost.test.set", reply.Code);
        Assert.Equal("line 3", (string)reply.Json["errors"]![0]!["path"]!);
        Assert.Empty(house.Log.State.Rehearsals.All);
    }

    [Fact]
    public async Task Strangers_to_the_system_do_not_test_it_and_a_release_without_a_set_cannot_be()
    {
        await using var house = await SubmittedAsync(Set);
        Assert.Equal("provost.test.forbidden", (await BeginAsync(house, "leo")).Code);
        await using var bare = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await bare.PeopleAsync();
        (await bare.ApplyAsync("mia", bare.Manifest())).Ok();
        (await bare.SubmitAsync("mia")).Ok();
        Assert.Equal("provost.test.no_set", (await BeginAsync(bare, "mia")).Code);
    }

    [Fact]
    public async Task Nobody_hands_a_result_in()
    {
        await using var house = await SubmittedAsync(Set);
        house.Replay = (_, _) => Answer("No.");
        await RunAsync(house, "mia");
        var rehearsal = house.Log.State.Rehearsals.All[0];
        var forged = rehearsal.Result! with
        {
            Result = TestResultPredicate.Passed,
            Run = rehearsal.Result!.Run with { Shortfalls = [] },
        };
        // over already, and by another key than the log's
        var late = GovernanceDraft.Of(
            Actor.Self, rehearsal.Is.Release, new RehearsalEnded { Rehearsal = rehearsal.Id });
        Assert.Equal("provost.test.unknown", Code(await house.Log.AppendAsync(late, CancellationToken.None)));
        var begun = rehearsal.Is with { Rehearsal = Guid.CreateVersion7(house.Time.GetUtcNow()), Key = "0000000000" };
        await house.Log.AppendAsync(
            GovernanceDraft.Of(Actor.Person(house.IdOf("mia")), begun.Release, begun), CancellationToken.None);
        using var other = Ed25519PrivateKey.Generate();
        var said = forged with { Run = forged.Run with { Rehearsal = begun.Rehearsal } };
        var signed = SignedStatement.Element(Dsse.Sign(
            "application/vnd.in-toto+json", Evaluation.Payload(said, begun.Release), other));
        var ended = GovernanceDraft.Of(
            Actor.Self, begun.Release, new RehearsalEnded { Rehearsal = begun.Rehearsal }) with
        { Statement = signed };
        Assert.Equal("provost.test.unsigned", Code(await house.Log.AppendAsync(ended, CancellationToken.None)));
        Assert.Equal("provost.test.unsigned", house.Desks.Signer.SignTestResult(
            said with { Run = said.Run with { System = "other" } }).Fault?.Code);
        Assert.Equal("provost.test.unsigned", house.Desks.Signer.SignTestResult(
            said with { Run = said.Run with { Shortfalls = ["correct is 0"] } }).Fault?.Code);
    }

    [Fact]
    public async Task No_system_is_registered_in_the_environment_of_rehearsals()
    {
        await using var house = await SubmittedAsync(Set);
        var reply = await house.ApplyAsync("mia", house.Manifest("1.0.1", environment: "rehearsal"));
        Assert.Equal("provost.registry.environment", reply.Code);
    }

    [Fact]
    public async Task In_tier_high_nobody_approves_before_the_declared_minimum_is_proven()
    {
        await using var house = await SubmittedAsync(Set, isHigh: true);
        Assert.Equal("provost.approvals.evidence", (await house.ApproveAsync("dana")).Code);
        var waiting = (await house.SendAsync("dana", HttpMethod.Get, "/api/approvals")).Ok()["items"]![0]!;
        Assert.False((bool)waiting["asksYou"]!);
        Assert.Contains("provost test --release desk@1.0.0", (string)waiting["missing"]![0]!);
        var digest = house.Log.State.Registry.Version("desk", "1.0.0")!.Digest;
        Assert.Equal("evidence_missing", Gated(house, digest)[0]);

        house.Replay = (_, _) => Answer("No.");
        await RunAsync(house, "mia");
        Assert.Contains("correct is 0", (string)(await house.ApproveAsync("dana")).Json["detail"]!);
        house.Replay = (_, _) => Answer("Within 30 days, five days.");
        await RunAsync(house, "mia");
        Assert.DoesNotContain("evidence_missing", Gated(house, digest));
        house.Replay = (_, _) => house.AnswerInLane("Later.");
        (await house.RehearseRollbackAsync()).Ok();
        (await house.ApproveAsync("dana")).Ok();

        house.Time.Advance(RehearsalState.Counts);
        Assert.Equal("evidence_missing", Gated(house, digest)[0]);
    }

    [Fact]
    public async Task In_tier_high_the_fold_takes_no_approval_that_a_desk_let_through()
    {
        await using var house = await SubmittedAsync(Set, isHigh: true);
        await house.ProveAsync();
        const string at = "/api/systems/desk/releases/1.0.0";
        var proposal = (await house.SendAsync("dana", HttpMethod.Get, $"{at}/approval")).Ok();
        house.Replay = (_, _) => Answer("No.");
        await RunAsync(house, "mia");
        var late = await house.SendAsync("dana", HttpMethod.Post, $"{at}/approvals", new JsonObject
        {
            ["envelope"] = house.Sign("dana", proposal),
        });
        Assert.Equal("provost.approvals.evidence", late.Code);
        Assert.Empty(house.Log.State.Approvals.Given);
    }

    [Fact]
    public async Task What_is_not_called_itself_is_told_so_and_not_sent_to_test()
    {
        await using var house = await SubmittedAsync(Set, isHigh: true);
        var state = house.Log.State;
        var missing = Assert.Single(EvidenceRule.Missing(
            state, state.Registry.Find("desk", "production")! with { Kind = "chain" },
            state.Registry.Version("desk", "1.0.0")!, house.Time.GetUtcNow()));
        Assert.Contains("kind chain cannot be tested", missing.Message);
        Assert.DoesNotContain("provost test", missing.Remedy);
    }

    private static List<string> Gated(ControlHouse house, string digest) =>
        [.. ReleaseGate.Ask(house.Log.State, digest, "production", house.Time.GetUtcNow()).Missing
            .Select(m => m.Code)];

    private static string Code(GovernanceOutcome outcome) =>
        Assert.IsType<GovernanceOutcome.Refused>(outcome).Fault.Code;

    private static Replayer Answering(List<JsonNode> asked, Func<string, string> answer) => (call, _) =>
    {
        var body = JsonNode.Parse(call.Body)!;
        lock (asked)
            asked.Add(body);

        return Answer(answer((string)body["messages"]!.AsArray()[^1]!["content"]!));
    };

    private static Task<ReplayAnswer> Answer(string text) => Task.FromResult(new ReplayAnswer(
        200, "allowed", Guid.Empty,
        Encoding.UTF8.GetBytes(new JsonObject
        {
            ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["content"] = text } }),
        }.ToJsonString())));

    private static Task<Reply> BeginAsync(ControlHouse house, string person) => house.SendAsync(
        person, HttpMethod.Post, "/api/systems/desk/releases/1.0.0/tests", new JsonObject());

    private static async Task<JsonNode> RunAsync(ControlHouse house, string person)
    {
        var begun = (await BeginAsync(house, person)).Ok();
        var id = Guid.Parse((string)begun["test"]!["id"]!);
        await house.Desks.Rehearsals.WhenEndedAsync(id);
        return (await house.SendAsync(person, HttpMethod.Get, $"/api/tests/{id}")).Ok();
    }

    private async Task<ControlHouse> SubmittedAsync(string set, bool isHigh = false)
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        await house.SubmitTestedAsync(house.Tested(isHigh: isHigh), set: set);
        return house;
    }
}
