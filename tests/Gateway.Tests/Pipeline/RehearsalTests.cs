using System.Net;
using System.Text.Json;
using Provost.Gateway.Snapshot;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

public sealed class RehearsalTests
{
    [Fact]
    public async Task A_candidate_answers_its_lane_without_a_warrant_and_every_call_is_a_drill()
    {
        await using var stage = await LaneAsync(DateTimeOffset.MaxValue);
        using var served = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.False(served.Headers.Contains("Provost-Warrant"));
        var record = (await stage.FinalRecordsAsync())[^1];
        Assert.True(record.GetProperty("drill").GetBoolean());
        Assert.Equal("rehearsal", record.GetProperty("environment").GetString());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("warrant").ValueKind);
        Assert.Equal(stage.Plan.Live.Digest, record.GetProperty("release").GetString());
    }

    [Fact]
    public async Task Another_composition_is_refused_in_the_lane_too()
    {
        await using var stage = await LaneAsync(DateTimeOffset.MaxValue);
        using var refused = await stage.ChatAsync(Chat.Ask(temperature: "0.9"));
        Assert.Contains("provost.composition_changed", await refused.Content.ReadAsStringAsync());
        Assert.Empty(stage.Upstream.Received);
    }

    [Fact]
    public async Task A_lane_is_closed_from_its_end_on()
    {
        await using var stage = await LaneAsync(TimeProvider.System.GetUtcNow().AddSeconds(-1));
        using var refused = await stage.ChatAsync(Chat.Ask());
        Assert.Contains("provost.no_warrant", await refused.Content.ReadAsStringAsync());
    }

    private static async Task<Stage> LaneAsync(DateTimeOffset until)
    {
        var stage = await Stage.LlmAsync(change: p =>
        {
            p.IsWarranted = _ => false;
            p.Rehearsal = new SnapshotRehearsal(Guid.CreateVersion7(), p.Live.Digest, until);
        });
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        return stage;
    }
}
