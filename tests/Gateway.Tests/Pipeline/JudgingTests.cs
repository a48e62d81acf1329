using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Gateway.Routing;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

/// <summary>A model that judges the answers of another, over a real socket.</summary>
public sealed class JudgingTests
{
    private static readonly JudgeQuestion Asked = new(
        "openai", "judge-1", "Say how good the answer is.", "How long?", "five days", "It takes five days.");

    [Fact]
    public async Task A_judge_is_asked_as_chat_completions_are_and_its_score_is_read()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Answer("""{"score":0.75,"reason":"close"}"""));
        var judged = await stage.Gateway.Judging.AskAsync(Asked, default);
        Assert.Equal((0.75m, "judge-1", null), (judged.Score, judged.Served, judged.Fault));
        var sent = stage.Upstream.Received.Single();
        Assert.Equal("/v1/chat/completions", sent.Path);
        using var body = JsonDocument.Parse(sent.Body);
        Assert.Equal("judge-1", body.RootElement.GetProperty("model").GetString());
        Assert.Equal(0, body.RootElement.GetProperty("temperature").GetInt32());
        var messages = body.RootElement.GetProperty("messages");
        Assert.Equal("Say how good the answer is.", messages[0].GetProperty("content").GetString());
        using var told = JsonDocument.Parse(messages[1].GetProperty("content").GetString()!);
        Assert.Equal("It takes five days.", told.RootElement.GetProperty("answer").GetString());
        Assert.Equal("five days", told.RootElement.GetProperty("expected").GetString());
        Assert.Empty(stage.Records()); // no call was decided
    }

    [Theory]
    [InlineData("very good")]
    [InlineData("0.9")]
    [InlineData("""{"score":"0.9"}""")]
    [InlineData("""{"score":1.01}""")]
    [InlineData("""{"score":-0.1}""")]
    [InlineData("""{"score":1,"score":0}""")]
    [InlineData("""{"verdict":1}""")]
    [InlineData("")]
    public async Task Nonsense_is_no_score(string said)
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Answer(said));
        var judged = await stage.Gateway.Judging.AskAsync(Asked, default);
        Assert.Null(judged.Score);
        Assert.Contains("no JSON object with a score", judged.Fault);
    }

    [Fact]
    public async Task A_judge_that_is_away_or_another_than_declared_gives_none()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Answer("""{"score":1}""", "judge-2"));
        Assert.Contains("judge-2", (await stage.Gateway.Judging.AskAsync(Asked, default)).Fault);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, "{}", 503);
        Assert.Equal("The judge answered 503.", (await stage.Gateway.Judging.AskAsync(Asked, default)).Fault);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, "[]");
        Assert.Null((await stage.Gateway.Judging.AskAsync(Asked, default)).Score);
        foreach (var provider in new[] { "scoring", "nobody" })
        {
            var judged = await stage.Gateway.Judging.AskAsync(Asked with { Provider = provider }, default);
            Assert.Contains("not configured for chat", judged.Fault);
        }
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(0)]
    public async Task What_a_judge_says_in_place_of_its_name_stands_in_no_result(int length)
    {
        await using var stage = await Stage.LlmAsync();
        var name = new string('x', length);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Answer("""{"score":1}""", name));
        var judged = await stage.Gateway.Judging.AskAsync(Asked, default);
        Assert.Null(judged.Score);
        Assert.Equal("Another model than the declared judge answered: one without a name.", judged.Fault);
        Assert.Equal("one without a name", judged.Served);
    }

    private static string Answer(string said, string model = "judge-1") => new JsonObject
    {
        ["model"] = model,
        ["choices"] = new JsonArray(
            new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = said } }),
    }.ToJsonString();
}
