using System.Text.Json.Nodes;
using Provost.Control.Approvals;
using Provost.Control.Custody;
using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Envelopes;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Envelopes;

/// <summary>Each fact has a house of its own: an envelope is used up and ends.</summary>
public sealed class VariantDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Twenty_variants_of_a_day_are_admitted_each_with_its_whole_record_and_the_next_is_refused()
    {
        await using var house = await OpenAsync();
        for (var i = 1; i <= 20; i++)
        {
            var submitted = await house.VaryAsync($"1.0.{i}", "0.3", $"You answer, as {i}.\n");
            Assert.Equal("waiting", (string)submitted["variant"]!["standing"]!);
        }

        var state = house.Log.State;
        var key = new SystemKey("desk", "production");
        var envelope = state.Warrants.Issued[0];
        var variants = state.Warrants.Issued.Where(w => w.Says.Variant is not null).ToList();
        Assert.Equal(Enumerable.Range(1, 20), variants.Select(w => w.Says.Variant!.Number));
        Assert.Equal(20, variants.Select(w => w.Release).Distinct().Count());
        var enforced = house.Holder.Current!;
        Assert.Equal(
            state.Warrants.InForce(key, house.Time.GetUtcNow()).Select(w => w.Release).Order(),
            enforced.Document.Releases.Select(r => r.Digest).Order());
        Assert.Equal(21, enforced.Document.Warrants.Count);
        Assert.Empty(enforced.NotAdmitted);
        Assert.Empty(enforced.NotServed);
        Assert.All(variants, w => IsWhole(house, w, envelope));

        var refused = await house.VaryAsync("1.0.21", "0.3", "You answer, as 21.\n");
        Assert.Equal("closed", (string)refused["variant"]!["standing"]!);
        Assert.Equal("all 20 variants of today (UTC) are used", (string)refused["variant"]!["why"]![0]!);
        Assert.Equal(21, house.Log.State.Warrants.Issued.Count);
        Assert.DoesNotContain(house.Log.State.Rehearsals.All, r => r.Is.Release == (string)refused["digest"]!);

        var line = (await house.SendAsync("leo", HttpMethod.Get, "/api/envelopes?system=desk")).Ok()["items"]![0]!;
        Assert.Equal(("closed", 20, 20), ((string)line["standing"]!, (int)line["usedToday"]!, (int)line["variants"]!));
        var page = (await house.SendAsync(
            "leo", HttpMethod.Get, $"/api/envelopes/{envelope.Id}/variants?limit=7")).Ok();
        Assert.Equal("1.0.20", (string)page["items"]![0]!["version"]!);
        Assert.Equal("0.2", (string)page["items"]![0]!["changes"]![0]!["before"]!);
        Assert.NotNull(page["next"]);
    }

    [Fact]
    public async Task What_left_its_bound_is_told_by_part_and_falls_to_persons()
    {
        await using var house = await OpenAsync();
        var hot = (await house.VaryAsync("1.0.1", "0.9", new string('x', 41)))["variant"]!;
        Assert.Equal("outside", (string)hot["standing"]!);
        Assert.Equal(
            ["spec.model.parameters.temperature is 0.9; the envelope allows 0 to 0.5",
                "prompt.md has 41 characters; the envelope allows 40"],
            hot["why"]!.AsArray().Select(w => (string)w!));
        var other = (await house.VaryAsync("1.0.2", edit: m => m.Replace("rate: 0.05", "rate: 0.5")))["variant"]!;
        Assert.Equal(
            "spec.thresholds.latency.rate differs; the envelope does not let it vary", (string)other["why"]![0]!);
        Assert.Empty(house.Log.State.Rehearsals.All);

        (await house.ApproveAsync("dana", "1.0.1")).Ok();
        Assert.NotNull((await house.ApproveAsync("ana", "1.0.1")).Ok()["warrant"]);
        Assert.Null(house.Log.State.Warrants.Issued[^1].Says.Variant);
    }

    [Fact]
    public async Task A_draft_that_somebody_without_a_part_in_the_system_puts_forward_is_no_variant()
    {
        await using var house = await OpenAsync();
        var parent = house.Log.State.Registry.Version("desk", "1.0.0")!.Digest;
        (await house.ApplyAsync("1.0.1", "0.3", EnvelopeHouse.Prompt, parent)).Ok();
        var submitted = (await house.SubmitAsync("leo", "1.0.1")).Ok();
        await house.SettleAsync();

        Assert.Equal("closed", (string)submitted["variant"]!["standing"]!);
        Assert.Contains("may not apply manifests", (string)submitted["variant"]!["why"]![0]!);
        Assert.Single(house.Log.State.Warrants.Issued);
        Assert.Empty(house.Log.State.Rehearsals.All);
        var release = house.Log.State.Registry.Version("desk", "1.0.1")!;
        (await house.SendAsync(
            "leo", HttpMethod.Post, "/api/systems/desk/releases/1.0.1/tests", new JsonObject())).Ok();
        await house.Desks.Rehearsals.WhenEndedAsync(house.Log.State.Rehearsals.All[^1].Id);
        Assert.Equal("provost.envelopes.closed", (await house.Desks.Signer.IssueWarrantAsync(
            new WarrantRequest("desk", "production", release.Digest), CancellationToken.None)).Fault?.Code);
    }

    [Fact]
    public async Task Evidence_that_falls_short_admits_nothing_and_a_later_test_asks_again()
    {
        await using var house = await OpenAsync();
        house.Replay = EnvelopeHouse.Answering("Within 30 days.");
        await house.VaryAsync("1.0.1", "0.3");
        var standing = await house.StandingAsync("1.0.1");
        Assert.Equal("failed", (string)standing["standing"]!);
        Assert.Equal("correct is 0.5; the envelope asks 0.9", (string)standing["why"]![0]!);
        Assert.Single(house.Log.State.Rehearsals.All);

        house.Replay = EnvelopeHouse.Answering("Within 30 days, five days.");
        (await house.SendAsync(
            "mia", HttpMethod.Post, "/api/systems/desk/releases/1.0.1/tests", new JsonObject())).Ok();
        await house.Desks.Rehearsals.WhenEndedAsync(house.Log.State.Rehearsals.All[^1].Id);
        await house.SettleAsync();
        Assert.Equal("issued", (string)(await house.StandingAsync("1.0.1"))["standing"]!);
    }

    [Fact]
    public async Task Variants_end_with_the_envelope_and_traffic_goes_back_to_no_release_of_it()
    {
        await using var house = await OpenAsync();
        await house.VaryAsync("1.0.1", "0.3");
        var envelope = house.Log.State.Warrants.Issued[0];
        var proposal = (await house.SendAsync(
            "dana", HttpMethod.Get, $"/api/warrants/{envelope.Id}/revocation")).Ok();
        (await house.SendAsync("dana", HttpMethod.Post, $"/api/warrants/{envelope.Id}/revocation", new JsonObject
        {
            ["reason"] = "no longer wanted",
            ["envelope"] = house.Sign("dana", proposal),
        })).Ok();
        Assert.All(house.Log.State.Warrants.Issued, w => Assert.NotNull(w.RevokedAt));
        Assert.Empty(house.Holder.Current!.Document.Warrants);

        var after = (await house.VaryAsync("1.0.2", "0.4"))["variant"]!;
        Assert.Equal("its warrant is not in force any more", (string)after["why"]![0]!);
        Assert.Equal("over", (string)(await house.SendAsync(
            "leo", HttpMethod.Get, $"/api/envelopes/{envelope.Id}")).Ok()["standing"]!);
    }

    [Fact]
    public async Task A_variant_lasts_as_long_as_its_envelope_says_and_the_release_of_the_envelope_serves_again()
    {
        await using var house = await OpenAsync();
        await house.VaryAsync("1.0.1", "0.3");
        var key = new SystemKey("desk", "production");
        Assert.Equal("1.0.1", Live());
        house.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal("1.0.0", Live());

        string? Live() => house.Log.State.Registry.Release(
            "desk", house.Log.State.Warrants.Live(key, house.Time.GetUtcNow())!.Release)?.Version;
    }

    [Fact]
    public async Task A_paused_system_takes_no_variant_until_it_is_resumed()
    {
        await using var house = await OpenAsync();
        (await house.SendAsync("sam", HttpMethod.Post, "/api/systems/desk/orders", new JsonObject
        {
            ["environment"] = "production",
            ["kind"] = "pause",
            ["reason"] = "looks odd",
        })).Ok();
        var paused = (await house.VaryAsync("1.0.1", "0.3"))["variant"]!;
        Assert.Equal("the system is under orders (pause)", (string)paused["why"]![0]!);
        Assert.Single(house.Log.State.Warrants.Issued);
    }

    [Fact]
    public async Task Nobody_mints_a_variant_without_the_signer_and_the_signer_asks_its_own_fold()
    {
        await using var house = await OpenAsync();
        await house.VaryAsync("1.0.1", "0.3");
        var issued = house.Log.State.Warrants.Issued[^1];
        await house.VaryAsync("1.0.2", "0.9");
        var outside = house.Log.State.Registry.Version("desk", "1.0.2")!;
        Assert.Equal("provost.envelopes.outside", (await house.Desks.Signer.IssueWarrantAsync(
            new WarrantRequest("desk", "production", outside.Digest), CancellationToken.None)).Fault?.Code);
        house.Replay = EnvelopeHouse.Answering("No.");
        await house.VaryAsync("1.0.3", "0.4");
        var unproven = house.Log.State.Registry.Version("desk", "1.0.3")!;
        Assert.Equal("provost.envelopes.unproven", (await house.Desks.Signer.IssueWarrantAsync(
            new WarrantRequest("desk", "production", unproven.Digest), CancellationToken.None)).Fault?.Code);

        // a variant's warrant has its effect once, and another key's has none
        Assert.Equal("provost.envelopes.closed", await WriteAsync(house, issued.Says, issued.Envelope));
        using var stranger = Ed25519PrivateKey.Generate();
        var forged = issued.Says with { Id = Guid.CreateVersion7(house.Time.GetUtcNow()) };
        Assert.Equal("provost.warrants.unsigned", await WriteAsync(house, forged, SignedStatement.Element(Dsse.Sign(
            Statement<WarrantPredicate>.PayloadType, Dsse.Read(issued.Envelope).Payload, stranger))));
        Assert.Equal(2, house.Log.State.Warrants.Issued.Count);
    }

    [Fact]
    public async Task A_server_that_was_killed_in_the_middle_goes_on_where_it_was()
    {
        await using var house = await OpenAsync();
        var parent = house.Log.State.Registry.Version("desk", "1.0.0")!.Digest;
        (await house.ApplyAsync("1.0.1", "0.3", EnvelopeHouse.Prompt, parent)).Ok();
        (await house.SubmitAsync("mia", "1.0.1")).Ok();
        var never = new TaskCompletionSource<ReplayAnswer>();
        house.Replay = (_, _) => never.Task;
        await house.Desks.Variants.TickAsync(CancellationToken.None);
        Assert.Equal("testing", (string)(await house.StandingAsync("1.0.1"))["standing"]!);

        house.Time.Advance(TimeSpan.FromSeconds(5));
        house.Replay = EnvelopeHouse.Answering("Within 30 days, five days.");
        using var next = house.Furnish(house.Database);
        for (var i = 0; i < 3; i++)
        {
            await next.Variants.TickAsync(CancellationToken.None);
            await next.Rehearsals.WhenEndedAsync(house.Log.State.Rehearsals.All[^1].Id);
        }

        Assert.Equal("the server was started again", house.Log.State.Rehearsals.All[0].Fault);
        Assert.Equal("issued", (string)(await house.StandingAsync("1.0.1"))["standing"]!);
        never.SetCanceled();
    }

    private Task<ControlHouse> OpenAsync() => OpenHouseAsync(database);

    private static async Task<ControlHouse> OpenHouseAsync(TestDatabase database) =>
        await EnvelopeHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));

    private static async Task<string> WriteAsync(
        ControlHouse house, WarrantPredicate says, System.Text.Json.JsonElement envelope)
    {
        var outcome = await house.Log.AppendAsync(
            GovernanceDraft.Of(Actor.Self, says.Id.ToString(), new WarrantIssued { Warrant = says.Id }) with
            {
                Statement = envelope,
            },
            CancellationToken.None);
        return Assert.IsType<GovernanceOutcome.Refused>(outcome).Fault.Code;
    }

    private static void IsWhole(ControlHouse house, Warrant warrant, Warrant envelope)
    {
        var (state, says) = (house.Log.State, warrant.Says.Variant!);
        var test = state.Rehearsals.Find(says.Test)!;
        Assert.Equal((envelope.Id, envelope.Release), (says.Warrant, says.Origin));
        Assert.Equal(house.IdOf("mia"), says.By);
        Assert.Equal((warrant.Release, TestResultPredicate.Passed), (test.Is.Release, test.Result!.Result));
        Assert.Equal(Digest.Of(Dsse.Write(Dsse.Read(test.Statement!.Value))), says.Evidence);
        Assert.Equal(new VariantMeasure("correct", "1", "0.9"), Assert.Single(says.Measures));
        Assert.Equal(["parameters.temperature", "prompts.prompt.md"], says.Changes.Select(c => c.Part));
        Assert.Equal(
            ("0.2", "0.3", "0 to 0.5"), (says.Changes[0].Before, says.Changes[0].After, says.Changes[0].Bound));
        Assert.All(says.Changes, c => Assert.Null(EnvelopeBounds.Outside(
            EnvelopeSpec.Read(envelope.Says.Envelope!.Value), c)));
        Assert.Empty(warrant.Says.Approvals);
        Assert.True(warrant.Says.NotAfter <= envelope.Says.NotAfter);
    }
}
