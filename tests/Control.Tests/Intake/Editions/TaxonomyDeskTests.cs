using System.Text.Json.Nodes;
using Provost.Testing;

namespace Provost.Control.Tests.Intake.Editions;

public sealed class TaxonomyDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task An_edition_is_planned_signed_by_two_freezes_what_it_tightens_and_ends_in_another_approval()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        await house.WarrantAsync();
        var file = Edition2.Document(d => d["rules"]!.AsArray()[^1]!["when"] = JsonNode.Parse(
            """{ "exposureAtLeast": { "USD": "500", "EUR": "500", "GBP": "500", "CHF": "500" } }""")).ToJsonString();

        var plan = (await house.SendAsync("mia", HttpMethod.Post, "/api/taxonomy/plan", Body(file))).Ok();
        var change = Assert.Single(plan["changes"]!.AsArray())!;
        Assert.Equal(
            ("rises", "limited", "weighty"),
            ((string)change["change"]!, (string)change["before"]!, (string)change["after"]!));
        Assert.Equal("Approvers", (string)Assert.Single(change["duties"]!.AsArray(), d =>
            ((string)d!["after"]!).Contains("compliance"))!["path"]!);

        Assert.Equal("provost.taxonomy.persons", (await ProposalAsync(house, "mia", file)).Code);
        Assert.False((bool)(await SignAsync(house, "ana", file)).Ok()["inForce"]!);
        Assert.Equal("provost.taxonomy.second_person", (await ProposalAsync(house, "ana", file)).Code);
        Assert.Equal("provost.taxonomy.compliance", (await ProposalAsync(house, "max", file)).Code);
        Assert.True((bool)(await SignAsync(house, "leo", file)).Ok()["inForce"]!);
        var shown = (await house.SendAsync("mia", HttpMethod.Get, "/api/taxonomy")).Ok();
        Assert.Equal(2, (int)shown["edition"]!["edition"]!);
        Assert.Equal("leo", (string)shown["edition"]!["appliedBy"]!["name"]!);

        Assert.Contains("tier_rose", await CodesAsync(house));
        Assert.Equal("provost.taxonomy.frozen", (await house.ApproveAsync("max")).Code);
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        Assert.Contains("tier_rose", await CodesAsync(house));
        (await house.ApproveAsync("dana")).Ok();
        (await house.ApproveAsync("ana")).Ok();
        Assert.NotNull((await house.ApproveAsync("leo")).Ok()["warrant"]);

        Assert.DoesNotContain("tier_rose", await CodesAsync(house));
        var newest = house.Log.State.Warrants.Issued[^1].Says;
        Assert.Equal((2, "limited", false), (newest.Taxonomy, newest.Tier, newest.Late));
        Assert.Equal(3, newest.Approvals.Count);
    }

    [Fact]
    public async Task An_unsound_edition_is_told_with_file_and_places_and_an_unknown_one_is_not_found()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.SetUpAsync();
        var unsound = Edition2.Document(d => d.Tier("high").Remove("reviewEvery")).ToJsonString();

        var refused = await house.SendAsync("pat", HttpMethod.Post, "/api/taxonomy/plan", Body(unsound));
        Assert.Equal("provost.taxonomy.invalid", refused.Code);
        var fault = Assert.Single(refused.Json["errors"]!.AsArray())!;
        Assert.Equal(
            ("policy.json", "tiers[3].reviewEvery"), ((string)fault["file"]!, (string)fault["path"]!));
        Assert.Equal(
            "provost.taxonomy.unknown",
            (await house.SendAsync("pat", HttpMethod.Get, "/api/taxonomy?edition=7")).Code);
    }

    private static async Task<IReadOnlyList<string>> CodesAsync(ControlHouse house) =>
    [
        .. (await house.SendAsync("mia", HttpMethod.Get, "/api/findings")).Ok()["items"]!.AsArray()
            .Select(f => (string)f!["code"]!),
    ];

    private static Task<Reply> ProposalAsync(ControlHouse house, string person, string file) =>
        house.SendAsync(person, HttpMethod.Post, "/api/taxonomy/proposal", Body(file));

    private static async Task<Reply> SignAsync(ControlHouse house, string person, string file)
    {
        var proposal = (await ProposalAsync(house, person, file)).Ok();
        var body = Body(file);
        body["envelope"] = house.Sign(person, proposal);
        return await house.SendAsync(person, HttpMethod.Post, "/api/taxonomy", body);
    }

    private static JsonObject Body(string file) => new() { ["file"] = "policy.json", ["edition"] = file };
}
