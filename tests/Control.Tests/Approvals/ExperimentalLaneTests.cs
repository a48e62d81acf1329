using System.Text.Json.Nodes;
using Provost.Control.Registry;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Approvals;

public sealed class ExperimentalLaneTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task One_person_lets_an_experiment_begin_and_production_asks_for_everything()
    {
        await using var house = await OpenAsync();
        var manifest = house.Manifest(environment: "experimental, production");
        (await house.ApplyAsync("mia", manifest.Replace("exposure: 1000", "exposure: 20000"))).Ok();
        Assert.Equal("limited", house.Log.State.Registry.Find("desk", "experimental")!.Tier);
        (await house.SubmitAsync("mia")).Ok();
        var (lane, production) = (new SystemKey("desk", "experimental"), new SystemKey("desk", "production"));
        Assert.NotNull((await ApproveAsync(house, "dana")).Ok()["warrant"]);

        var warrant = house.Log.State.Warrants.Live(lane, house.Time.GetUtcNow())!;
        Assert.Single(warrant.Says.Approvals);
        Assert.Equal(warrant.Says.NotBefore + SigningQuorum.LongestExperiment, warrant.Says.NotAfter);
        Assert.Empty(house.Holder.Current!.NotAdmitted);
        Assert.Null(house.Log.State.Warrants.Live(production, house.Time.GetUtcNow()));
        Assert.Null((await house.ApproveAsync("ana")).Ok()["warrant"]);
        Assert.Null(house.Log.State.Warrants.Live(production, house.Time.GetUtcNow()));
        Assert.NotNull((await house.ApproveAsync("dana")).Ok()["warrant"]);

        var listed = (await house.SendAsync("leo", HttpMethod.Get, "/api/systems?environment=experimental")).Ok();
        Assert.Equal("experimental", (string)Assert.Single(listed["items"]!.AsArray())!["environment"]!);
        house.Time.Advance(SigningQuorum.LongestExperiment);
        Assert.Null(house.Log.State.Warrants.Live(lane, house.Time.GetUtcNow()));
    }

    [Fact]
    public async Task Data_about_persons_are_refused_with_the_field()
    {
        await using var house = await OpenAsync();
        var reply = await house.ApplyAsync(
            "mia", house.Manifest(environment: "experimental").Replace("[public]", "[public, personal]"));
        var fault = Assert.Single(reply.Json["errors"]!.AsArray())!;
        Assert.Equal("spec.intake.dataClasses", (string)fault["path"]!);
        Assert.Contains("not for personal", (string)fault["message"]!);
    }

    [Fact]
    public async Task Tier_high_is_no_light_duty_in_the_lane_either()
    {
        await using var house = await OpenAsync();
        (await house.ApplyAsync(
            "mia", house.Manifest(environment: "experimental").Replace("annexIII: none", "annexIII: education"))).Ok();
        (await house.SubmitAsync("mia")).Ok();
        var reply = await house.SendAsync(
            "dana", HttpMethod.Get, "/api/systems/desk/releases/1.0.0/approval?environment=experimental");
        Assert.Equal("provost.approvals.evidence", reply.Code);
        var state = house.Log.State;
        var missing = Control.Approvals.QuorumRule.Of(
            state, state.Registry.Find("desk", "experimental")!, state.Registry.Version("desk", "1.0.0")!,
            house.Time.GetUtcNow()).Missing;
        Assert.Contains("a second person with role approver", missing);
    }

    private async Task<ControlHouse> OpenAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        return house;
    }

    private static async Task<Reply> ApproveAsync(ControlHouse house, string person)
    {
        const string at = "/api/systems/desk/releases/1.0.0";
        var proposal = (await house.SendAsync(
            person, HttpMethod.Get, $"{at}/approval?environment=experimental")).Ok();
        return await house.SendAsync(person, HttpMethod.Post, $"{at}/approvals", new JsonObject
        {
            ["environment"] = "experimental",
            ["envelope"] = house.Sign(person, proposal),
        });
    }
}
