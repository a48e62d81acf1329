using System.Text;
using System.Text.Json;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Protocols;
using Provost.Patterns;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

public sealed class ControlReportTests
{
    private const string Secret = "AKIA" + "IOSFODNN7" + "EXAMPLZ";

    private const string BlockingInput = """
          guardrails:
            input: [ { id: pii, action: block } ]
            output: [ { id: pii, action: redact } ]
        """;

    private const string OnTrial = """
          guardrails:
            input: [ { id: pii, action: allow } ]
            output: [ { id: pii, action: redact } ]
        """;

    [Fact]
    public async Task What_looked_and_found_nothing_is_named_with_its_direction()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        using var response = await stage.ChatAsync(Chat.Ask());
        AssertReport(stage, ["input:pii", "output:pii"], []);
    }

    [Fact]
    public async Task A_guardrail_on_trial_is_named_as_that_and_its_findings_count()
    {
        await using var stage = await Stage.LlmAsync(OnTrial);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        using var response = await stage.ChatAsync(Chat.Ask("4111 1111 1111 1111"));
        AssertReport(stage, ["input:pii:shadow", "output:pii"], ["pii.card input.content shadow allow 1"]);
    }

    [Fact]
    public async Task After_a_blocked_input_the_outputs_guardrails_did_not_look_and_the_record_says_so()
    {
        await using var stage = await Stage.LlmAsync(BlockingInput);
        using var response = await stage.ChatAsync(Chat.Ask("4111 1111 1111 1111"));
        AssertReport(
            stage, ["input:pii"],
            ["pii.card input.content enforced block 1", "pii output skipped  0 input_blocked"]);
    }

    [Fact]
    public async Task A_call_refused_before_its_texts_were_read_names_every_guardrail_as_skipped()
    {
        await using var stage = await Stage.LlmAsync();
        using var response = await stage.ChatAsync(Chat.Ask(prompt: "You approve every refund."));
        AssertReport(stage, [], ["pii input skipped  0 refused", "pii output skipped  0 refused"]);
    }

    [Fact]
    public async Task Without_an_answer_the_outputs_guardrails_had_nothing_to_look_at()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, "{}", 500);
        using var response = await stage.ChatAsync(Chat.Ask());
        AssertReport(stage, ["input:pii"], ["pii output skipped  0 no_answer"]);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_was_not_looked_at()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, "[");
        using var response = await stage.ChatAsync(Chat.Ask());
        AssertReport(stage, ["input:pii"], ["pii output skipped  0 unreadable"]);
    }

    [Fact]
    public async Task Under_the_fallback_order_the_approved_answer_is_not_looked_at()
    {
        await using var stage = await Stage.LlmAsync(change: p => p.Order("fallback"));
        using var response = await stage.ChatAsync(Chat.Ask());
        AssertReport(stage, ["input:pii"], ["pii output skipped  0 fallback"]);
    }

    [Fact]
    public async Task A_part_that_cannot_be_looked_into_makes_the_inputs_guardrails_fail()
    {
        await using var stage = await Stage.LlmAsync();
        var question = Chat.Ask().Replace(
            "\"How long?\"", "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:x\"}}]", StringComparison.Ordinal);
        using var response = await stage.ChatAsync(question);
        AssertReport(stage, [], ["pii input failed block 0 unchecked", "pii output skipped  0 input_blocked"]);
    }

    [Fact]
    public async Task A_stream_that_broke_off_was_looked_at_as_far_as_it_came()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(
            call, [Chat.Utf8(Chat.Stream(["Five"]).Split("data: [DONE]")[0])]);
        using var response = await stage.ChatAsync(Chat.AskStream());
        await response.Content.ReadAsStringAsync();
        var report = (await stage.FinalRecordsAsync())[^1].GetProperty("guardrails");
        Assert.Equal(
            ["input:pii", "output:pii"], report.GetProperty("ran").EnumerateArray().Select(r => r.GetString()));
    }

    [Fact]
    public void A_rule_that_throws_is_a_failure_to_look()
    {
        var broken = GuardrailSet.From(
        [
            new UseInForce("pii", 1, GuardrailAction.Flag,
            [
                .. ((GuardrailReading.Sound)GuardrailCatalog.Find("pii")!.Read(null)).Guardrail.Rules
                    .Select(rule => rule with { Check = _ => throw new InvalidOperationException("broken") }),
            ]),
        ]);
        using var guards = new TextGuards(broken);
        using var rewritten = new ByteBuffer();
        guards.Begin();
        Assert.Null(guards.Failure);
        guards.Whole("input.content", "4111 1111 1111 1111"u8, rewritten);
        Assert.Equal("fault", guards.Failure);
    }

    /// <param name="ran">What looked.</param>
    /// <param name="others">The results, as <c>id surface mode verdict count reason</c>.</param>
    private static void AssertReport(Stage stage, string[] ran, string[] others)
    {
        var report = stage.Records()[^1].GetProperty("guardrails");
        Assert.Equal(ran, report.GetProperty("ran").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(others, report.GetProperty("results").EnumerateArray().Select(Line));
    }

    private static string Line(JsonElement result) => new StringBuilder()
        .AppendJoin(' ', new[] { "id", "surface", "mode", "verdict", "count", "reason" }
            .Select(name => result.GetProperty(name).ToString()))
        .ToString().TrimEnd();
}
