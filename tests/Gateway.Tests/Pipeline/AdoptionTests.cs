using System.Net;
using System.Text.Json;
using Provost.Gateway.Snapshot;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

public sealed class AdoptionTests
{
    private const string Card = "Card 4111 1111 1111 1111.";

    [Fact]
    public async Task Whatever_a_client_sends_passes_and_every_decision_says_that_it_is_ungoverned()
    {
        await using var stage = await AdoptedAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer(Card, model: "gpt-9-turbo"));
        var asked = Chat.Ask(prompt: "You are free.", model: "gpt-9", temperature: "1.3", extra: "\"seed\":7,");
        using var served = await stage.ChatAsync(asked);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Contains(Card, await served.Content.ReadAsStringAsync());
        var adoption = stage.Plan.Adoptions[0].Content.Id;
        Assert.Equal(adoption.ToString(), served.Headers.GetValues("Provost-Ungoverned").Single());
        Assert.False(served.Headers.Contains("Provost-Release"));
        Assert.False(served.Headers.Contains("Provost-Warrant"));
        Assert.Equal(asked, stage.Upstream.Received.Single().Body);

        var record = (await stage.FinalRecordsAsync())[^1];
        Assert.Equal(adoption, record.GetProperty("adoption").GetGuid());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("release").ValueKind);
        Assert.Equal(JsonValueKind.Null, record.GetProperty("warrant").ValueKind);
        Assert.Equal("gpt-9", record.GetProperty("modelRequested").GetString());
        Assert.Equal("gpt-9-turbo", record.GetProperty("modelServed").GetString());
        Assert.Equal("n/a", record.GetProperty("facts").GetProperty("version").GetString());
        Assert.Equal(
            "flag", record.GetProperty("guardrails").GetProperty("results")[0].GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Streams_pass_too_and_an_answer_that_names_no_model()
    {
        await using var stage = await AdoptedAsync();
        stage.Upstream.Answer = call =>
            FakeUpstream.StreamAsync(call, [Chat.Utf8(Chat.Stream(["Five ", "days."]))]);
        using var streamed = await stage.ChatAsync(Chat.AskStream());
        Assert.Contains("Five", await streamed.Content.ReadAsStringAsync());
        Assert.True(streamed.Headers.Contains("Provost-Ungoverned"));

        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(
            call, Chat.Answer().Replace("\"model\":\"gpt-1\",", "", StringComparison.Ordinal));
        using var nameless = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.OK, nameless.StatusCode);
        Assert.All(
            (await stage.FinalRecordsAsync()).Where(r => r.GetProperty("type").GetString() == "decision.outcome"),
            r => Assert.True(r.TryGetProperty("adoption", out _)));
    }

    [Fact]
    public async Task A_part_that_nobody_can_look_into_passes_and_is_flagged()
    {
        await using var stage = await AdoptedAsync();
        const string asked = """
            {"model":"gpt-1","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,"}}]}]}
            """;
        using var served = await stage.ChatAsync(asked);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        var results = (await stage.FinalRecordsAsync())[^1].GetProperty("guardrails").GetProperty("results");
        Assert.Contains(results.EnumerateArray(), r => r.GetProperty("id").GetString() == "pii.unchecked");
    }

    [Fact]
    public async Task A_scoring_call_goes_where_the_client_said()
    {
        await using var stage = await StartAsync("model");
        using var one = await stage.PostAsync("/v2/models/churn/infer", Tensor);
        using var two = await stage.PostAsync("/v2/models/churn/versions/3/infer", Tensor);
        Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        Assert.Equal(HttpStatusCode.OK, two.StatusCode);
        Assert.Equal(
            ["/v2/models/churn/infer", "/v2/models/churn/versions/3/infer"],
            stage.Upstream.Received.Select(r => r.Path));
    }

    [Theory]
    [InlineData("/v2/models/%2e%2e/infer")]
    [InlineData("/v2/models/../infer")]
    [InlineData("/v2/models/churn/versions/%2e%2e/infer")]
    public async Task No_name_leads_out_of_the_path_of_models(string path)
    {
        await using var stage = await StartAsync("model");
        using var answer = await stage.PostAsync(path, Tensor);
        Assert.All(stage.Upstream.Received, r => Assert.Equal("/v2/models/churn/infer", r.Path));
        Assert.Equal(stage.Upstream.Received.Count == 1, answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task It_is_over_at_its_end_without_another_snapshot_and_says_what_to_do()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        var plan = new SnapshotPlan { IssuedAt = time.GetUtcNow() }.Add(Alone(), Manifest.NoFiles);
        plan.Adopt(c => c with { Until = c.Since.AddHours(3) });
        await using var stage = await Stage.StartAsync(plan, time: time);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        using var before = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        time.Advance(TimeSpan.FromHours(3));
        using var after = await stage.ChatAsync(Chat.Ask());
        var told = await after.Content.ReadAsStringAsync();
        Assert.Contains("provost.adoption_over", told);
        Assert.Contains("submitted and approved", told);
        Assert.False((await stage.FinalRecordsAsync())[^1].TryGetProperty("adoption", out _));
    }

    [Fact]
    public async Task An_order_stops_what_passes_under_it()
    {
        await using var stage = await AdoptedAsync();
        stage.Retake(p => p.Order("fallback"));
        using var noFallback = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.Forbidden, noFallback.StatusCode);
        stage.Retake(p => p.Order("pause"));
        using var paused = await stage.ChatAsync(Chat.Ask());
        Assert.Contains("provost.paused", await paused.Content.ReadAsStringAsync());
        stage.Retake(p => p.Order("kill"));
        using var killed = await stage.ChatAsync(Chat.Ask());
        Assert.Contains("provost.killed", await killed.Content.ReadAsStringAsync());
        Assert.Empty(stage.Upstream.Received);
    }

    [Fact]
    public async Task Where_a_release_is_warranted_nothing_passes_beside_it()
    {
        await using var stage = await Stage.LlmAsync(change: p => p.Adopt());
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        using var governed = await stage.ChatAsync(Chat.Ask());
        Assert.False(governed.Headers.Contains("Provost-Ungoverned"));
        using var refused = await stage.ChatAsync(Chat.Ask(temperature: "0.7"));
        Assert.Contains("provost.composition_changed", await refused.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task While_nothing_can_be_signed_one_that_was_ended_is_over_all_the_same()
    {
        await using var stage = await AdoptedAsync();
        var document = stage.Plan.Document();
        Assert.True(stage.Gateway.Snapshots.Tighten(new Tightening
        {
            V = 1,
            Org = document.Org,
            Origin = document.Origin,
            After = stage.Plan.Epoch,
            Orders = [],
            ClientKeys = [.. document.ClientKeys.Select(k => k.Id)],
            Warrants = [],
        }).IsTaken);
        using var refused = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task A_data_class_that_the_terms_do_not_name_is_refused_here_too()
    {
        await using var stage = await AdoptedAsync();
        using var refused = await stage.ChatAsync(Chat.Ask(), ("Provost-Data-Class", "health"));
        Assert.Contains("provost.data_class", await refused.Content.ReadAsStringAsync());
    }

    public static TheoryData<string, string> Forged() => new()
    {
        { "nobody", "not signed by the 1 that it needs" },
        { "renewed by one", "not signed by the 2 that it needs" },
        { "renewed by one twice", "not signed by the 2 that it needs" },
        { "another signs for the owner", "did not sign it" },
        { "content changed after", "signed something else" },
        { "too long", "longer than 30 days" },
        { "high", "a tier that is not adopted" },
    };

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task What_was_not_signed_as_it_must_be_lets_nothing_pass(string forgery, string reason)
    {
        await using var stage = await StartAsync("llm", p => p.Adopt(
            c => forgery switch
            {
                "too long" => c with { Until = c.Since.AddDays(30).AddSeconds(1) },
                "high" => c with { Tier = "high" },
                "renewed by one" or "renewed by one twice" => c with { Renews = Guid.CreateVersion7() },
                _ => c,
            },
            a => forgery switch
            {
                "nobody" => a with { Acts = [] },
                "renewed by one" => a with { Acts = [a.Acts[0]] },
                "renewed by one twice" => a with { Acts = [a.Acts[0], a.Acts[0]] },
                "another signs for the owner" => a with { Acts = [a.Acts[0] with { Person = "approver" }] },
                "content changed after" => a with { Content = a.Content with { Until = a.Content.Until.AddDays(1) } },
                _ => a,
            }));
        using var refused = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains(reason, Assert.Single(stage.Gateway.Snapshots.Current!.NotAdopted).Reason);
    }

    [Theory]
    [InlineData("other terms")]
    [InlineData("other system")]
    [InlineData("other environment")]
    [InlineData("other tier")]
    public async Task An_adoption_of_something_else_lets_nothing_pass(string other)
    {
        await using var stage = await StartAsync("llm", p => p.Adopt(c => other switch
        {
            "other terms" => c with { Terms = "sha256:" + new string('0', 64) },
            "other system" => c with { System = "returns" },
            "other environment" => c with { Environment = "staging" },
            _ => c with { Tier = "minimal" },
        }));
        using var refused = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(stage.Gateway.Snapshots.Current!.NotAdopted);
    }

    private const string Tensor = """{"inputs":[{"name":"dept","shape":[1],"datatype":"BYTES","data":["A"]}]}""";

    /// <summary>A system without a release.</summary>
    private static string Alone(string kind = "llm") => Manifest.System(kind).TrimEnd().TrimEnd('-');

    private static Task<Stage> AdoptedAsync() => StartAsync("llm");

    private static async Task<Stage> StartAsync(string kind, Action<SnapshotPlan>? adopt = null)
    {
        var stage = await Stage.StartAsync(
            new SnapshotPlan().Add(Alone(kind), Manifest.NoFiles), adopt ?? (p => p.Adopt()));
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(
            call, kind == "model" ? """{"model_name":"churn","model_version":"3","outputs":[]}""" : Chat.Answer());
        return stage;
    }
}
