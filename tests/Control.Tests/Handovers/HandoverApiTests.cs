using System.Net;
using System.Text.Json.Nodes;
using Provost.Control.Handovers;
using Provost.Testing;

namespace Provost.Control.Tests.Handovers;

/// <summary>Ownership through the API: what a client of it sees and signs.</summary>
public sealed class HandoverApiTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task An_office_goes_from_hand_to_hand_by_two_signatures()
    {
        await using var house = await HouseAsync();
        (await OfferAsync(house, "dana", "max")).Ok();
        var row = Technical(await ListAsync(house, "?state=offered"));
        Assert.Equal(house.IdOf("max"), (string)row["offered"]!["person"]!);
        Assert.Equal("provost.systems.nothing_offered", (await AcceptAsync(house, "leo")).Code);

        var done = (await AcceptAsync(house, "max")).Ok();
        Assert.Equal(house.IdOf("max"), (string)done["owners"]!["technical"]!["person"]!);
        Assert.Null(done["offered"]);
        Assert.Equal("held", (string)Technical(await ListAsync(house))["state"]!);

        var page = (await house.SendAsync("mia", HttpMethod.Get, "/api/systems/desk")).Ok();
        Assert.Equal(2, page["environments"]![0]!["ownerHistory"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_leaver_is_flagged_at_once_and_replaced_by_compliance()
    {
        await using var house = await HouseAsync();
        await LeaveAsync(house, "sam");
        var row = Technical(await ListAsync(house, "?state=vacant"));
        Assert.NotNull(row["leftAt"]);
        Assert.Equal("provost.ownership.vacant", (await house.SubmitAsync("mia")).Code);
        Assert.Equal("provost.handover.forbidden", (await OfferAsync(house, "ana", "max")).Code);
        Assert.Equal("provost.handover.person", (await OfferAsync(house, "leo", "sam")).Code);

        (await OfferAsync(house, "leo", "max")).Ok();
        (await AcceptAsync(house, "max")).Ok();
        (await house.SubmitAsync("mia")).Ok();
        Assert.Empty((await ListAsync(house, "?state=vacant")).AsArray());
        var past = await ListAsync(house, "?system=desk&asOf=2000-01-01T00:00:00Z");
        Assert.Empty(past.AsArray());
    }

    [Fact]
    public async Task Tier_high_is_suspended_after_72_hours_without_an_owner_and_not_before()
    {
        await using var house = await HouseAsync();
        await house.WarrantAsync();
        var clock = new SuspensionClock(house.Log, house.Desks.Orders, house.Time);
        await LeaveAsync(house, "sam");
        house.Time.Advance(TimeSpan.FromHours(100));
        await clock.TickAsync(CancellationToken.None);
        Assert.Empty(house.Log.State.Orders.InForce); // the tier is not high

        await using var high = await HouseAsync();
        await high.WarrantHighAsync();
        clock = new SuspensionClock(high.Log, high.Desks.Orders, high.Time);
        await LeaveAsync(high, "sam");
        high.Time.Advance(TimeSpan.FromHours(71));
        await clock.TickAsync(CancellationToken.None);
        Assert.Empty(high.Log.State.Orders.InForce);
        high.Time.Advance(TimeSpan.FromHours(1));
        await clock.TickAsync(CancellationToken.None);
        await clock.TickAsync(CancellationToken.None);
        Assert.Equal("pause", Assert.Single(high.Log.State.Orders.InForce).Kind);
    }

    [Fact]
    public async Task A_rehearsal_tells_what_each_gateway_answered_and_stands_in_the_list()
    {
        await using var house = await HouseAsync();
        var body = new JsonObject { ["environment"] = "production" };
        Assert.Equal("provost.orders.forbidden", (await house.SendAsync(
            "mia", HttpMethod.Post, "/api/systems/desk/rehearsals", body.DeepClone())).Code);
        var done = (await house.SendAsync("sam", HttpMethod.Post, "/api/systems/desk/rehearsals", body)).Ok();
        Assert.True((bool)done["points"]![0]!["confirmed"]!);
        Assert.NotNull(Technical(await ListAsync(house))["rehearsed"]);
        Assert.Empty(house.Log.State.Orders.InForce);
    }

    [Fact]
    public async Task The_list_comes_by_pages()
    {
        await using var house = await HouseAsync();
        var first = (await house.SendAsync("mia", HttpMethod.Get, "/api/owners?limit=1")).Ok();
        Assert.Equal("business", (string)Assert.Single(first["items"]!.AsArray())!["office"]!);
        var next = Uri.EscapeDataString((string)first["next"]!);
        var second = (await house.SendAsync("mia", HttpMethod.Get, $"/api/owners?limit=1&after={next}")).Ok();
        Assert.Equal("technical", (string)Assert.Single(second["items"]!.AsArray())!["office"]!);
        Assert.Null(second["next"]);
    }

    private async Task<ControlHouse> HouseAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        return house;
    }

    private static async Task<Reply> OfferAsync(ControlHouse house, string by, string technical)
    {
        var proposal = await house.SendAsync(
            by, HttpMethod.Post, "/api/systems/desk/handover/proposal",
            new JsonObject { ["technical"] = house.MailOf(technical) });
        return proposal.Status != HttpStatusCode.OK
            ? proposal
            : await house.SendAsync(by, HttpMethod.Post, "/api/systems/desk/handover", new JsonObject
            {
                ["says"] = proposal.Json["says"]!.DeepClone(),
                ["envelope"] = house.Sign(by, proposal.Json),
                ["reason"] = "Sam has left.",
            });
    }

    private static async Task<Reply> AcceptAsync(ControlHouse house, string person)
    {
        var proposal = await house.SendAsync(person, HttpMethod.Get, "/api/systems/desk/acceptance");
        return proposal.Status != HttpStatusCode.OK
            ? proposal
            : await house.SendAsync(
                person, HttpMethod.Post, "/api/systems/desk/acceptance",
                new JsonObject { ["envelope"] = house.Sign(person, proposal.Json) });
    }

    private static async Task LeaveAsync(ControlHouse house, string person) => (await house.SendAsync(
        "pat", HttpMethod.Post, $"/api/people/{house.IdOf(person)}/changes",
        new JsonObject { ["change"] = "deactivated", ["reason"] = "left" })).Ok();

    private static async Task<JsonNode> ListAsync(ControlHouse house, string query = "") =>
        (await house.SendAsync("mia", HttpMethod.Get, "/api/owners" + query)).Ok()["items"]!;

    private static JsonNode Technical(JsonNode rows) =>
        rows.AsArray().Single(r => (string?)r!["office"] == "technical")!;
}
