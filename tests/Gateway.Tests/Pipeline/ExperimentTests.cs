using System.Net;
using Provost.Gateway.Warrants;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

/// <summary>What the environment <c>experimental</c> lets a system do, and what not.</summary>
public sealed class ExperimentTests
{
    [Fact]
    public async Task Every_answer_and_record_of_an_experiment_says_that_it_is_one()
    {
        await using var stage = await LaneAsync("[public, internal]");
        using var served = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Equal("experimental", served.Headers.GetValues("Provost-Lane").Single());
        Assert.Equal("experimental", (await stage.FinalRecordsAsync())[^1].GetProperty("environment").GetString());

        await using var production = await Stage.LlmAsync();
        production.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        using var other = await production.ChatAsync(Chat.Ask());
        Assert.False(other.Headers.Contains("Provost-Lane"));
    }

    [Fact]
    public async Task An_experiment_answers_so_often_a_day_and_no_more()
    {
        await using var stage = await LaneAsync("[public]", p => p.Order("fallback"));
        for (var i = 0; i < ExperimentalLane.CallsPerDay; i++)
        {
            using var served = await stage.ChatAsync(Chat.Ask());
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        }

        using var over = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.TooManyRequests, over.StatusCode);
        Assert.Contains("provost.experimental.calls", await over.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Data_about_persons_are_no_matter_for_an_experiment_whatever_was_signed()
    {
        await using var stage = await LaneAsync("[public, customer]");
        using var refused = await stage.ChatAsync(Chat.Ask());
        Assert.Contains("provost.no_warrant", await refused.Content.ReadAsStringAsync());
        Assert.Empty(stage.Upstream.Received);
    }

    private static async Task<Stage> LaneAsync(string dataClasses, Action<SnapshotPlan>? change = null)
    {
        var plan = new SnapshotPlan { Environment = "experimental", Approvers = "owner" };
        var stage = await Stage.StartAsync(
            plan.Add(
                Manifest.System().Replace("[public, customer]", dataClasses)
                    .Replace("  dataClass: metadata.data_class\n", "") + Manifest.Llm(),
                Manifest.Files),
            change);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        return stage;
    }
}
