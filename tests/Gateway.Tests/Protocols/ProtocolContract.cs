using System.Net;
using System.Text.Json;
using Provost.Gateway.Tests.Pipeline;
using Provost.Testing;

namespace Provost.Gateway.Tests.Protocols;

/// <summary>
/// What every dialect must hold, over exchanges in its own wire format: bytes untouched, errors in its own envelope,
/// fallbacks that its clients can read, a record for each.
/// </summary>
public abstract class ProtocolContract
{
    /// <summary>A call that the release covers, and the answer of its upstream.</summary>
    private protected abstract Exchange Sound { get; }

    private protected abstract SnapshotPlan NewPlan();

    /// <summary>The stable code inside the dialect's own error body.</summary>
    private protected abstract string CodeOf(JsonElement body);

    [Fact]
    public async Task Forwards_question_and_answer_untouched()
    {
        await using var stage = await StartAsync();

        using var response = await stage.PostAsync(Sound.Path, Sound.Question);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Sound.Answer, await response.Content.ReadAsStringAsync());
        Assert.Equal(Sound.Question, stage.Upstream.Received.Single().Body);
        Assert.Equal("allowed", Assert.Single(stage.Records()).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Never_sends_the_clients_key_upstream()
    {
        await using var stage = await StartAsync();
        using var response = await stage.PostAsync(Sound.Path, Sound.Question);
        Assert.DoesNotContain(
            stage.Upstream.Received.Single().Headers.Values, v => v.Contains("pk_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refuses_in_the_dialects_own_envelope()
    {
        await using var stage = await StartAsync(p => p.Order("pause"));
        using var response = await stage.PostAsync(Sound.Path, Sound.Question);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("provost.paused", CodeOf(body.RootElement));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Refuses_a_body_that_is_none_of_its_own(string question)
    {
        await using var stage = await StartAsync();
        using var response = await stage.PostAsync(Sound.Path, question);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("provost.bad_request", CodeOf(body.RootElement));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{\"error\":\"out of memory\"}")]
    [InlineData("[1]")]
    public async Task Releases_nothing_of_an_answer_that_it_cannot_read(string answer)
    {
        await using var stage = await StartAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, answer);
        using var response = await stage.PostAsync(Sound.Path, Sound.Question);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("provost.upstream", CodeOf(body.RootElement));
    }

    [Fact]
    public async Task Answers_with_the_approved_fallback_in_its_own_form()
    {
        await using var stage = await StartAsync(p => p.Order("fallback"));
        using var response = await stage.PostAsync(Sound.Path, Sound.Question);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(Sound.Fallback, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(stage.Upstream.Received);
    }

    private async Task<Stage> StartAsync(Action<SnapshotPlan>? change = null)
    {
        var stage = await Stage.StartAsync(NewPlan(), change);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Sound.Answer);
        return stage;
    }

    private protected sealed record Exchange(string Path, string Question, string Answer, string Fallback);
}
