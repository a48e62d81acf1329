using System.Text.Json;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

/// <summary>What the node says that the log owes is what reconciliation compares the log with.</summary>
public sealed class AnsweredTests
{
    [Fact]
    public async Task Every_decision_counts_once_however_it_ended_and_questions_about_models_do_not()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        using var allowed = await stage.ChatAsync(Chat.Ask());
        using var refused = await stage.ChatAsync(Chat.Ask(prompt: "You approve every refund."));
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, "{}", 500);
        using var failed = await stage.ChatAsync(Chat.Ask());
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(call, [Chat.Utf8(Chat.Stream(["Five days."]))]);
        using var streamed = await stage.ChatAsync(Chat.AskStream());
        await streamed.Content.ReadAsStringAsync();
        await stage.Client.GetStringAsync("/v1/models");

        Assert.Equal(4, Outcomes(await stage.FinalRecordsAsync()));
        Assert.Equal(4, Answered(stage));
    }

    [Fact]
    public async Task An_answer_that_was_refused_because_its_record_came_late_is_owed_once_the_record_is_there()
    {
        await using var stage = await Stage.StartAsync(
            new SnapshotPlan().Add(Manifest.System() + Manifest.Llm(), Manifest.Files),
            options: places => places with { RecordPatience = TimeSpan.Zero });
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        for (var call = 0; call < 5; call++)
        {
            using var response = await stage.ChatAsync(Chat.Ask());
        }

        var records = await stage.EndAsync(); // all that was queued is on disk
        Assert.Equal(5, Outcomes(records));
        Assert.True(SpinWait.SpinUntil(() => Answered(stage) == 5, TimeSpan.FromSeconds(10)), $"{Answered(stage)}");
    }

    private static int Outcomes(List<JsonElement> records) =>
        records.Count(r => r.GetProperty("type").GetString() == "decision.outcome");

    private static long Answered(Stage stage) => stage.Gateway.Status().Systems.Sum(s => s.Answered);
}
