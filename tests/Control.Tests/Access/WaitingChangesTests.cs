using System.Text.Json.Nodes;
using Provost.Control.Access;
using Provost.Testing;

namespace Provost.Control.Tests.Access;

public sealed class WaitingChangesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task What_waits_and_who_has_signed_outlive_a_restart_and_the_second_signature_makes_it_effective()
    {
        var stop = TestContext.Current.CancellationToken;
        var data = await database.ReadyAsync(stop);
        await using var house = await ControlHouse.OpenAsync(data);
        await house.PeopleAsync();
        var waiting = await AskAsync(house);
        (await SignAsync(house, waiting, "ana")).Ok();

        using var restarted = house.Furnish(data);
        Assert.Empty(restarted.Roster.Waiting);
        await restarted.Roster.LoadAsync(stop);
        var change = Assert.Single(restarted.Roster.Waiting);
        Assert.Equal((string)waiting["id"]!, change.Id.ToString());
        Assert.Equal([house.IdOf("ana")], change.SignedBy);
        Assert.Equal(house.IdOf("pat"), change.By);
        using var envelope = System.Text.Json.JsonDocument.Parse(house.Sign("leo", waiting).ToJsonString());
        var done = await restarted.Roster.SignAsync(
            new Principal(house.IdOf("leo"), false), change.Id, envelope.RootElement, stop);
        Assert.Null(done.Value.Waiting);
        Assert.True(house.Log.State.Roster.Live(house.IdOf("mia"))!.Has(Roles.OnCall));
        Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM waiting_change", stop));
    }

    [Theory]
    [InlineData("UPDATE waiting_change SET document = decode(replace(encode(document, 'hex'), '6f6e2d63616c6c', "
        + "'617070726f766572'), 'hex')")]
    [InlineData("UPDATE waiting_change SET change = 'aaaaaaaa-0000-7000-8000-000000000000'")]
    public async Task A_row_that_says_something_else_than_what_was_asked_for_is_dropped(string edit)
    {
        var stop = TestContext.Current.CancellationToken;
        var data = await database.ReadyAsync(stop);
        await using var house = await ControlHouse.OpenAsync(data);
        await house.PeopleAsync();
        await AskAsync(house);
        await RunAsync(edit);
        using var restarted = house.Furnish(data);
        await restarted.Roster.LoadAsync(stop);
        Assert.Empty(restarted.Roster.Waiting);
        Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM waiting_change", stop));
    }

    [Fact]
    public async Task A_signature_put_into_the_row_by_hand_counts_for_nobody()
    {
        var stop = TestContext.Current.CancellationToken;
        var data = await database.ReadyAsync(stop);
        await using var house = await ControlHouse.OpenAsync(data);
        await house.PeopleAsync();
        await AskAsync(house);
        await RunAsync(
            $"UPDATE waiting_change SET signatures = '[{{\"keyId\":\"{house.KeyOf("ana").PublicKey.KeyId}\","
            + $"\"signature\":\"{Convert.ToBase64String(new byte[64])}\"}}]'");
        using var restarted = house.Furnish(data);
        await restarted.Roster.LoadAsync(stop);
        Assert.Empty(Assert.Single(restarted.Roster.Waiting).SignedBy);
    }

    [Fact]
    public async Task What_was_withdrawn_or_is_past_its_day_does_not_come_back_with_its_row()
    {
        var stop = TestContext.Current.CancellationToken;
        var data = await database.ReadyAsync(stop);
        await using var house = await ControlHouse.OpenAsync(data);
        await house.PeopleAsync();
        var waiting = await AskAsync(house);
        await RunAsync($"CREATE TABLE kept AS SELECT * FROM waiting_change WHERE change = '{waiting["id"]}'");
        (await house.SendAsync("pat", HttpMethod.Delete, $"/api/people/changes/{waiting["id"]}")).Ok();
        await AskAsync(house);
        await RunAsync("INSERT INTO waiting_change SELECT * FROM kept");
        await RunAsync("DROP TABLE kept");
        using var restarted = house.Furnish(data);
        await restarted.Roster.LoadAsync(stop);
        Assert.NotEqual((string)waiting["id"]!, Assert.Single(restarted.Roster.Waiting).Id.ToString());
        house.Time.Advance(TimeSpan.FromHours(24));
        using var later = house.Furnish(data);
        await later.Roster.LoadAsync(stop);
        Assert.Empty(later.Roster.Waiting);
    }

    private static async Task<JsonNode> AskAsync(ControlHouse house) => (await house.SendAsync(
        "pat", HttpMethod.Post, $"/api/people/{house.IdOf("mia")}/changes",
        new JsonObject { ["change"] = "roles_set", ["roles"] = new JsonArray("on-call"), ["reason"] = "rota" }))
        .Ok()["waiting"]!;

    private static Task<Reply> SignAsync(ControlHouse house, JsonNode waiting, string person) => house.SendAsync(
        person, HttpMethod.Post, $"/api/people/changes/{waiting["id"]}/signatures",
        new JsonObject { ["envelope"] = house.Sign(person, waiting) });

    private Task RunAsync(string sql) => database.ScalarAsync(sql, TestContext.Current.CancellationToken);
}
