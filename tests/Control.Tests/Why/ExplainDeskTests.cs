using System.Text.Json.Nodes;
using Provost.Control.Tests.Decisions;
using Provost.Control.Why;
using Provost.Gateway.Routing;
using Provost.Testing;

namespace Provost.Control.Tests.Why;

public sealed class ExplainDeskTests(TestCluster cluster)
{
    private const string Input = """{"inputs":[{"name":"dept","datatype":"BYTES","shape":[1],"data":["F"]}]}""";

    [Fact]
    public async Task A_score_is_explained_to_who_may_open_its_content_and_only_while_its_scorer_may_be_asked()
    {
        await using var kept = new TestDatabase(cluster);
        await using var house = await ControlHouse.OpenAsync(await kept.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", Scorer(house))).Ok();
        await house.WarrantAsync();
        var release = house.Log.State.Registry.Releases[0].Digest;
        var log = new FakeLog();
        Guid Scored(Action<JsonObject>? change = null) => log.Outcome(record =>
        {
            (record["system"], record["release"], record["score"]) = ("desk", release, "0.4");
            change?.Invoke(record);
        });
        var told = Scored();
        var unscored = Scored(record => record.Remove("score"));
        var changed = Scored(record => record["outcome"] = "redacted");
        await IndexRun.IndexAsync(log, house.Database);
        house.Rescore = (_, inputs) => new Rescored(inputs.GetRawText().Contains("\"F\"") ? "0.4" : "0.9", null);

        Assert.Equal("provost.decisions.unknown", await house.ExplainAsync("leo", Guid.CreateVersion7()));
        Assert.Equal("provost.explanation.no_score", await house.ExplainAsync("leo", unscored));
        Assert.Equal("provost.explanation.changed", await house.ExplainAsync("leo", changed));
        Assert.Equal("provost.reveals.compliance_only", await house.ExplainAsync("dana", told));
        Assert.Equal("provost.content.purpose", await house.ExplainAsync("leo", told, purpose: " "));
        Assert.Equal("provost.content.gone", await house.ExplainAsync("leo", told));
        house.Content = new ContentView("no features", null);
        Assert.Equal("provost.explanation.no_features", await house.ExplainAsync("leo", told));
        house.Content = new ContentView(Input, null);
        Assert.Equal("", await house.ExplainAsync("leo", told));

        var readings = house.Log.State.Reveals.All;
        Assert.Equal(3, readings.Count); // each that was opened, and none that was refused before
        Assert.All(readings, reading => Assert.Equal("case 17", reading.Purpose));

        (await house.SendAsync("sam", HttpMethod.Post, "/api/systems/desk/orders", new JsonObject
        {
            ["environment"] = "production",
            ["kind"] = "pause",
            ["reason"] = "Looks odd.",
        })).Ok();
        Assert.Equal("provost.explanation.stopped", await house.ExplainAsync("leo", told));
    }

    [Fact]
    public async Task A_scorer_is_asked_again_for_so_many_decisions_a_minute_and_no_more()
    {
        await using var kept = new TestDatabase(cluster);
        await using var house = await ControlHouse.OpenAsync(await kept.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", Scorer(house))).Ok();
        await house.WarrantAsync();
        var log = new FakeLog();
        var told = log.Outcome(record => (record["system"], record["release"], record["score"]) =
            ("desk", house.Log.State.Registry.Releases[0].Digest, "0.4"));
        await IndexRun.IndexAsync(log, house.Database);
        house.Content = new ContentView(Input, null);

        for (var i = 0; i < ExplainDesk.AMinute; i++)
            Assert.Equal("", await house.ExplainAsync("leo", told));

        Assert.Equal("provost.explanation.rate", await house.ExplainAsync("leo", told));
        house.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("", await house.ExplainAsync("leo", told));
    }

    private static string Scorer(ControlHouse house) => house.Manifest()
        .Replace("kind: llm", "kind: model", StringComparison.Ordinal)
        .Split("  model:")[0] + """
              model:
                provider: openai
                name: desk
                version: "1"
                artifact: sha256:898d8c87e3e09f2114f6c055fff08a285eabedf29933d4dfe664b9df060ae050
                data: applications of 1973
                code: r1
                features: [ { name: dept, type: category, reference: A } ]
              fallback: { outputs: { decision: refer } }
              approval: { expires: 90d }
            """;
}

/// <summary>Asking a house for explanations.</summary>
internal static class Explaining
{
    /// <summary>The code of the refusal, empty where there was none.</summary>
    public static async Task<string> ExplainAsync(
        this ControlHouse house, string person, Guid decision, string purpose = "case 17") =>
        (await house.SendAsync(
            person, HttpMethod.Post, $"/api/decisions/{decision}/explanation",
            new JsonObject { ["purpose"] = purpose })).Code;
}
