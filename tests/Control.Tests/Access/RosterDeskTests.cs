using System.Net;
using System.Text.Json.Nodes;
using Provost.Control.Access;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Access;

public sealed class RosterDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Roles_change_when_two_persons_with_standing_have_signed_never_the_one_concerned()
    {
        await using var house = await PeopledAsync();
        var leo = house.IdOf("leo");
        var asked = await ChangeAsync(house, "pat", "leo", new JsonObject
        {
            ["change"] = "roles_set",
            ["roles"] = new JsonArray("compliance", "on-call"),
            ["reason"] = "joins the rota",
        });
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        var change = asked.Json["waiting"]!;
        var listed = (await house.SendAsync("leo", HttpMethod.Get, "/api/people/changes")).Ok()["items"]!.AsArray();
        Assert.Equal((string)change["id"]!, (string)Assert.Single(listed)!["id"]!);

        Assert.Equal("provost.people.may_not_sign", (await SignAsync(house, "leo", change)).Code);
        Assert.Equal("provost.people.may_not_sign", (await SignAsync(house, "dana", change)).Code);
        Assert.Equal("provost.people.signature", (await SignAsync(house, "ana", change, "max")).Code);
        Assert.Equal(HttpStatusCode.Accepted, (await SignAsync(house, "ana", change)).Status);
        Assert.Equal("provost.people.signed_already", (await SignAsync(house, "ana", change)).Code);
        Assert.False(house.Log.State.Roster.Live(leo)!.Has(Roles.OnCall));

        var done = await SignAsync(house, "max", change);
        Assert.Equal(HttpStatusCode.OK, done.Status);
        Assert.Null(done.Json["waiting"]);
        Assert.True(house.Log.State.Roster.Live(leo)!.Has(Roles.OnCall));
        Assert.Equal("provost.people.change_unknown", (await SignAsync(house, "max", change)).Code);
    }

    [Fact]
    public async Task Who_signed_and_left_before_the_second_signature_does_not_count()
    {
        await using var house = await PeopledAsync();
        var change = (await ChangeAsync(house, "pat", "mia", Plain("invited"))).Ok()["waiting"]!;
        (await SignAsync(house, "ana", change)).Ok();
        (await ChangeAsync(house, "pat", "ana", Plain("deactivated"))).Ok();
        Assert.NotNull((await SignAsync(house, "max", change)).Ok()["waiting"]);
        Assert.Null((await SignAsync(house, "leo", change)).Ok()["waiting"]);
    }

    [Fact]
    public async Task A_change_waits_for_a_day_and_can_be_withdrawn()
    {
        await using var house = await PeopledAsync();
        var first = (await ChangeAsync(house, "ana", "mia", Plain("invited"))).Ok()["waiting"]!;
        var path = $"/api/people/changes/{first["id"]}";
        Assert.Equal(
            "provost.people.administrators_only", (await house.SendAsync("sam", HttpMethod.Delete, path)).Code);
        (await house.SendAsync("ana", HttpMethod.Delete, path)).Ok();
        Assert.Equal("provost.people.change_unknown", (await SignAsync(house, "max", first)).Code);

        var second = (await ChangeAsync(house, "ana", "mia", Plain("invited"))).Ok()["waiting"]!;
        house.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal("provost.people.change_unknown", (await SignAsync(house, "max", second)).Code);
    }

    [Fact]
    public async Task Only_who_has_standing_asks_and_what_is_asked_must_change_something()
    {
        await using var house = await PeopledAsync();
        Assert.Equal("provost.people.may_not_ask", (await ChangeAsync(house, "dana", "mia", Plain("invited"))).Code);
        Assert.Equal("provost.people.change", (await ChangeAsync(house, "pat", "mia", Plain("promoted"))).Code);
        Assert.Equal(
            "provost.people.nothing_to_change", (await ChangeAsync(house, "pat", "mia", Plain("reactivated"))).Code);
        Assert.Equal(
            "provost.people.nothing_to_change",
            (await ChangeAsync(house, "pat", "mia", Plain("roles_set"))).Code);
        var both = new JsonObject
        {
            ["change"] = "roles_set",
            ["roles"] = new JsonArray("approver", "platform-administrator"),
        };
        Assert.Equal("provost.people.roles_conflict", (await ChangeAsync(house, "pat", "ana", both)).Code);
    }

    [Fact]
    public async Task An_invitation_of_somebody_added_after_the_bootstrap_is_good_once_two_have_signed()
    {
        await using var house = await PeopledAsync();
        var asked = await house.SendAsync("pat", HttpMethod.Post, "/api/people", new JsonObject
        {
            ["name"] = "Eve",
            ["mail"] = house.MailOf("eve"),
            ["roles"] = new JsonArray(),
        });
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        var change = asked.Json["waiting"]!;
        Assert.Equal("Eve", (string)change["person"]!["name"]!);
        JsonObject Accept() => new()
        {
            ["invite"] = (string)asked.Json["invite"]!,
            ["password"] = ControlHouse.Password,
        };
        Assert.Equal(
            "provost.people.bad_invite",
            (await house.SendAsync(null, HttpMethod.Post, "/api/invitations/accept", Accept())).Code);
        (await SignAsync(house, "ana", change)).Ok();
        (await SignAsync(house, "leo", change)).Ok();
        (await house.SendAsync(null, HttpMethod.Post, "/api/invitations/accept", Accept())).Ok();
        Assert.Equal("Eve", house.Desks.Directory.NameOf(house.IdOf("eve")));
    }

    [Fact]
    public async Task A_further_key_needs_two_others_and_counts_a_day_later()
    {
        await using var house = await PeopledAsync();
        using var second = Ed25519PrivateKey.Generate();
        var text = Convert.ToBase64String(second.PublicKey.Bytes);
        var proposal = (await house.SendAsync(
            "ana", HttpMethod.Get, $"/api/people/me/keys/statement?publicKey={Uri.EscapeDataString(text)}")).Ok();
        JsonObject Body(JsonNode envelope) => new() { ["publicKey"] = text, ["envelope"] = envelope };
        var unproven = await house.SendAsync(
            "ana", HttpMethod.Post, "/api/people/me/keys", Body(house.Sign("ana", proposal)));
        Assert.Equal("provost.people.key_unproven", unproven.Code);
        var asked = await house.SendAsync(
            "ana", HttpMethod.Post, "/api/people/me/keys", Body(ControlHouse.Sign(second, proposal)));
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        var change = asked.Json["waiting"]!;
        Assert.Equal("provost.people.may_not_sign", (await SignAsync(house, "ana", change)).Code);
        (await SignAsync(house, "max", change)).Ok();
        (await SignAsync(house, "leo", change)).Ok();
        Assert.Equal(2, house.Log.State.Roster.Live(house.IdOf("ana"))!.Keys.Length);

        async Task<string> SignsAsync()
        {
            var waits = (await ChangeAsync(house, "pat", "mia", Plain("invited"))).Ok()["waiting"]!;
            return (await house.SendAsync(
                "ana", HttpMethod.Post, $"/api/people/changes/{waits["id"]}/signatures",
                new JsonObject { ["envelope"] = ControlHouse.Sign(second, waits) })).Code;
        }

        Assert.Equal("provost.people.signature", await SignsAsync());
        house.Time.Advance(RosterState.KeyDelay);
        Assert.Equal("", await SignsAsync());
    }

    [Fact]
    public async Task A_key_of_ones_own_is_given_up_at_once_somebody_elses_with_two_signatures()
    {
        await using var house = await PeopledAsync();
        JsonObject Remove(string person) => new()
        {
            ["change"] = "key_removed",
            ["key"] = house.KeyOf(person).PublicKey.KeyId,
        };
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(house, "sam", "sam", Remove("sam"))).Status);
        Assert.Empty(house.Log.State.Roster.Live(house.IdOf("sam"))!.Keys);
        Assert.Equal("provost.people.key_unknown", (await ChangeAsync(house, "sam", "sam", Remove("sam"))).Code);
        var waits = (await ChangeAsync(house, "pat", "dana", Remove("dana"))).Ok()["waiting"]!;
        (await SignAsync(house, "max", waits)).Ok();
        (await SignAsync(house, "leo", waits)).Ok();
        var person = house.Log.State.Roster.Live(house.IdOf("dana"))!;
        Assert.Empty(person.Keys);
        Assert.NotNull(Assert.Single(person.FormerKeys).Until);
    }

    [Fact]
    public async Task Who_is_deactivated_is_out_at_once_and_comes_back_with_two_signatures()
    {
        await using var house = await PeopledAsync();
        Assert.Equal(
            "provost.people.administrators_only", (await ChangeAsync(house, "leo", "mia", Plain("deactivated"))).Code);
        (await ChangeAsync(house, "pat", "mia", Plain("deactivated"))).Ok();
        Assert.Equal("provost.login.needed", (await house.SendAsync("mia", HttpMethod.Get, "/api/systems")).Code);
        Assert.Null(await house.Desks.Directory.ByMailAsync(house.MailOf("mia"), default));
        var lines = (await house.SendAsync("leo", HttpMethod.Get, "/api/people?active=false")).Ok()["items"]!.AsArray();
        var mia = (string)Assert.Single(lines)!["person"]!;
        var waits = (await house.SendAsync(
            "pat", HttpMethod.Post, $"/api/people/{mia}/changes", Plain("reactivated"))).Ok()["waiting"]!;
        (await SignAsync(house, "max", waits)).Ok();
        (await SignAsync(house, "leo", waits)).Ok();
        Assert.NotNull(house.Log.State.Roster.Live(mia));
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        await using var house = await PeopledAsync();
        Assert.Equal(
            "provost.people.last_administrator", (await ChangeAsync(house, "pat", "pat", Plain("deactivated"))).Code);
        var waits = (await ChangeAsync(house, "ana", "pat", Plain("roles_set"))).Ok()["waiting"]!;
        (await SignAsync(house, "max", waits)).Ok();
        Assert.Equal("provost.people.last_administrator", (await SignAsync(house, "leo", waits)).Code);
    }

    [Fact]
    public async Task After_a_bootstrap_without_two_approvers_the_root_key_opens_it_again()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.SetUpAsync();
        await house.JoinAsync("ana", "approver");
        house.Time.Advance(RosterState.BootstrapWindow);
        var stuck = new JsonObject
        {
            ["name"] = "Max",
            ["mail"] = house.MailOf("max"),
            ["roles"] = new JsonArray("approver"),
        };
        Assert.Equal(HttpStatusCode.Accepted, (await house.SendAsync(
            "pat", HttpMethod.Post, "/api/people", stuck.DeepClone())).Status);

        var other = (await house.SendAsync("ana", HttpMethod.Get, "/api/people/bootstrap")).Ok();
        Assert.False((bool)other["open"]!);
        Assert.Null(other["reopening"]);
        var standing = (await house.SendAsync("pat", HttpMethod.Get, "/api/people/bootstrap")).Ok();
        JsonObject Body(Ed25519PrivateKey key) =>
            new() { ["envelope"] = ControlHouse.Sign(key, standing["reopening"]!) };
        Assert.Equal("provost.people.root_unsigned", (await house.SendAsync(
            "pat", HttpMethod.Post, "/api/people/bootstrap", Body(house.KeyOf("ana")))).Code);
        using var root = house.LoadRoot();
        Assert.True((bool)(await house.SendAsync(
            "pat", HttpMethod.Post, "/api/people/bootstrap", Body(root))).Ok()["open"]!);

        await house.JoinAsync("max", "approver");
        var closed = (await house.SendAsync("pat", HttpMethod.Get, "/api/people/bootstrap")).Ok();
        Assert.False((bool)closed["open"]!);
        Assert.Equal(2, (int)closed["approversWithKeys"]!);
        Assert.Contains(house.Written, entry => entry.Verb == "bootstrap_reopened");
    }

    private static JsonObject Plain(string change) => new() { ["change"] = change };

    private static Task<Reply> ChangeAsync(ControlHouse house, string by, string person, JsonObject body) =>
        house.SendAsync(by, HttpMethod.Post, $"/api/people/{house.IdOf(person)}/changes", body);

    private static Task<Reply> SignAsync(ControlHouse house, string person, JsonNode change, string? signer = null) =>
        house.SendAsync(
            person, HttpMethod.Post, $"/api/people/changes/{change["id"]}/signatures",
            new JsonObject { ["envelope"] = house.Sign(signer ?? person, change) });

    private async Task<ControlHouse> PeopledAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        return house;
    }
}
