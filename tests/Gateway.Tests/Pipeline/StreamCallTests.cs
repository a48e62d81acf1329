using System.Net;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

public sealed class StreamCallTests
{
    private const string Card = "4111 1111 1111 1111";

    [Fact]
    public async Task Without_guardrails_a_stream_passes_byte_for_byte_and_usage_stays_here_when_nobody_asked()
    {
        await using var stage = await Stage.LlmAsync(Manifest.Unguarded);
        var whole = Chat.Stream(["Five", " working", " days."]);
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(call, [Chat.Utf8(whole)]);

        using var response = await stage.ChatAsync(Chat.AskStream());
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(whole.Replace(Chat.Event(Chat.UsageChunk), "", StringComparison.Ordinal), body);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("\"stream_options\":{\"include_usage\":true}", stage.Upstream.Received.Single().Body);
        var records = stage.Records();
        Assert.Equal(
            ["decision.intent", "decision.outcome"], records.Select(r => r.GetProperty("type").GetString()));
        Assert.Equal(7, records[1].GetProperty("usage").GetProperty("out").GetInt64());
        Assert.Equal("allowed", records[1].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Usage_passes_when_the_client_asked_for_it()
    {
        await using var stage = await Stage.LlmAsync(Manifest.Unguarded);
        var whole = Chat.Stream(["Five days."]);
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(call, [Chat.Utf8(whole)]);
        var question = Chat.AskStream(extra: "\"stream_options\":{\"include_usage\":true},");

        using var response = await stage.ChatAsync(question);

        Assert.Equal(whole, await response.Content.ReadAsStringAsync());
        Assert.Equal(question, stage.Upstream.Received.Single().Body);
    }

    [Fact]
    public async Task With_guardrails_a_clean_text_arrives_whole()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(
            call, [Chat.Utf8(Chat.Stream(["Five", " working ", "d", "ays, 4111 1", "1 or so."]))]);

        using var response = await stage.ChatAsync(Chat.AskStream());

        Assert.Equal("Five working days, 4111 11 or so.", Text(await response.Content.ReadAsStringAsync(), 0));
        Assert.Equal("allowed", (await stage.FinalRecordsAsync())[1].GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("content")]
    [InlineData("refusal")]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    [InlineData("unheard_of")]
    public async Task No_covered_character_leaves_whatever_the_chunking(string member)
    {
        await using var stage = await Stage.LlmAsync();
        const string Text = $"Paid with {Card} on Monday.";
        var chunkings = Gen.Choose(1, 6).ListOf(30).ToArbitrary();
        Prop.ForAll(chunkings, sizes =>
        {
            var whole = Chat.Utf8(Chat.Stream(Cut(Text, sizes), member));
            stage.Upstream.Answer = call => FakeUpstream.StreamAsync(call, whole.Chunk(101 + sizes[0]));
            using var response = stage.ChatAsync(Chat.AskStream()).GetAwaiter().GetResult();
            var body = response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
            PlainCallTests.AssertNoCard(body);
            return body.EndsWith(Chat.Done, StringComparison.Ordinal);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    [Theory]
    [InlineData("""{"tool_calls":[{"index":0,"function":{"arguments":"PIECE"}}]}""")]
    [InlineData("""{"function_call":{"arguments":"PIECE"}}""")]
    [InlineData("""{"audio":{"transcript":"PIECE"}}""")]
    [InlineData("""{"audio":{"data":"PIECE"}}""")]
    [InlineData("""{"PIECE":1}""")]
    public async Task Tool_calls_audio_and_names_are_no_way_out(string delta)
    {
        await using var stage = await Stage.LlmAsync();
        var chunks = Cut("x " + Card + " y", [3])
            .Select(p => Chat.Event(Chat.Chunk(delta.Replace("PIECE", p, StringComparison.Ordinal))));
        var whole = string.Concat(chunks) + Chat.Event(Chat.Chunk("{}", "\"stop\"")) + Chat.Done;
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(call, [Chat.Utf8(whole)]);

        using var response = await stage.ChatAsync(Chat.AskStream());

        var body = await response.Content.ReadAsStringAsync();
        PlainCallTests.AssertNoCard(body);
        Assert.EndsWith(Chat.Done, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_choice_is_held_back_by_itself()
    {
        await using var stage = await Stage.LlmAsync();
        var pieces = Cut(Card, [4]).SelectMany(p => new[]
        {
            Chat.Event(Chat.Chunk($"{{\"content\":{Chat.Json(p)}}}", index: 0)),
            Chat.Event(Chat.Chunk($"{{\"content\":{Chat.Json("fine ")}}}", index: 1)),
        });
        var whole = string.Concat(pieces) + Chat.Event(Chat.Chunk("{}", "\"stop\"")) + Chat.Done;
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(call, [Chat.Utf8(whole)]);

        using var response = await stage.ChatAsync(Chat.AskStream());

        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal("[card]", Text(body, 0));
        Assert.Equal("fine fine fine fine fine ", Text(body, 1));
    }

    [Fact]
    public async Task Tool_calls_leave_whole_when_they_are_clean()
    {
        await using var stage = await Stage.LlmAsync();
        const string first = """
            {"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"find","arguments":""}}]}
            """;
        const string piece = """{"tool_calls":[{"index":0,"function":{"arguments":"PIECE"}}]}""";
        var pieces = new[] { "{\\\"order\\\"", ":\\\"A7\\\"}" }.Select(
            p => piece.Replace("PIECE", p, StringComparison.Ordinal));
        var whole = string.Concat(new[] { first }.Concat(pieces).Select(d => Chat.Event(Chat.Chunk(d))))
            + Chat.Event(Chat.Chunk("{}", "\"tool_calls\"")) + Chat.Done;
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(call, [Chat.Utf8(whole)]);

        using var response = await stage.ChatAsync(Chat.AskStream());

        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains(
            """{"index":0,"id":"c1","type":"function","function":{"name":"find","arguments":"{\"order\":\"A7\"}"}}""",
            body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blocked_stream_ends_with_the_dialects_error_event_and_says_so_on_record()
    {
        await using var stage = await Stage.LlmAsync(Manifest.Blocking);
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(
            call, [Chat.Utf8(Chat.Event(Chat.Chunk("{\"content\":\"Hello. \"}"))),
                .. Cut(Card, [3]).Select(p => Chat.Utf8(Chat.Event(Chat.Chunk($"{{\"content\":\"{p}\"}}")))),
                Chat.Utf8(Chat.Event(Chat.Chunk("{\"content\":\" and then some\"}"))), Chat.Utf8(Chat.Done)]);

        using var response = await stage.ChatAsync(Chat.AskStream());
        var body = await response.Content.ReadAsStringAsync();

        PlainCallTests.AssertNoCard(body);
        Assert.Contains("\"code\":\"provost.guardrail.pii\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", body, StringComparison.Ordinal);
        Assert.DoesNotContain("and then some", body, StringComparison.Ordinal);
        var outcome = (await stage.FinalRecordsAsync())[1];
        Assert.Equal("blocked", outcome.GetProperty("outcome").GetString());
        Assert.Equal("provost.guardrail.pii", outcome.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_stream_that_the_upstream_breaks_off_ends_with_an_error_event()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = async call =>
        {
            await FakeUpstream.StreamAsync(call, [Chat.Utf8(Chat.Event(Chat.Chunk("{\"content\":\"Hello, you.\"}")))]);
            call.Abort();
        };

        using var response = await stage.ChatAsync(Chat.AskStream());
        var body = await response.Content.ReadAsStringAsync();

        Assert.Contains("provost.upstream", body, StringComparison.Ordinal);
        Assert.Equal("aborted_upstream", (await stage.FinalRecordsAsync())[1].GetProperty("ended").GetString());
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_upstream_and_is_on_record()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = async call =>
        {
            await FakeUpstream.StreamAsync(call, [Chat.Utf8(Chat.Event(Chat.Chunk("{\"content\":\"Hello, you.\"}")))]);
            await Task.Delay(Timeout.Infinite, call.RequestAborted);
        };

        var response = await stage.ChatAsync(Chat.AskStream());
        await using (var stream = await response.Content.ReadAsStreamAsync())
        {
            Assert.True(await stream.ReadAsync(new byte[10]) > 0);
        }

        response.Dispose();
        await stage.Upstream.Aborted.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("aborted_client", (await stage.FinalRecordsAsync())[1].GetProperty("ended").GetString());
    }

    [Fact]
    public async Task A_kill_cuts_a_stream_in_flight_and_counts_it()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = async call =>
        {
            await FakeUpstream.StreamAsync(call, [Chat.Utf8(Chat.Event(Chat.Chunk("{\"content\":\"Hello, you.\"}")))]);
            await Task.Delay(Timeout.Infinite, call.RequestAborted);
        };
        using var response = await stage.ChatAsync(Chat.AskStream());

        var report = stage.Retake(p => p.Order("kill"));

        Assert.Equal(1, Assert.Single(report.Cut).Calls);
        Assert.Contains("provost.killed", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("cut", (await stage.FinalRecordsAsync())[1].GetProperty("ended").GetString());
        using var after = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.Forbidden, after.StatusCode);
    }

    [Fact]
    public async Task A_stream_of_another_model_is_refused_before_its_first_byte()
    {
        await using var stage = await Stage.LlmAsync();
        var whole = Chat.Stream(["Hi"]).Replace("\"gpt-1\"", "\"gpt-0\"", StringComparison.Ordinal);
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(call, [Chat.Utf8(whole)]);

        using var response = await stage.ChatAsync(Chat.AskStream());

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("provost.composition_changed", await response.Content.ReadAsStringAsync());
    }

    /// <summary>The content of one choice, put together as a client does.</summary>
    private static string Text(string stream, int index) => string.Concat(stream
        .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .Where(e => e != "data: [DONE]")
        .SelectMany(e => JsonDocument.Parse(e["data: ".Length..]).RootElement.GetProperty("choices").EnumerateArray())
        .Where(c => c.GetProperty("index").GetInt32() == index)
        .Select(c => c.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : ""));

    private static IEnumerable<string> Cut(string text, IReadOnlyList<int> sizes)
    {
        for (var (at, i) = (0, 0); at < text.Length; i++)
        {
            var take = Math.Min(sizes[i % sizes.Count], text.Length - at);
            yield return text.Substring(at, take);
            at += take;
        }
    }
}
