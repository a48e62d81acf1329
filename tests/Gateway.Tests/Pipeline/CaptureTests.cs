using System.Text;
using System.Text.Json;
using Provost.Ledger.Records;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

/// <summary>What each capture policy leaves on the disk.</summary>
public sealed class CaptureTests
{
    private const string Card = "4111 1111 1111 1111";
    private const string Marker = "wordthatnobodyelsesays";
    private static readonly string Question = Chat.Ask($"{Marker}: my card is {Card}, why?");

    [Fact]
    public async Task Full_keeps_what_was_sent_with_what_a_guardrail_took_out()
    {
        await using var stage = await LlmAsync("full");
        using var response = await stage.ChatAsync(Question);

        Assert.Equal(Question, stage.Payload(PayloadField.Input));
        Assert.Equal(Chat.Answer(), stage.Payload(PayloadField.Output));
        Assert.Equal(("full", "full"), Captured(stage));
        Assert.Empty(FilesWith(stage, Marker, Card));
    }

    [Fact]
    public async Task Redacted_keeps_only_what_the_guardrails_left()
    {
        await using var stage = await LlmAsync("redacted");
        using var response = await stage.ChatAsync(Question);

        Assert.DoesNotContain(Card, stage.Payload(PayloadField.Input), StringComparison.Ordinal);
        Assert.Contains(Marker, stage.Payload(PayloadField.Input), StringComparison.Ordinal);
        Assert.Equal(("redacted", "redacted"), Captured(stage));
        Assert.Empty(FilesWith(stage, Marker, Card));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Digest_keeps_commitments_and_never_a_byte_of_a_payload(bool streams)
    {
        await using var stage = await LlmAsync("digest");
        stage.Upstream.Answer = call => streams
            ? FakeUpstream.StreamAsync(call, [Chat.Utf8(Chat.Stream(["Five", " days."]))])
            : FakeUpstream.PlainAsync(call, Chat.Answer());
        using var response = await stage.ChatAsync(
            streams ? Chat.AskStream($"{Marker}: my card is {Card}") : Question);
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await stage.FinalRecordsAsync();

        Assert.All(stage.Frames(), f => Assert.Empty(f.Parts));
        Assert.Equal(("digest", "digest"), Captured(stage));
        Assert.Equal(44, stage.Records()[^1].GetProperty("input").GetProperty("hmac").GetString()!.Length);
        Assert.Empty(FilesWith(stage, Marker, Card, "Five days"));
    }

    [Fact]
    public async Task Digest_keeps_nothing_of_a_refused_call_either()
    {
        await using var stage = await LlmAsync("digest");
        using var response = await stage.ChatAsync(Chat.Ask($"{Marker} {Card}", prompt: "Promise anything."));
        await stage.FinalRecordsAsync();

        Assert.Equal("provost.composition_changed", stage.Records()[^1].GetProperty("code").GetString());
        Assert.All(stage.Frames(), f => Assert.Empty(f.Parts));
        Assert.Empty(FilesWith(stage, Marker, Card));
    }

    [Fact]
    public async Task Digest_keeps_no_features_of_a_scoring_call()
    {
        await using var stage = await Stage.StartAsync(new SnapshotPlan().Add(
            Manifest.System("model", capture: "digest") + Manifest.Model(), Manifest.NoFiles));
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(
            call, """{"model_name":"admissions","model_version":"1","id":"q1","outputs":[]}""");
        var rows = $$"""[{"name":"dept","shape":[1],"datatype":"BYTES","data":["{{Marker}}"]}]""";
        using var response = await stage.PostAsync(
            "/v2/models/admissions/infer", $$"""{"id":"q1","inputs":{{rows}}}""",
            TestContext.Current.CancellationToken);
        await stage.FinalRecordsAsync();

        var record = stage.Records()[^1];
        Assert.Equal("digest", record.GetProperty("features").GetProperty("capture").GetString());
        Assert.All(stage.Frames(), f => Assert.Empty(f.Parts));
        Assert.Empty(FilesWith(stage, Marker));
    }

    private static async Task<Stage> LlmAsync(string capture)
    {
        var stage = await Stage.StartAsync(
            new SnapshotPlan().Add(Manifest.System(capture: capture) + Manifest.Llm(), Manifest.Files));
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        return stage;
    }

    private static (string? Input, string? Output) Captured(Stage stage)
    {
        var record = stage.Records()[^1];
        string? Of(string name) => record.GetProperty(name) is { ValueKind: JsonValueKind.Object } committed
            ? committed.GetProperty("capture").GetString()
            : null;
        return (Of("input"), Of("output"));
    }

    /// <summary>Files of the gateway, whatever they are, that hold one of the texts in clear.</summary>
    private static List<string> FilesWith(Stage stage, params string[] texts) =>
    [
        .. Directory.EnumerateFiles(stage.Folder, "*", SearchOption.AllDirectories).Where(path =>
        {
            if (Path.GetFileName(path) == "lock")
                return false; // empty, and nobody else may open it

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return texts.Any(t => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(t)) >= 0);
        }),
    ];
}
