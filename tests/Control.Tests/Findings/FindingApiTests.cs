using System.Net.Http;
using System.Text.Json.Nodes;
using Provost.Control.Decisions;
using Provost.Testing;

namespace Provost.Control.Tests.Findings;

/// <summary>The queue as clients of the API read it.</summary>
public sealed class FindingApiTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task The_queue_is_filtered_paged_and_says_whose_it_is()
    {
        await using var house = await HouseAsync();
        var all = await ListAsync(house, "");
        Assert.Equal(3, all.Count); // two owners who have not accepted, no data source
        Assert.Equal("data_source_missing", (string)Assert.Single(await ListAsync(
            house, "?code=data_source_missing"))!["code"]!);
        Assert.Empty(await ListAsync(house, "?mine=true"));
        var mine = (await house.SendAsync("dana", HttpMethod.Get, "/api/findings?mine=true")).Ok()["items"]!.AsArray();
        Assert.Equal(house.IdOf("dana"), (string)Assert.Single(mine)!["owner"]!["person"]!);
        var first = (await house.SendAsync("mia", HttpMethod.Get, "/api/findings?limit=2")).Ok();
        Assert.Equal(2, first["items"]!.AsArray().Count);
        Assert.Single(await ListAsync(house, $"?limit=2&after={Uri.EscapeDataString((string)first["next"]!)}"));
    }

    [Fact]
    public async Task A_word_that_no_gap_has_and_a_cursor_that_is_gone_are_refused_and_are_no_empty_list()
    {
        await using var house = await HouseAsync();
        var slip = await house.SendAsync("mia", HttpMethod.Get, "/api/findings?code=owner-left");
        Assert.Equal("provost.list.filter", slip.Code);
        Assert.Contains("owner_left", (string)slip.Json["remedy"]!);
        Assert.Equal(
            "provost.list.filter", (await house.SendAsync("mia", HttpMethod.Get, "/api/owners?state=empty")).Code);

        var gone = await house.SendAsync("mia", HttpMethod.Get, "/api/findings?after=settled");
        Assert.Equal("provost.list.cursor", gone.Code);
        Assert.Equal("after", (string)gone.Json["errors"]![0]!["path"]!);
    }

    [Fact]
    public void A_page_goes_on_behind_an_item_that_no_longer_passes_the_filter()
    {
        var page = new NamedPage(After: "b", Limit: 2).Of(["a", "b", "c"], item => item != "b", item => item);
        Assert.Equal(["c"], page.Value.Items);
    }

    [Fact]
    public async Task Applying_what_stands_confirms_the_record_and_changes_nothing()
    {
        await using var house = await HouseAsync();
        house.Time.Advance(TimeSpan.FromDays(8));
        Assert.Contains(await ListAsync(house, ""), f => (string)f!["code"]! == "record_stale");
        var before = house.Written.Count;
        var again = (await house.ApplyAsync("mia", house.Manifest())).Ok();
        Assert.Empty(again["changes"]!.AsArray());
        Assert.Equal("record_verified", Assert.Single(house.Written.Skip(before)).Verb);
        Assert.DoesNotContain(await ListAsync(house, ""), f => (string)f!["code"]! == "record_stale");

        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        Assert.Equal(before + 1, house.Written.Count); // not twice within an hour
    }

    [Fact]
    public async Task A_call_that_was_answered_confirms_the_record_and_a_refused_one_does_not()
    {
        await using var house = await HouseAsync();
        house.Time.Advance(TimeSpan.FromDays(8));
        await CountAsync(house, "blocked");
        await house.Desks.Findings.RefreshAsync(CancellationToken.None);
        Assert.Contains(await ListAsync(house, ""), f => (string)f!["code"]! == "record_stale");
        await CountAsync(house, "allowed");
        await house.Desks.Findings.RefreshAsync(CancellationToken.None);
        Assert.DoesNotContain(await ListAsync(house, ""), f => (string)f!["code"]! == "record_stale");
        var line = (await house.SendAsync("mia", HttpMethod.Get, "/api/systems")).Ok()["items"]![0]!;
        Assert.False((bool)line["isStale"]!);
    }

    [Fact]
    public async Task A_retired_system_serves_never_again_and_its_record_stays()
    {
        await using var house = await HouseAsync();
        await house.WarrantAsync();
        var key = (await house.SendAsync("dana", HttpMethod.Post, "/api/keys", new JsonObject
        {
            ["system"] = "desk",
            ["environment"] = "production",
        })).Ok();
        Assert.Equal("serving", await StateAsync(house));
        Assert.Equal("provost.systems.may_not_retire", (await RetireAsync(house, "ana")).Code);
        var done = (await RetireAsync(house, "dana")).Ok();
        Assert.Equal((1, 1), ((int)done["keys"]!, (int)done["warrants"]!));

        Assert.Equal("retired", await StateAsync(house));
        var snapshot = house.Holder.Current!;
        Assert.DoesNotContain((string)key["id"]!, snapshot.Document.ClientKeys.Select(k => k.Id));
        Assert.Empty(snapshot.Document.Warrants);
        Assert.Equal("provost.systems.retired", (await house.ApplyAsync("mia", house.Manifest(purpose: "More."))).Code);
        Assert.Equal(
            "provost.systems.retired",
            (await house.ApplyAsync("mia", house.Manifest(environment: "staging"))).Code);
        Assert.Equal("provost.systems.retired", (await RetireAsync(house, "dana")).Code);
        Assert.Equal("provost.systems.retired", (await house.SendAsync(
            "dana", HttpMethod.Post, "/api/keys",
            new JsonObject { ["system"] = "desk", ["environment"] = "production" })).Code);
        var page = (await house.SendAsync("ana", HttpMethod.Get, "/api/systems/desk")).Ok();
        Assert.NotEmpty(page["environments"]![0]!["releases"]!.AsArray());
    }

    private static async Task<string> StateAsync(ControlHouse house) =>
        (string)(await house.SendAsync("mia", HttpMethod.Get, "/api/systems")).Ok()["items"]![0]!["state"]!;

    private static async Task<Reply> RetireAsync(ControlHouse house, string person)
    {
        const string at = "/api/systems/desk/retirement";
        var proposal = await house.SendAsync(person, HttpMethod.Get, at);
        return (int)proposal.Status != 200
            ? proposal
            : await house.SendAsync(person, HttpMethod.Post, at, new JsonObject
            {
                ["envelope"] = house.Sign(person, proposal.Json),
                ["reason"] = "Replaced.",
            });
    }

    private static Task CountAsync(ControlHouse house, string outcome) => house.Database.RunAsync(
        async (connection, token) =>
        {
            await using var command = new Npgsql.NpgsqlCommand(
                "INSERT INTO decision_count VALUES ($1, 'desk', 'production', $2, false, 1)", connection);
            command.Parameters.Add(new Npgsql.NpgsqlParameter
            {
                Value = HourlyCounts.HourOf(house.Time.GetUtcNow()).UtcDateTime,
            });
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = outcome });
            return await command.ExecuteNonQueryAsync(token);
        },
        CancellationToken.None);

    private async Task<ControlHouse> HouseAsync()
    {
        var ready = await database.ReadyAsync(CancellationToken.None);
        var house = await ControlHouse.OpenAsync(ready);
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        return house;
    }

    private static async Task<JsonArray> ListAsync(ControlHouse house, string query) =>
        (await house.SendAsync("mia", HttpMethod.Get, "/api/findings" + query)).Ok()["items"]!.AsArray();
}
