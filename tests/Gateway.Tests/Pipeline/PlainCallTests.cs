using System.Net;
using System.Text.Json;
using Provost.Ledger.Records;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

public sealed class PlainCallTests
{
    private const string Card = "4111 1111 1111 1111";

    [Fact]
    public async Task A_warranted_call_passes_byte_for_byte_in_both_directions_and_is_on_record()
    {
        await using var stage = await Stage.LlmAsync();
        var question = Chat.Ask(extra: "\"user\":\"u-7\",\"metadata\":{\"region\":\"eu\"},");
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());

        using var response = await stage.ChatAsync(question);

        Assert.Equal(Chat.Answer(), await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(question, Assert.Single(stage.Upstream.Received).Body);
        Assert.Equal("/v1/chat/completions", stage.Upstream.Received.Single().Path);
        Assert.Equal(Chat.Answer(), stage.Payload(PayloadField.Output));
        Assert.Equal(question, stage.Payload(PayloadField.Input));
    }

    [Fact]
    public async Task The_record_says_who_what_and_under_which_warrant_and_the_headers_point_to_it()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());

        using var response = await stage.ChatAsync(
            Chat.Ask(extra: "\"user\":\"u-7\",\"metadata\":{\"region\":\"eu\",\"data_class\":\"customer\"},"));

        var record = Assert.Single(stage.Records());
        Assert.Equal("decision.outcome", record.GetProperty("type").GetString());
        Assert.Equal("allowed", record.GetProperty("outcome").GetString());
        Assert.Equal(stage.Plan.Live.Digest, record.GetProperty("release").GetString());
        Assert.Equal("gpt-1", record.GetProperty("modelServed").GetString());
        Assert.Equal("fp_1", record.GetProperty("fingerprint").GetString());
        Assert.Equal("eu", record.GetProperty("cohort").GetProperty("region").GetString());
        Assert.Equal("customer", record.GetProperty("dataClass").GetProperty("value").GetString());
        Assert.Equal(11, record.GetProperty("usage").GetProperty("in").GetInt64());
        Assert.DoesNotContain("u-7", record.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(
            record.GetProperty("decision").GetString(), response.Headers.GetValues("Provost-Decision").Single());
        Assert.Equal(stage.Plan.Live.Digest, response.Headers.GetValues("Provost-Release").Single());
        Assert.Equal(record.GetProperty("warrant").GetString(), response.Headers.GetValues("Provost-Warrant").Single());
        Assert.Equal("allowed", response.Headers.GetValues("Provost-Outcome").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_card_number_in_the_question_is_redacted_before_the_upstream_sees_it()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());

        using var response = await stage.ChatAsync(Chat.Ask($"My card is {Card}, why?"));

        Assert.Equal("redacted", response.Headers.GetValues("Provost-Outcome").Single());
        var sent = stage.Upstream.Received.Single().Body;
        Assert.Equal(Chat.Ask("My card is [card], why?"), sent);
        Assert.Equal(sent, stage.Payload(PayloadField.Input));
        var guardrails = stage.Records().Single().GetProperty("guardrails");
        var result = Assert.Single(guardrails.GetProperty("results").EnumerateArray());
        Assert.Equal("pii.card", result.GetProperty("id").GetString());
        Assert.Equal("input.content", result.GetProperty("surface").GetString());
    }

    [Fact]
    public async Task A_card_number_in_the_answer_is_redacted_and_the_rest_stays_as_it_was()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer("Paid with 4111-1111-1111-1111."));

        using var response = await stage.ChatAsync(Chat.Ask());

        Assert.Equal(Chat.Answer("Paid with [card]."), await response.Content.ReadAsStringAsync());
        Assert.Equal("redacted", response.Headers.GetValues("Provost-Outcome").Single());
    }

    [Theory]
    [InlineData(",\"refusal\":\"CANARY\"")]
    [InlineData(",\"reasoning_content\":\"CANARY\"")]
    [InlineData(",\"reasoning\":\"CANARY\"")]
    [InlineData(",\"unheard_of\":{\"deep\":[\"CANARY\"]}")]
    [InlineData(",\"CANARY\":1")]
    [InlineData(",\"unheard_of\":4111111111111111")]
    [InlineData(",\"audio\":{\"id\":\"a\",\"data\":\"CANARY\",\"transcript\":\"CANARY\"}")]
    [InlineData(",\"annotations\":[{\"url_citation\":{\"title\":\"CANARY\",\"url\":\"https://x/CANARY\"}}]")]
    [InlineData(",\"function_call\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\\\"CANARY\\\"}\"}")]
    [InlineData(",\"tool_calls\":[{\"id\":\"CANARY\",\"function\":{\"name\":\"CANARY\",\"arguments\":\"CANARY\"}}]")]
    [InlineData(",\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"a\\\":\\\"4111 1111 1111 111\\\\u0031\\\"}\"}}]")]
    [InlineData(",\"refusal\":\"4111 1111 1111 111\\u0031\"")]
    public async Task No_text_of_an_answer_carries_a_covered_number_out(string member)
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(
            call, Chat.Answer(message: member.Replace("CANARY", Card, StringComparison.Ordinal)));

        using var response = await stage.ChatAsync(Chat.Ask());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        AssertNoCard(await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Log_probabilities_do_not_spell_what_the_text_may_not_say()
    {
        const string Spelled = "\"logprobs\":{\"content\":[{\"token\":\"4111\"},{\"token\":\" 1111 1111 1111\"}]},";
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(
            call, Chat.Answer().Replace("\"finish_reason\"", Spelled + "\"finish_reason\"", StringComparison.Ordinal));

        using var response = await stage.ChatAsync(Chat.Ask());

        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(JsonValueKind.Null, body.RootElement.GetProperty("choices")[0].GetProperty("logprobs").ValueKind);
    }

    [Fact]
    public async Task A_guardrail_with_action_fallback_gives_the_approved_answer_instead()
    {
        await using var stage = await Stage.LlmAsync(Manifest.FallingBack);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer(Card));

        using var response = await stage.ChatAsync(Chat.Ask());

        Assert.Equal("fallback", response.Headers.GetValues("Provost-Outcome").Single());
        Assert.Contains("A colleague will call you.", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_injected_release_gets_its_prompt_and_parameters_from_the_gateway()
    {
        await using var stage = await Stage.StartAsync(new SnapshotPlan().Add(
            Manifest.System() + Manifest.Llm(bind: "inject"),
            new Dictionary<string, string> { ["prompts/refund.md"] = "Be brief." }));
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());

        using var response = await stage.ChatAsync("""{"model":"gpt-1","messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var sent = JsonDocument.Parse(stage.Upstream.Received.Single().Body);
        Assert.Equal("Be brief.", sent.RootElement.GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Equal("Hi", sent.RootElement.GetProperty("messages")[1].GetProperty("content").GetString());
        Assert.Equal(0.2m, sent.RootElement.GetProperty("temperature").GetDecimal());
    }

    [Fact]
    public async Task Lists_only_the_models_that_the_key_may_use()
    {
        await using var stage = await Stage.LlmAsync();

        using var list = JsonDocument.Parse(await stage.Client.GetStringAsync("/v1/models"));

        var model = Assert.Single(list.RootElement.GetProperty("data").EnumerateArray());
        Assert.Equal("gpt-1", model.GetProperty("id").GetString());
    }

    internal static void AssertNoCard(string text)
    {
        var digits = new string([.. text.Replace("1700000000", "", StringComparison.Ordinal).Where(char.IsAsciiDigit)]);
        Assert.DoesNotContain("4111", digits, StringComparison.Ordinal);
        Assert.DoesNotContain("1111111", digits, StringComparison.Ordinal);
    }
}
