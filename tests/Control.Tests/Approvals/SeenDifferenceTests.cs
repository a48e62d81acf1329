using System.Text.Json.Nodes;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Approvals;

/// <summary>What approvers were shown can be shown years later.</summary>
public sealed class SeenDifferenceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task The_text_is_kept_under_the_digest_that_was_signed_and_outlives_what_served_then()
    {
        await using var house = await HouseAsync();
        await WarrantAsync(house, "1.0.0", "You answer.\n");
        await WarrantAsync(house, "1.0.1", "You answer politely.\n");
        await WarrantAsync(house, "1.0.2", "You answer in verse.\n");
        var given = house.Log.State.Approvals.Given.Where(
            a => a.Release == house.Log.State.Registry.Version("desk", "1.0.1")!.Digest).ToList();
        var digest = Assert.Single(given.Select(a => a.Said.Difference).Distinct());
        Assert.Equal(digest, Digest.Of(await File.ReadAllBytesAsync(house.BlobPath(digest))));

        var seen = (await house.SendAsync("ana", HttpMethod.Get, $"/api/differences/{digest}")).Ok();
        var prompt = seen["changes"]!.AsArray().Single(c => (string)c!["path"]! == "file:prompt.md")!;
        Assert.Equal("You answer.\n", (string)prompt["before"]!);
        Assert.Equal("You answer politely.\n", (string)prompt["after"]!);
        Assert.Equal(
            [("1.0.1", "dana"), ("1.0.1", "ana")],
            seen["signed"]!.AsArray().Select(s => ((string)s!["version"]!, (string)s["by"]!["name"]!)));
        var page = (await house.SendAsync("leo", HttpMethod.Get, "/api/systems/desk")).Ok();
        Assert.Equal(
            digest, (string)page["environments"]![0]!["releases"]![1]!["approvals"]![0]!["difference"]!);
    }

    [Fact]
    public async Task Who_may_not_read_files_sees_that_they_changed_and_not_what_stands_in_them()
    {
        await using var house = await HouseAsync();
        await WarrantAsync(house, "1.0.0", "You answer.\n");
        var digest = house.Log.State.Approvals.Given[0].Said.Difference;
        var seen = (await house.SendAsync("pat", HttpMethod.Get, $"/api/differences/{digest}")).Ok();
        var prompt = seen["changes"]!.AsArray().Single(c => (string)c!["path"]! == "file:prompt.md")!;
        Assert.Equal(Digest.Of("You answer.\n"u8), (string)prompt["after"]!);
    }

    [Fact]
    public async Task A_text_that_was_changed_or_that_nobody_signed_is_not_shown()
    {
        await using var house = await HouseAsync();
        await WarrantAsync(house, "1.0.0", "You answer.\n");
        var state = house.Log.State;
        var (digest, release) = (state.Approvals.Given[0].Said.Difference, state.Registry.Releases[0].Digest);
        Assert.Equal(
            "provost.approvals.difference",
            (await house.SendAsync("ana", HttpMethod.Get, $"/api/differences/{release}")).Code);
        await File.AppendAllTextAsync(house.BlobPath(digest), " ");
        Assert.Equal(
            "provost.approvals.difference",
            (await house.SendAsync("ana", HttpMethod.Get, $"/api/differences/{digest}")).Code);
    }

    private static async Task WarrantAsync(ControlHouse house, string version, string prompt)
    {
        (await house.ApplyAsync("mia", house.Manifest(version), prompt)).Ok();
        await house.WarrantAsync(version);
    }

    private async Task<ControlHouse> HouseAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        return house;
    }
}
