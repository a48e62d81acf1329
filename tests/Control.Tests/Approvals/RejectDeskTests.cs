using System.Text.Json.Nodes;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Tests.Governance;
using Provost.Testing;

namespace Provost.Control.Tests.Approvals;

public sealed class RejectDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_signed_no_sends_the_release_back_to_its_author_with_the_reason()
    {
        await using var house = await SubmittedAsync();
        Assert.Equal("provost.approvals.own_work", (await house.RejectAsync("mia", "1.0.0", "Not yet.")).Code);
        Assert.Equal("provost.approvals.no_standing", (await house.RejectAsync("leo", "1.0.0", "Not yet.")).Code);
        Assert.Equal("provost.bad_request", (await house.RejectAsync("dana", "1.0.0", " ")).Code);
        Assert.Equal(
            "provost.statement.not_yours", (await house.RejectAsync("dana", "1.0.0", "Too vague.", "ana")).Code);
        (await house.RejectAsync("dana", "1.0.0", "Too vague.")).Ok();

        var back = Assert.Single((await ListAsync(house, "mia", "?mine=true")))!;
        Assert.Equal("Too vague.", (string)back["reason"]!);
        Assert.Equal("dana", (string)back["rejectedBy"]!["name"]!);
        Assert.Empty(await ListAsync(house, "ana", "?mine=true"));
        var page = (await house.SendAsync("mia", HttpMethod.Get, "/api/systems/desk")).Ok();
        var release = page["environments"]![0]!["releases"]![0]!;
        Assert.Equal("rejected", (string)release["state"]!);
        Assert.Equal("Too vague.", (string)release["rejected"]!["reason"]!);
        Assert.Equal("provost.approvals.rejected", (await house.ApproveAsync("ana")).Code);
    }

    [Fact]
    public async Task A_later_release_answers_the_rejection()
    {
        await using var house = await SubmittedAsync();
        (await house.RejectAsync("dana", "1.0.0", "Too vague.")).Ok();
        (await house.ApplyAsync("mia", house.Manifest("1.0.1"), "You answer well.\n")).Ok();
        (await house.SubmitAsync("mia", "1.0.1")).Ok();
        Assert.Empty(await ListAsync(house, "mia", ""));
    }

    [Fact]
    public async Task The_reason_that_was_signed_is_the_reason_that_counts()
    {
        await using var house = await SubmittedAsync();
        const string at = "/api/systems/desk/releases/1.0.0/rejections";
        var proposal = (await house.SendAsync(
            "dana", HttpMethod.Post, $"{at}/proposal", new JsonObject { ["reason"] = "Too vague." })).Ok();
        var other = await house.SendAsync("dana", HttpMethod.Post, at, new JsonObject
        {
            ["reason"] = "Too long.",
            ["envelope"] = house.Sign("dana", proposal),
        });
        Assert.Equal("provost.statement.differs", other.Code);
        Assert.Empty(house.Log.State.Approvals.Rejected);
    }

    [Fact]
    public void One_of_before_reasons_stood_in_clear_stands()
    {
        using var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim"));
        town.Give(GovernanceTown.Submit("kim"));
        var body = new RejectionGiven
        {
            System = "desk",
            Environment = "production",
            Release = GovernanceTown.ReleaseOf("1.0.0"),
        };
        town.Give(GovernanceDraft.Of(Actor.Person("lea"), body.Release, body));
        Assert.Null(Assert.Single(town.State.Approvals.Rejected).Reason);
    }

    [Fact]
    public void Who_is_merely_offered_an_office_sends_nothing_back()
    {
        using var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim"));
        town.Give(GovernanceTown.Submit("kim"));
        town.Give(town.Act("dana", "desk", new HandoverOffered { System = "desk", Technical = "ola" }, "handover"));
        var body = new RejectionGiven
        {
            System = "desk",
            Environment = "production",
            Release = GovernanceTown.ReleaseOf("1.0.0"),
            Reason = "Too vague.",
        };
        Assert.Equal("provost.approvals.no_standing", town.Code(town.Act("ola", body.Release, body, "reject")));
        town.Give(town.Act("sam", body.Release, body, "reject"));
    }

    private static async Task<JsonArray> ListAsync(ControlHouse house, string person, string query) =>
        (await house.SendAsync(person, HttpMethod.Get, "/api/rejections" + query)).Ok()["items"]!.AsArray();

    private async Task<ControlHouse> SubmittedAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        (await house.SubmitAsync("mia")).Ok();
        return house;
    }
}
