using System.Text.Json.Nodes;
using Provost.Testing;

namespace Provost.Control.Tests.Approvals;

/// <summary>What waits for approval, for whom, and when it no longer does.</summary>
public sealed class ApprovalInboxTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_release_waits_for_those_who_may_sign_it_until_it_has_its_warrant()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        Assert.Empty(await WaitingAsync(house, "dana"));

        (await house.SubmitAsync("mia")).Ok();
        var waiting = Assert.Single(await WaitingAsync(house, "dana"))!;
        Assert.Equal("mia", (string)waiting["author"]!["name"]!);
        Assert.Equal(2, waiting["missing"]!.AsArray().Count);
        Assert.True(await AskedAsync(house, "dana"));
        Assert.True(await AskedAsync(house, "ana"));
        Assert.False(await AskedAsync(house, "mia")); // its author
        Assert.False(await AskedAsync(house, "leo")); // neither an owner nor an approver
        var mine = (await house.SendAsync("leo", HttpMethod.Get, "/api/approvals?mine=true")).Ok();
        Assert.Empty(mine["items"]!.AsArray());

        (await house.ApproveAsync("dana")).Ok();
        Assert.False(await AskedAsync(house, "dana"));
        Assert.True(await AskedAsync(house, "max"));
        Assert.Equal("dana", (string)(await WaitingAsync(house, "max"))[0]!["signed"]![0]!["name"]!);

        (await house.ApproveAsync("ana")).Ok();
        Assert.Empty(await WaitingAsync(house, "max"));
    }

    [Fact]
    public async Task What_was_rejected_or_passed_over_waits_for_nobody()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        foreach (var (version, prompt) in new[] { ("1.0.0", "One.\n"), ("1.0.1", "Two.\n"), ("1.0.2", "Three.\n") })
        {
            (await house.ApplyAsync("mia", house.Manifest(version), prompt)).Ok();
            house.Time.Advance(TimeSpan.FromMinutes(1));
            (await house.SubmitAsync("mia", version)).Ok();
        }

        Assert.Equal(["1.0.0", "1.0.1", "1.0.2"], Versions(await WaitingAsync(house, "dana")));
        (await house.ApproveAsync("dana", "1.0.1")).Ok();
        (await house.ApproveAsync("ana", "1.0.1")).Ok();
        Assert.Equal(["1.0.2"], Versions(await WaitingAsync(house, "dana")));

        (await house.RejectAsync("dana", "1.0.2", "Too short.")).Ok();
        Assert.Empty(await WaitingAsync(house, "dana"));
    }

    private static async Task<bool> AskedAsync(ControlHouse house, string person) =>
        (bool)Assert.Single(await WaitingAsync(house, person))!["asksYou"]!;

    private static async Task<JsonArray> WaitingAsync(ControlHouse house, string person) =>
        (await house.SendAsync(person, HttpMethod.Get, "/api/approvals")).Ok()["items"]!.AsArray();

    private static IEnumerable<string> Versions(JsonArray waiting) => waiting.Select(w => (string)w!["version"]!);
}
