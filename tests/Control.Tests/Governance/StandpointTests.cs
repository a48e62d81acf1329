using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Testing;

namespace Provost.Control.Tests.Governance;

public sealed class StandpointTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public void At_every_instant_of_a_history_the_state_is_the_one_that_was_seen_then()
    {
        using var town = GovernanceTown.Peopled();
        var seen = new List<(DateTimeOffset At, GovernanceState State)> { (town.Time.GetUtcNow(), town.State) };
        foreach (var act in new Func<GovernanceDraft>[]
        {
            () => town.Apply("kim"),
            () => GovernanceTown.Submit("kim"),
            () => town.Approve("lea"),
            () => town.Approve("dana"),
            () => GovernanceTown.Order(Actor.Person("dana"), "pause", Guid.CreateVersion7(town.Time.GetUtcNow())),
            () => town.Apply("kim", tier: "high"),
        })
        {
            town.Time.Advance(TimeSpan.FromMinutes(7));
            town.Give(act());
            seen.Add((town.Time.GetUtcNow(), town.State));
        }

        town.Time.Advance(TimeSpan.FromMinutes(7));
        var whole = seen[^1].At - seen[0].At;
        Prop.ForAll(
            Gen.Choose(0, (int)whole.TotalSeconds + 60).ToArbitrary(),
            seconds =>
            {
                var at = seen[0].At.AddSeconds(seconds);
                var (then, expected) = (From(town, at).State, seen.FindLast(s => s.At <= at).State);
                return then.Position == expected.Position
                    && then.Registry.Systems.Count == expected.Registry.Systems.Count
                    && then.Registry.Releases.Count == expected.Registry.Releases.Count
                    && then.Approvals.Given.Count == expected.Approvals.Given.Count
                    && then.Orders.InForce.Count == expected.Orders.InForce.Count
                    && then.Registry.Systems.Values.Select(s => s.Tier).SequenceEqual(
                        expected.Registry.Systems.Values.Select(s => s.Tier));
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Now_needs_no_instant_and_the_future_is_refused()
    {
        using var town = GovernanceTown.Peopled();
        var now = town.Time.GetUtcNow();
        Assert.Same(town.State, Standpoint.Of(town.Log, "", now).Value.State);
        Assert.Equal("provost.as_of.future", Standpoint.Of(town.Log, "2999-01-01", now).Fault?.Code);
        var unreadable = Standpoint.Of(town.Log, "last week", now).Fault!;
        Assert.Equal(("provost.bad_request", "asOf"), (unreadable.Code, unreadable.Details[0].Path));
    }

    [Fact]
    public void An_instant_without_a_zone_is_utc()
    {
        using var town = GovernanceTown.Peopled();
        var at = Standpoint.Of(town.Log, "2020-05-01T10:00:00", town.Time.GetUtcNow()).Value;
        Assert.Equal(new DateTimeOffset(2020, 5, 1, 10, 0, 0, TimeSpan.Zero), at.At);
        Assert.Null(at.State.Genesis);
    }

    [Fact]
    public async Task The_api_tells_systems_warrants_owners_and_roles_as_they_stood()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var founded = house.Time.GetUtcNow();
        house.Time.Advance(TimeSpan.FromMinutes(5));
        await house.PeopleAsync();
        var peopled = house.Time.GetUtcNow();
        house.Time.Advance(TimeSpan.FromHours(1));
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        var applied = house.Time.GetUtcNow();
        house.Time.Advance(TimeSpan.FromHours(1));
        await house.WarrantAsync();
        house.Time.Advance(TimeSpan.FromHours(1));

        Assert.Empty((await AskAsync("/api/systems", peopled)).Ok()["items"]!.AsArray());
        Assert.Equal("provost.systems.unknown", (await AskAsync("/api/systems/desk", peopled)).Code);
        var before = (await AskAsync("/api/systems/desk", applied)).Ok();
        Assert.Null(before["environments"]![0]!["approved"]);
        Assert.Equal(applied, before["asOf"]!.GetValue<DateTimeOffset>());
        Assert.Equal("sam", (string)before["environments"]![0]!["summary"]!["owners"]!["technical"]!["name"]!);
        var now = (await AskAsync("/api/systems/desk", null)).Ok();
        Assert.NotNull(now["environments"]![0]!["approved"]);
        Assert.Null(now["asOf"]);
        Assert.Empty((await AskAsync("/api/people", founded)).Ok()["items"]!.AsArray());
        var leo = Assert.Single(
            (await AskAsync("/api/people", peopled)).Ok()["items"]!.AsArray(), p => (string)p!["name"]! == "leo");
        Assert.Equal([Roles.Compliance], leo!["roles"]!.AsArray().Select(r => (string)r!));

        Task<Reply> AskAsync(string path, DateTimeOffset? at) => house.SendAsync(
            "leo", HttpMethod.Get, at is { } then ? $"{path}?asOf={Uri.EscapeDataString(then.ToString("O"))}" : path);
    }

    private static Standpoint From(GovernanceTown town, DateTimeOffset at) =>
        Standpoint.Of(town.Log, at.ToString("O"), town.Time.GetUtcNow()).Value;
}
