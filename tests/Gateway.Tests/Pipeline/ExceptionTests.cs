using System.Net;
using System.Text.Json;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

public sealed class ExceptionTests
{
    private const string Card = "Card 4111 1111 1111 1111.";

    [Fact]
    public async Task An_excepted_release_serves_without_a_warrant_and_every_decision_names_the_exception()
    {
        await using var stage = await UnwarrantedAsync();
        using var refused = await stage.ChatAsync(Chat.Ask(temperature: "0.7"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        var exception = Retake(stage, p => p.Except(c => c with { Kind = "release", Release = p.Live.Digest }));
        using var served = await stage.ChatAsync(Chat.Ask(temperature: "0.7"));
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Equal($"{exception.Content.Id}", served.Headers.GetValues("Provost-Exception").Single());
        Assert.False(served.Headers.Contains("Provost-Warrant"));

        var record = (await stage.FinalRecordsAsync())[^1];
        Assert.Equal(exception.Content.Id, record.GetProperty("exception").GetGuid());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("warrant").ValueKind);
        Assert.Equal(stage.Plan.Live.Digest, record.GetProperty("release").GetString());
    }

    [Fact]
    public async Task What_the_warrant_admits_goes_on_unmarked()
    {
        await using var stage = await UnwarrantedAsync();
        Retake(stage, p => p.Except(c => c with { Kind = "release", Release = p.Live.Digest }));
        using var served = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.False(served.Headers.Contains("Provost-Exception"));
        Assert.False((await stage.FinalRecordsAsync())[^1].TryGetProperty("exception", out _));
    }

    [Fact]
    public async Task A_lifted_guardrail_flags_and_the_others_go_on_acting()
    {
        await using var stage = await Stage.LlmAsync(Manifest.Blocking);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer(Card));
        using var blocked = await stage.ChatAsync(Chat.Ask());
        Assert.Equal("blocked", blocked.Headers.GetValues("Provost-Outcome").Single());

        var exception = Retake(
            stage, p => p.Except(c => c with { Kind = "guardrail", Guardrail = "pii", Direction = "output" }));
        using var flagged = await stage.ChatAsync(Chat.Ask());
        Assert.Contains("4111", await flagged.Content.ReadAsStringAsync());
        var record = (await stage.FinalRecordsAsync())[^1];
        Assert.Equal(exception.Content.Id, record.GetProperty("exception").GetGuid());
        Assert.Equal(
            "flag", record.GetProperty("guardrails").GetProperty("results")[0].GetProperty("verdict").GetString());

        stage.Retake(p => p.Exceptions.Clear());
        using var again = await stage.ChatAsync(Chat.Ask());
        Assert.Equal("blocked", again.Headers.GetValues("Provost-Outcome").Single());
    }

    [Fact]
    public async Task It_is_over_at_its_end_without_another_snapshot()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        var plan = new SnapshotPlan { IssuedAt = time.GetUtcNow() }
            .Add(Manifest.System() + Manifest.Llm(), Manifest.Files);
        plan.IsWarranted = _ => false;
        plan.Except(c => c with { Kind = "release", Release = plan.Live.Digest });
        await using var stage = await Stage.StartAsync(plan, time: time);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        using var before = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        time.Advance(TimeSpan.FromHours(12));
        using var after = await stage.ChatAsync(Chat.Ask());
        Assert.Contains("provost.no_warrant", await after.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task While_nothing_can_be_signed_one_that_was_ended_is_over_all_the_same()
    {
        await using var stage = await UnwarrantedAsync();
        Retake(stage, p => p.Except(c => c with { Kind = "release", Release = p.Live.Digest }));
        var document = stage.Plan.Document();
        Assert.True(stage.Gateway.Snapshots.Tighten(new Tightening
        {
            V = 1,
            Org = document.Org,
            Origin = document.Origin,
            After = stage.Plan.Epoch,
            Orders = [],
            ClientKeys = [.. document.ClientKeys.Select(k => k.Id)],
            Warrants = [.. stage.Gateway.Snapshots.Current!.Systems.Single().Releases.Select(r => r.Warrant!.Id)],
        }).IsTaken);
        using var refused = await stage.ChatAsync(Chat.Ask(temperature: "0.7"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var served = await stage.ChatAsync(Chat.Ask());
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task An_order_stops_what_an_exception_allows()
    {
        await using var stage = await UnwarrantedAsync();
        Retake(stage, p => p.Except(c => c with { Kind = "release", Release = p.Live.Digest }));
        stage.Retake(p => p.Order("rollback", p.First.Digest));
        using var rolledBack = await stage.ChatAsync(Chat.Ask(temperature: "0.7"));
        Assert.Equal("fallback", rolledBack.Headers.GetValues("Provost-Outcome").Single());
        stage.Retake(p => p.Order("pause"));
        using var paused = await stage.ChatAsync(Chat.Ask(temperature: "0.7"));
        Assert.Contains("provost.paused", await paused.Content.ReadAsStringAsync());
    }

    public static TheoryData<string, string> Forged() => new()
    {
        { "one person", "not signed by two persons" },
        { "the same person twice", "not signed by two persons" },
        { "another signs for the owner", "did not sign it" },
        { "content changed after", "signed something else" },
        { "too long", "longer than 72 hours" },
        { "everything", "nothing that can be excepted" },
    };

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task What_two_persons_did_not_sign_excepts_nothing(string forgery, string reason)
    {
        await using var stage = await UnwarrantedAsync();
        Retake(stage, p => p.Except(
            c => c with
            {
                Kind = forgery == "everything" ? "everything" : "release",
                Release = p.Live.Digest,
                Until = forgery == "too long" ? p.IssuedAt.AddHours(73) : c.Until,
            },
            e => forgery switch
            {
                "one person" => e with { Acts = [e.Acts[0]] },
                "the same person twice" => e with { Acts = [e.Acts[0], e.Acts[0]] },
                "another signs for the owner" => e with
                {
                    Acts = [e.Acts[0] with { Envelope = e.Acts[1].Envelope }, e.Acts[1]],
                },
                "content changed after" => e with { Content = e.Content with { Until = e.Content.Until.AddHours(1) } },
                _ => e,
            }));
        Assert.Contains(reason, Assert.Single(stage.Gateway.Snapshots.Current!.NotExcepted).Reason);
        using var refused = await stage.ChatAsync(Chat.Ask(temperature: "0.7"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public void A_content_is_of_one_of_two_forms()
    {
        var content = new ExceptionContent
        {
            Id = Guid.Empty,
            System = "desk",
            Environment = "production",
            Kind = "guardrail",
            Guardrail = "pii",
            Direction = "output",
            Reason = "",
            Until = DateTimeOffset.UnixEpoch,
        };
        Assert.True(content.IsWellFormed());
        Assert.False((content with { Direction = "sideways" }).IsWellFormed());
        Assert.False((content with { Guardrail = null }).IsWellFormed());
        Assert.False((content with { Kind = "release", Release = "sha256:short" }).IsWellFormed());
        Assert.False((content with { Kind = "release" }).IsWellFormed());
    }

    private static SnapshotException Retake(Stage stage, Func<SnapshotPlan, SnapshotException> except)
    {
        SnapshotException? made = null;
        Assert.True(stage.Retake(p => made = except(p)).IsTaken);
        return made!;
    }

    /// <summary>The release in service is warranted; a newer one with another temperature is not.</summary>
    private static async Task<Stage> UnwarrantedAsync()
    {
        var stage = await Stage.LlmAsync(change: p =>
        {
            p.Add(Manifest.Llm("2.0.0", parameters: "temperature: 0.7"), Manifest.Files);
            p.IsWarranted = r => r.Digest == p.First.Digest;
        });
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());
        return stage;
    }
}
