using System.Net;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

public sealed class OrderTests
{
    [Fact]
    public async Task An_older_warrant_in_force_still_serves_the_older_composition()
    {
        await using var stage = await Stage.LlmAsync(
            change: p => p.Add(Manifest.Llm("2.0.0", parameters: "temperature: 0.7"), Manifest.Files));
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());

        using var older = await stage.ChatAsync(Chat.Ask());
        using var newer = await stage.ChatAsync(Chat.Ask(temperature: "0.7"));

        Assert.Equal(stage.Plan.First.Digest, older.Headers.GetValues("Provost-Release").Single());
        Assert.Equal(stage.Plan.Live.Digest, newer.Headers.GetValues("Provost-Release").Single());
    }

    [Fact]
    public async Task After_a_rollback_a_client_of_the_withdrawn_release_gets_the_restored_ones_fallback()
    {
        await using var stage = await Stage.LlmAsync(
            change: p => p.Add(Manifest.Llm("2.0.0", parameters: "temperature: 0.7"), Manifest.Files));
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        stage.Retake(p => p.Order("rollback", p.First.Digest));

        using var withdrawn = await stage.ChatAsync(Chat.Ask(temperature: "0.7"));
        using var restored = await stage.ChatAsync(Chat.Ask());

        Assert.Equal("fallback", withdrawn.Headers.GetValues("Provost-Outcome").Single());
        Assert.Contains("A colleague will call you.", await withdrawn.Content.ReadAsStringAsync());
        Assert.Equal("allowed", restored.Headers.GetValues("Provost-Outcome").Single());
        Assert.Single(stage.Upstream.Received);
    }

    [Fact]
    public async Task An_engaged_fallback_answers_a_stream_as_a_stream()
    {
        await using var stage = await Stage.LlmAsync(change: p => p.Order("fallback"));

        using var response = await stage.ChatAsync(Chat.AskStream());

        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("A colleague will call you.", body, StringComparison.Ordinal);
        Assert.EndsWith(Chat.Done, body, StringComparison.Ordinal);
        Assert.Empty(stage.Upstream.Received);
    }

    [Fact]
    public async Task Without_a_warrant_that_verifies_the_live_release_is_refused_as_such_and_an_older_one_serves_on()
    {
        await using var stage = await Stage.LlmAsync(
            change: p => p.Add(Manifest.Llm("2.0.0", parameters: "temperature: 0.7"), Manifest.Files));
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        stage.Plan.Epoch++;
        var document = stage.Plan.Document();
        stage.Plan.Approvers = "owner";
        var bad = stage.Plan.Document().Warrants[1];
        Assert.True(stage.Gateway.Snapshots.Take(stage.Plan.Sign(
            document with { Warrants = [document.Warrants[0], bad] })).IsTaken);

        using var live = await stage.ChatAsync(Chat.Ask(temperature: "0.7"));
        using var older = await stage.ChatAsync(Chat.Ask());

        Assert.Equal(HttpStatusCode.Forbidden, live.StatusCode);
        Assert.Contains("provost.no_warrant", await live.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, older.StatusCode);
        Assert.Single(stage.Upstream.Received);
    }

    [Fact]
    public async Task Status_counts_calls_by_outcome()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        using var allowed = await stage.ChatAsync(Chat.Ask());
        using var blocked = await stage.ChatAsync(Chat.Ask(model: "gpt-2"));
        Assert.Equal(HttpStatusCode.Forbidden, blocked.StatusCode);

        var status = stage.Gateway.Status();

        Assert.Equal(1, status.Epoch);
        Assert.True(status.Spool.IsHealthy);
        Assert.Equal("refunds", Assert.Single(status.Systems).System);
    }
}
