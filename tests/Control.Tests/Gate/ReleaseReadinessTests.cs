using System.Text.Json.Nodes;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Intake;
using Provost.Control.Registry;
using Provost.Testing;

namespace Provost.Control.Tests.Gate;

/// <summary>All that a release lacks before anybody may approve it, at once.</summary>
public sealed class ReleaseReadinessTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task In_tier_high_a_bare_release_takes_no_approval_and_every_gap_is_named_at_once()
    {
        await using var house = await HouseAsync();
        var bare = house.Tested().Replace(
            "  evaluation: { set: evals.jsonl, minimum: { correct: 0.9 } }\n", "")
            .Replace("  prompt: { file: prompt.md, bind: verify }\n", "")
            .Replace("  failMode: closed", "  dataSources: [ { name: handbook, class: public } ]\n  failMode: closed");
        var plan = (await house.ApplyAsync("mia", bare)).Ok();
        string[] expected =
            ["spec.prompt", "spec.retrieval", "spec.evaluation", "provost rollback desk --rehearse"];
        AllNamed(plan["releases"]![0]!["missing"]!, expected);

        AllNamed((await house.SubmitAsync("mia")).Ok()["missing"]!, expected);
        var digest = house.Log.State.Registry.Version("desk", "1.0.0")!.Digest;
        var gate = (await house.SendAsync(
            "leo", HttpMethod.Get, $"/api/gate?digest={digest}&environment=production")).Ok();
        Assert.Equal(
            [
                "lineage_missing", "lineage_missing", "evidence_missing", "rollback_unrehearsed", "approval_missing",
                "approval_missing", "approval_missing",
            ],
            gate["missing"]!.AsArray().Select(m => (string)m!["code"]!));
        var waiting = (await house.SendAsync("dana", HttpMethod.Get, "/api/approvals")).Ok()["items"]![0]!;
        AllNamed(waiting["missing"]!, expected);
        Assert.False((bool)waiting["asksYou"]!);

        var refused = await house.ApproveAsync("dana");
        Assert.Equal("provost.approvals.evidence", refused.Code);
        Assert.All(expected, word => Assert.Contains(word, (string)refused.Json["detail"]!));
    }

    [Fact]
    public async Task A_release_that_was_fit_for_a_lower_tier_is_held_to_the_higher_one()
    {
        await using var house = await HouseAsync();
        await house.SubmitTestedAsync(house.Tested(isHigh: false).Replace("  fallback: { answer: Later. }\n", ""));
        var state = house.Log.State;
        var (system, release) = (
            state.Registry.Find("desk", "production")!, state.Registry.Version("desk", "1.0.0")!);
        Assert.Empty(ReleaseReadiness.Missing(state, system, release, house.Time.GetUtcNow()));
        Assert.Equal(
            ["constraints_missing", "evidence_missing", "rollback_unrehearsed"],
            ReleaseReadiness.Missing(state, system with { Tier = "high" }, release, house.Time.GetUtcNow())
                .Select(m => m.Code));
    }

    [Theory]
    [InlineData("llm", "model.name,prompt,thresholds,fallback")]
    [InlineData("model", "model.name,model.artifact,model.data,model.code,thresholds,fallback")]
    [InlineData("agent", "model.name,prompt,thresholds,fallback")]
    [InlineData("vendor", "model.name,terms,thresholds,fallback")]
    [InlineData("chain", "components")]
    public void Each_kind_names_what_it_is_made_of(string kind, string places) => Assert.Equal(
        places.Split(','),
        Unnamed(kind, "high").Select(m => m.Message.Split("(spec.")[1].TrimEnd(')')));

    [Fact]
    public void A_tier_that_nobody_wrote_down_has_every_duty()
    {
        Assert.Same(ReleaseDuties.Of("high"), ReleaseDuties.Of("extreme"));
        Assert.Empty(Unnamed("llm", "minimal"));
        Assert.Equal(
            ["constraints_missing"], Unnamed("llm", "limited").Select(m => m.Code));
    }

    [Fact]
    public async Task The_signer_reads_the_document_again_and_believes_no_record_about_it()
    {
        await using var house = await HouseAsync();
        await house.ApplyTestedAsync(house.Tested().Replace("  prompt: { file: prompt.md, bind: verify }\n", ""));

        // as if the server had written of the release what its document does not say
        var told = house.Log.State.Registry.Drafts[("desk", "1.0.0")];
        Assert.DoesNotContain("prompt", told.Declares!);
        var lie = told with { Declares = [.. told.Declares!.Append("prompt").Order(StringComparer.Ordinal)] };
        await house.Log.AppendAsync(
            GovernanceDraft.Of(Actor.Person(house.IdOf("mia")), "desk", lie), CancellationToken.None);
        await house.ProveAsync();
        (await house.ApproveAsync("dana", digestFrom: "checkout")).Ok();
        Assert.Equal("provost.warrants.declares", (await house.ApproveAsync("ana")).Code);
        Assert.Empty(house.Log.State.Warrants.Issued);
    }

    private static IEnumerable<GateFinding> Unnamed(string kind, string tier) => ReleaseDuties.Unnamed(
        SystemOf(kind, tier), Taxonomy.BuiltIn.DutiesOf(tier, "production"), []);

    private static SystemState SystemOf(string kind, string tier) => new()
    {
        Key = new SystemKey("desk", "production"),
        Kind = kind,
        Unit = "care",
        Purpose = "Answers.",
        Population = "Customers",
        Terms = "sha256:",
        Tier = tier,
        Taxonomy = 1,
        Owners = new OwnerIds("dana", "sam", null),
        Escalation = [],
        Contacts = new Dictionary<string, string>(),
        Registrant = "mia",
        Since = DateTimeOffset.UnixEpoch,
        Changed = DateTimeOffset.UnixEpoch,
    };

    private static void AllNamed(JsonNode missing, string[] words) => Assert.All(
        words, word => Assert.Contains(missing.AsArray(), m => ((string)m!).Contains(word, StringComparison.Ordinal)));

    private async Task<ControlHouse> HouseAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        return house;
    }
}
