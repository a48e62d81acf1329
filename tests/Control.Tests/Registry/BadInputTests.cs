using System.Net;
using System.Text.Json.Nodes;
using Provost.Testing;

namespace Provost.Control.Tests.Registry;

/// <summary>What is wrong with a manifest is told once, with place and remedy, and nothing of it is applied.</summary>
public sealed class BadInputTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Ten_megabytes_are_refused_with_the_limit_and_leave_nothing_behind()
    {
        await using var house = await HouseAsync();
        var refused = await house.ApplyAsync("mia", house.Manifest() + "\n# " + new string('x', 10 << 20));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal("provost.manifest.too_long", refused.Code);
        Assert.Empty(house.Log.State.Registry.Systems);
    }

    [Fact]
    public async Task Two_applies_at_once_leave_one_of_them_whole()
    {
        await using var house = await HouseAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        string[] purposes = ["Answers about parcels.", "Answers about refunds."];
        var answers = await Task.WhenAll(
            purposes.Select((purpose, i) => house.ApplyAsync("mia", house.Manifest($"2.{i}.0", purpose))));
        Assert.All(answers, a => a.Ok());
        var system = house.Log.State.Registry.Find("desk", "production")!;
        var won = Array.IndexOf(purposes, system.Purpose);
        Assert.NotEqual(-1, won);
        var drafts = house.Log.State.Registry.Drafts;
        Assert.All([0, 1], i => Assert.True(drafts.ContainsKey(("desk", $"2.{i}.0"))));

        // the terms that stand are those of the purpose that stands, not a mixture of both
        var terms = Gateway.Manifests.SystemDocument.ReadTerms(
            (await house.Desks.Blobs.FindAsync(system.Terms, CancellationToken.None))!);
        Assert.Equal(purposes[won], terms.Purpose);
    }

    [Fact]
    public async Task A_release_named_twice_with_two_contents_registers_none_of_them()
    {
        await using var house = await HouseAsync();
        var twice = house.Manifest() + "\n---\n" + house.Manifest().Split("---\n")[1]
            .Replace("temperature: 0.2", "temperature: 0.9", StringComparison.Ordinal);
        var refused = await house.ApplyAsync("mia", twice);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Empty(house.Log.State.Registry.Systems);
        Assert.Empty(house.Log.State.Registry.Drafts);
    }

    [Fact]
    public async Task A_later_file_cannot_give_a_submitted_version_another_content()
    {
        await using var house = await HouseAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        await house.WarrantAsync();
        var before = house.Log.State.Registry.Version("desk", "1.0.0")!.Digest;
        var loosened = house.Manifest().Replace(
            "output: [ { id: pii, action: redact } ]", "output: []", StringComparison.Ordinal);
        Assert.Contains("names another composition", (await house.ApplyAsync("mia", loosened)).Json.ToString());
        Assert.Equal(before, house.Log.State.Registry.Version("desk", "1.0.0")!.Digest);
        Assert.Equal(before, house.Log.State.Warrants.Issued.Single().Release);
    }

    [Fact]
    public async Task A_fault_in_the_last_document_keeps_the_first_from_being_applied()
    {
        await using var house = await HouseAsync();
        var refused = await house.ApplyAsync(
            "mia", house.Manifest().Replace("provider: openai", "provider: nowhere", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Empty(house.Log.State.Registry.Systems);
    }

    [Fact]
    public async Task Owners_whom_nobody_knows_are_named_with_their_field()
    {
        await using var house = await HouseAsync();
        var refused = await house.ApplyAsync(
            "mia", house.Manifest().Replace(house.MailOf("sam"), "nobody@acme.example", StringComparison.Ordinal));
        Assert.Contains("spec.owners.technical", refused.Json.ToString());
        Assert.Empty(house.Log.State.Registry.Systems);
    }

    private async Task<ControlHouse> HouseAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        return house;
    }
}
