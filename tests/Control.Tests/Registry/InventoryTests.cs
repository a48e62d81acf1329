using System.Text.Json.Nodes;
using Provost.Testing;

namespace Provost.Control.Tests.Registry;

/// <summary>The inventory as clients of the API filter and page it.</summary>
public sealed class InventoryTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Systems_are_found_by_what_they_are_who_owns_them_and_how_sure_their_record_is()
    {
        await using var house = await HouseAsync();
        Assert.Equal(["a-desk", "b-desk", "c-hiring"], await NamesAsync(house, ""));
        Assert.Equal(["a-desk", "b-desk"], await NamesAsync(house, "?q=DESK"));
        Assert.Equal(["c-hiring"], await NamesAsync(house, "?tier=high"));
        Assert.Equal(["b-desk"], await NamesAsync(house, "?unit=shop"));
        Assert.Equal(["a-desk"], await NamesAsync(house, "?owner=" + house.IdOf("ana")));
        Assert.Empty(await NamesAsync(house, "?state=serving"));
        Assert.Empty(await NamesAsync(house, "?stale=true"));
        house.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(3, (await NamesAsync(house, "?stale=true&state=draft")).Count);
    }

    [Fact]
    public async Task It_comes_by_pages_when_it_is_asked_to()
    {
        await using var house = await HouseAsync();
        var first = (await house.SendAsync("mia", HttpMethod.Get, "/api/systems?limit=2")).Ok();
        Assert.Equal(2, first["items"]!.AsArray().Count);
        Assert.Equal(
            ["c-hiring"],
            await NamesAsync(house, $"?limit=2&after={Uri.EscapeDataString((string)first["next"]!)}"));
    }

    [Fact]
    public async Task A_state_that_there_is_not_is_refused_with_those_there_are()
    {
        await using var house = await HouseAsync();
        var refused = await house.SendAsync("mia", HttpMethod.Get, "/api/systems?state=running");
        Assert.Equal("provost.list.filter", refused.Code);
        Assert.Contains("serving, suspended, ungoverned", refused.Json.ToString());
        Assert.Equal(
            "provost.list.filter",
            (await house.SendAsync("mia", HttpMethod.Get, "/api/notices?kind=warrants")).Code);
        Assert.Equal(
            "provost.list.filter", (await house.SendAsync("mia", HttpMethod.Get, "/api/systems?format=xlsx")).Code);
    }

    [Fact]
    public async Task It_comes_as_a_file_that_no_spreadsheet_runs()
    {
        await using var house = await HouseAsync();
        var answer = await house.SendAsync("mia", HttpMethod.Get, "/api/systems?format=csv&unit=shop");
        var lines = ((string)answer.Ok()!).Split("\r\n");
        Assert.StartsWith("name,environment,kind,unit,tier,state,business_owner", lines[0]);
        Assert.StartsWith("b-desk,production,llm,shop,", lines[1]);
        Assert.Equal(3, lines.Length);
        Assert.Equal(lines[0].Split(',').Length, lines[1].Split(',').Length);
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(ControlHouse house, string query) =>
    [
        .. (await house.SendAsync("mia", HttpMethod.Get, "/api/systems" + query)).Ok()["items"]!.AsArray()
            .Select(s => (string)s!["name"]!),
    ];

    private async Task<ControlHouse> HouseAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        var csv = "name,unit,kind,purpose,business_owner,technical_owner,population,exposure,data_classes,autonomy,"
            + "annex_iii\n"
            + Line("a-desk", "care", house.MailOf("ana"), "none") + Line("b-desk", "shop", house.MailOf("dana"), "none")
            + Line("c-hiring", "people", house.MailOf("dana"), "employment");
        (await house.SendAsync("mia", HttpMethod.Post, "/api/import", new JsonObject
        {
            ["file"] = "inventory.csv",
            ["csv"] = csv,
        })).Ok();
        return house;

        string Line(string name, string unit, string owner, string area) =>
            $"{name},{unit},llm,Answers.,{owner},{house.MailOf("sam")},Customers,1000 USD,public,answers,{area}\n";
    }
}
