using System.Net.Http;
using System.Text.Json.Nodes;
using Provost.Testing;

namespace Provost.Control.Tests.Import;

/// <summary>From a spreadsheet to drafts: all lines or none, and twice is once.</summary>
public sealed class ImportTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Header = "name,unit,kind,purpose,business_owner,technical_owner,population,exposure,"
        + "data_classes,autonomy,annex_iii,environments,data_sources\n";

    [Fact]
    public async Task Every_line_becomes_a_draft_with_its_tier_and_its_owners_are_to_accept()
    {
        await using var house = await HouseAsync();
        var done = (await ImportAsync(house, Header + Line(house, "desk") + Line(house, "hiring", area: "employment")))
            .Ok();
        Assert.Equal(
            [("desk", "limited", "added"), ("hiring", "high", "added")],
            done["systems"]!.AsArray().Select(s => (
                (string)s!["name"]!, (string)s["tier"]!, (string)s["state"]!)));
        Assert.Equal(2, done["invited"]!.AsArray().Count);
        Assert.True((bool)done["applied"]!);

        var systems = (await house.SendAsync("mia", HttpMethod.Get, "/api/systems")).Ok()["items"]!.AsArray();
        Assert.Equal(["draft", "draft"], systems.Select(s => (string)s!["state"]!));
        var owners = (await house.SendAsync("mia", HttpMethod.Get, "/api/owners?state=named")).Ok()["items"]!.AsArray();
        Assert.Equal(4, owners.Count);
        var gaps = (await house.SendAsync("mia", HttpMethod.Get, "/api/findings?code=record_unreadable")).Ok();
        Assert.Empty(gaps["items"]!.AsArray());
        Assert.Empty(house.Holder.Current!.Document.Warrants);
    }

    [Fact]
    public async Task The_manifest_it_gives_back_applies_as_it_stands_and_changes_nothing()
    {
        await using var house = await HouseAsync();
        var done = (await ImportAsync(
            house, Header + Line(house, "desk", purpose: "\"Says \"\"no\"\", # politely: ö\""))).Ok();
        var manifest = (string)done["systems"]![0]!["manifest"]!;
        var applied = (await house.SendAsync("mia", HttpMethod.Post, "/api/apply", new JsonObject
        {
            ["file"] = "provost.yaml",
            ["manifest"] = manifest,
            ["files"] = new JsonObject(),
        })).Ok();
        Assert.Empty(applied["changes"]!.AsArray());
        var page = (await house.SendAsync("mia", HttpMethod.Get, "/api/systems/desk")).Ok();
        Assert.Equal("Says \"no\", # politely: ö", (string)page["environments"]![0]!["purpose"]!);
    }

    [Fact]
    public async Task A_second_run_registers_nothing_and_leaves_what_changed_since_as_it_is()
    {
        await using var house = await HouseAsync();
        (await ImportAsync(house, Header + Line(house, "desk"))).Ok();
        (await house.ApplyAsync("dana", house.Manifest(purpose: "Changed since."))).Ok();
        var written = house.Written.Count;
        var again = (await ImportAsync(house, Header + Line(house, "desk"))).Ok();
        Assert.Equal("known", (string)again["systems"]![0]!["state"]!);
        Assert.False((bool)again["applied"]!);
        Assert.Equal(written, house.Written.Count);
    }

    [Fact]
    public async Task A_dry_run_checks_everything_and_writes_nothing()
    {
        await using var house = await HouseAsync();
        var written = house.Written.Count;
        var done = (await ImportAsync(house, Header + Line(house, "desk"), isDry: true)).Ok();
        Assert.Equal(1, (int)done["added"]!);
        Assert.False((bool)done["applied"]!);
        Assert.Equal(written, house.Written.Count);
    }

    [Fact]
    public async Task Every_fault_of_every_line_is_told_at_once_and_nothing_is_registered()
    {
        await using var house = await HouseAsync();
        var written = house.Written.Count;
        var refused = await ImportAsync(
            house,
            Header + Line(house, "good") + Line(house, "Bad Name")
            + Line(house, "unknown", owner: "nobody@acme.example")
            + Line(house, "scoring", practice: "emotion", area: "employment") + Line(house, "good")
            + Line(house, "odd", autonomy: "dreams") + Line(house, "blank", purpose: "") + "short,line\n");
        Assert.Equal("provost.import.invalid", refused.Code);
        var faults = refused.Json["errors"]!.AsArray().Select(e => ((int)e!["line"]!, (string)e["path"]!)).ToList();
        Assert.Equal([3, 4, 5, 6, 7, 8, 9], faults.Select(f => f.Item1).Distinct());
        Assert.Contains((3, "name"), faults);
        Assert.Contains((4, "business_owner"), faults);
        Assert.Contains((6, "name"), faults);
        Assert.Contains((7, "autonomy"), faults);
        Assert.Contains((8, "purpose"), faults);
        Assert.All(refused.Json["errors"]!.AsArray(), e => Assert.NotEqual("", (string)e!["remedy"]!));
        Assert.Contains("Art. 5(1)(f)", refused.Json["errors"]!.AsArray()
            .Single(e => (int)e!["line"]! == 5)!["message"]!.ToString());
        Assert.Equal(written, house.Written.Count);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("name,unit\n", 1)]
    [InlineData("name,colour\nx,y\n", 1)]
    [InlineData("name,\"unit\nx,y\n", 1)]
    public async Task A_file_that_is_no_inventory_is_told_so(string csv, int line)
    {
        await using var house = await HouseAsync();
        var refused = await ImportAsync(house, csv);
        Assert.Equal("provost.import.invalid", refused.Code);
        Assert.Equal(line, (int)refused.Json["errors"]![0]!["line"]!);
    }

    private static string Line(
        ControlHouse house, string name, string? owner = null, string area = "none", string autonomy = "answers",
        string purpose = "Answers questions.", string? practice = null) =>
        $"{name},care,llm,{purpose},{owner ?? house.MailOf("dana")},{house.MailOf("sam")},Customers,1000 USD,"
        + $"{(practice is null ? "public" : $"public|{practice}")},{autonomy},{area},production,faq:public\n";

    private static Task<Reply> ImportAsync(ControlHouse house, string csv, bool isDry = false) => house.SendAsync(
        "mia", HttpMethod.Post, "/api/import",
        new JsonObject { ["file"] = "inventory.csv", ["csv"] = csv, ["dryRun"] = isDry });

    private async Task<ControlHouse> HouseAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        return house;
    }
}
