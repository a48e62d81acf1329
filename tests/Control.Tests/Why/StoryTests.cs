using System.Text.Json.Nodes;
using Provost.Control.Decisions;
using Provost.Control.Tests.Decisions;
using Provost.Control.Why;
using Provost.Ledger.Records;
using Provost.Testing;

namespace Provost.Control.Tests.Why;

public sealed class StoryTests(TestCluster cluster)
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task The_steps_before_and_after_come_from_parent_trace_and_session_of_the_same_key()
    {
        var log = new FakeLog();
        var before = log.Outcome();
        var told = log.Outcome(record =>
        {
            (record["parent"], record["trace"], record["session"]) = (before.ToString(), Trace, "s-1");
        });
        var child = log.Outcome(record => record["parent"] = told.ToString());
        var traced = log.Outcome(record => (record["trace"], record["system"]) = (Trace, "claims"));
        var same = log.Outcome(record => record["session"] = "s-1");
        log.Outcome(record => // another caller's session of the same name is another one
        {
            (record["session"], record["caller"]) = ("s-1", new JsonObject { ["key"] = "KEY0000002" });
        });
        log.Outcome();

        var steps = await StepsAsync(log, told, "leo");

        Assert.Equal(
            [
                (before, "parent", true), (child, "child", false), (traced, "trace", false),
                (same, "session", false),
            ],
            steps);
    }

    [Fact]
    public async Task Steps_of_a_system_that_the_reader_may_not_read_are_left_out()
    {
        var log = new FakeLog();
        var told = log.Outcome(record => (record["trace"], record["system"]) = (Trace, "desk"));
        var own = log.Outcome(record => (record["trace"], record["system"]) = (Trace, "desk"));
        var others = log.Outcome(record => record["trace"] = Trace);
        Assert.Equal([(own, "trace", false)], await StepsAsync(log, told, "dana"));
        Assert.Equal([(own, "trace", false), (others, "trace", false)], await StepsAsync(log, told, "leo"));
    }

    [Fact]
    public void Reasons_are_the_rules_that_fired_and_values_beside_their_limits()
    {
        var story = Tell(
            Row() with { Outcome = "blocked", Code = "provost.guardrail.pii", Score = "0.731" },
            new GuardrailReport(null, ["output:secrets"],
            [
                new GuardrailException("pii.card", "input.content", "enforced", "block", 1),
                new GuardrailException("pii", "output", "skipped", null, 0, Reason: "input_blocked"),
            ]));
        Assert.Equal("The call was refused: the guardrail pii stopped it. It ended complete.", story.Happened);
        Assert.Equal(
            [
                "Refused because the guardrail pii stopped it.",
                "pii.card found something in input.content: block.",
                "The version did not agree with the warrant.",
                "The model's score was 0.731.",
            ],
            story.Reasons.Select(reason => reason.Words));
    }

    [Fact]
    public void What_was_checked_names_findings_first_and_those_that_did_not_look_last()
    {
        var story = Tell(Row(), new GuardrailReport(
            null, ["input:pii", "input:secrets", "output:secrets:shadow"],
            [
                new GuardrailException("pii", "output", "skipped", null, 0, Reason: "no_answer"),
                new GuardrailException("pii.card", "tool_result", "enforced", "redact", 2),
            ]));
        Assert.Equal(
            [
                "pii.card tool_result: 2 findings, redacted.",
                "secrets input: Looked and found nothing.",
                "secrets output: Looked and found nothing; it is on trial.",
                "pii output: Did not look: no answer came from the model.",
            ],
            story.Checked.Select(c => $"{c.Guardrail} {c.Surface}: {c.Words}"));
    }

    [Fact]
    public void Without_a_readable_record_no_reason_is_told()
    {
        var story = DecisionStory.Of(Row(), null, null, [], areStepsWhole: true);
        Assert.Empty(story.Reasons);
        Assert.Empty(story.Checked);
    }

    private static DecisionStory Tell(DecisionRow row, GuardrailReport report) => DecisionStory.Of(
        row,
        new OutcomeView
        {
            Outcome = Outcome.Blocked,
            Ended = Ended.Complete,
            Status = 403,
            Facts = new Facts(Fact.Fail, Fact.Pass, Fact.NotApplicable, Fact.NotApplicable, Fact.Pass),
            Guardrails = report,
            Timing = default,
            Cached = false,
        },
        spec: null, [], areStepsWhole: true);

    private static DecisionRow Row() => new()
    {
        LeafIndex = 1,
        LeafHash = new byte[32],
        Id = Guid.CreateVersion7(DecisionSamples.Start),
        Time = DecisionSamples.Start,
        Stream = "sys:desk",
        Seq = 0,
        Outcome = "allowed",
        Ended = "complete",
        Cohort = [],
    };

    private async Task<IEnumerable<(Guid, string, bool)>> StepsAsync(FakeLog log, Guid told, string person)
    {
        await using var kept = new TestDatabase(cluster);
        var database = await kept.ReadyAsync(CancellationToken.None);
        await using var house = await ControlHouse.OpenAsync(database);
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        await house.WarrantAsync();
        await IndexRun.IndexAsync(log, database);
        var answer = (await house.SendAsync(person, HttpMethod.Get, $"/api/decisions/{told}")).Ok();
        return answer["story"]!["steps"]!.AsArray()
            .Select(s => ((Guid)s!["decision"]!, (string)s["relation"]!, (bool)s["isBefore"]!));
    }
}
