using System.Net;
using Provost.Gateway.Snapshot;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

/// <summary>What an answer says about the model that made it, against what the release approves.</summary>
public sealed class ServedModelTests
{
    private const string Pinned = "gpt-1, served: gpt-1-2026-09-01";

    [Theory]
    [InlineData("gpt-1", "gpt-1", true)]
    [InlineData("gpt-1", "gpt-1-2026-09-01", false)]
    [InlineData(Pinned, "gpt-1-2026-09-01", true)]
    [InlineData(Pinned, "gpt-1", false)]
    [InlineData("gpt-1, floating: true", "gpt-1-2026-11-01", true)]
    [InlineData("gpt-1, fingerprints: [ fp_0, fp_1 ]", "gpt-1", true)]
    [InlineData("gpt-1, fingerprints: [ fp_2 ]", "gpt-1", false)]
    [InlineData("gpt-1, floating: true, fingerprints: [ fp_2 ]", "gpt-0", false)]
    public async Task An_answer_is_released_when_it_says_what_the_release_approves(
        string approved, string served, bool isReleased)
    {
        await using var stage = await StageAsync(approved);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer("secret", model: served));
        using var plain = await stage.ChatAsync(Chat.Ask());
        var stream = Chat.Stream(["secret"]).Replace("\"gpt-1\"", $"\"{served}\"", StringComparison.Ordinal);
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(call, [Chat.Utf8(stream)]);
        using var streamed = await stage.ChatAsync(Chat.AskStream());

        foreach (var response in new[] { plain, streamed })
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.Equal(isReleased ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Equal(isReleased, text.Contains("secret", StringComparison.Ordinal));
            Assert.Equal(!isReleased, text.Contains("provost.composition_changed", StringComparison.Ordinal));
        }

        Assert.All(await stage.FinalRecordsAsync(), record =>
        {
            if (record.GetProperty("type").GetString() != "decision.outcome")
                return;

            Assert.Equal(served, record.GetProperty("modelServed").GetString());
            Assert.Equal("fp_1", record.GetProperty("fingerprint").GetString());
            Assert.Equal(
                isReleased ? "pass" : "fail", record.GetProperty("facts").GetProperty("version").GetString());
        });
    }

    [Fact]
    public async Task An_answer_without_the_fingerprint_that_is_asked_for_is_not_released()
    {
        await using var stage = await StageAsync("gpt-1, fingerprints: [ fp_1 ]");
        var nameless = Chat.Answer("secret").Replace("\"system_fingerprint\":\"fp_1\",", "", StringComparison.Ordinal);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, nameless);

        using var response = await stage.ChatAsync(Chat.Ask());

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai", "gpt-1", -1, false)]
    [InlineData("openai", "gpt-1", 1, true)]
    [InlineData("openai", "gpt-2", -1, true)]
    [InlineData("other", "gpt-1", -1, true)]
    public async Task A_model_that_its_provider_has_ended_is_not_called_any_more(
        string provider, string model, int hours, bool isServed)
    {
        await using var stage = await Stage.LlmAsync(change: plan => plan.Shutdowns =
            [new SnapshotShutdown(provider, model, TimeProvider.System.GetUtcNow().AddHours(hours))]);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());

        using var response = await stage.ChatAsync(Chat.Ask());

        Assert.Equal(isServed ? 1 : 0, stage.Upstream.Received.Count);
        Assert.Equal(isServed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
        if (isServed)
            return;

        Assert.Contains(
            "provost.vendor.shutdown", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("provost.vendor.shutdown", Assert.Single(stage.Records()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_approved_fallback_needs_no_provider()
    {
        await using var stage = await Stage.LlmAsync(change: plan =>
        {
            plan.Order("fallback");
            plan.Shutdowns = [new SnapshotShutdown("openai", "gpt-1", TimeProvider.System.GetUtcNow().AddHours(-1))];
        });

        using var response = await stage.ChatAsync(Chat.Ask());

        Assert.Contains("A colleague will call you.", await response.Content.ReadAsStringAsync());
    }

    private static Task<Stage> StageAsync(string model) => Stage.StartAsync(
        new SnapshotPlan().Add(
            Manifest.System() + Manifest.Llm(guardrails: Manifest.Unguarded, model: model), Manifest.Files));
}
