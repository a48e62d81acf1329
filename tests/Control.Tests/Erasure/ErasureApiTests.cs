using System.Net.Http;
using System.Text.Json.Nodes;
using Provost.Control.Custody.Processes;
using Provost.Control.Erasure;
using Provost.Testing;

namespace Provost.Control.Tests.Erasure;

public sealed class ErasureApiTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Erases_a_person_by_the_name_that_clients_use_and_keeps_that_name_nowhere()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        var (ada, bob) = (house.Vault.Keep("of ada", "ada"), house.Vault.Keep("of bob", "bob"));
        var proposal = (await Propose(house, "leo", ("person", "ada"))).Ok();
        var says = proposal["says"]!;
        Assert.Equal(HouseVault.Alias("ada"), (string)says["subject"]!);
        Assert.Equal("of ada", ada());

        var done = (await Erase(house, "leo", proposal)).Ok();

        Assert.Equal(1, (int)done["keys"]!);
        Assert.Equal("2026-12-22", (string)done["completeOn"]!);
        Assert.Equal((null, "of bob"), (ada(), bob()));
        Assert.DoesNotContain(house.Written, e => e.Body.GetRawText().Contains("\"ada\"", StringComparison.Ordinal));
        var list = (await house.SendAsync("leo", HttpMethod.Get, "/api/erasures")).Ok();
        Assert.Equal("GDPR Art. 17", (string)Assert.Single(list["items"]!.AsArray())!["says"]!["basis"]!);
        Assert.Equal("provost.erasures.nothing", (await Propose(house, "leo", ("person", "ada"))).Code);
        Assert.Equal("provost.erasures.nothing", (await Erase(house, "leo", proposal)).Code);
    }

    [Fact]
    public async Task An_order_that_names_other_places_than_there_are_is_refused()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        var ada = house.Vault.Keep("of ada", "ada");
        var proposal = (await Propose(house, "leo", ("person", "ada"))).Ok();
        proposal["says"]!["groups"]!.AsArray().Clear();
        Assert.Equal("provost.erasures.differs", (await Erase(house, "leo", proposal)).Code);
        proposal["says"]!["groups"] = new JsonArray(new JsonObject
        {
            ["system"] = "loans",
            ["class"] = "answers",
            ["month"] = "2026-11",
        });
        Assert.Equal("provost.erasures.differs", (await Erase(house, "leo", proposal)).Code);
        Assert.Equal("of ada", ada());
    }

    [Fact]
    public async Task A_hold_blocks_the_erasure_until_two_persons_have_ended_it()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        var ada = house.Vault.Keep("of ada", "ada");
        var hold = (await house.SendAsync("leo", HttpMethod.Post, "/api/holds", new JsonObject
        {
            ["system"] = "desk",
            ["basis"] = "case 17",
        })).Ok();
        Assert.Equal("provost.holds.held", (await Propose(house, "leo", ("person", "ada"))).Code);

        var at = $"/api/holds/{hold["id"]}/release";
        (await house.SendAsync("leo", HttpMethod.Post, at, new JsonObject { ["basis"] = "case closed" })).Ok();
        var statement = (await house.SendAsync("ana", HttpMethod.Get, at)).Ok();
        Assert.Equal("provost.holds.second_person", (await Confirm("leo")).Code);
        Assert.False((bool)(await Confirm("ana")).Ok()["inForce"]!);
        (await Erase(house, "leo", (await Propose(house, "leo", ("person", "ada"))).Ok())).Ok();
        Assert.Null(ada());

        Task<Reply> Confirm(string person) => house.SendAsync(
            person, HttpMethod.Post, at + "/confirm",
            new JsonObject { ["envelope"] = house.Sign(person, statement) });
    }

    [Fact]
    public async Task Inside_a_term_of_law_an_erasure_is_refused_unless_it_says_why_it_outweighs_the_law()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest().Replace(
            "class: answers, keep: 24mo", "class: credit-decision, jurisdictions: [US], keep: 24mo",
            StringComparison.Ordinal))).Ok();
        var ada = house.Vault.Keep("of ada", "ada", kind: "credit-decision");

        var refused = await Propose(house, "leo", ("person", "ada"));
        Assert.Equal("provost.erasures.inside_term", refused.Code);
        Assert.Contains("Regulation B", (string)refused.Json["detail"]!, StringComparison.Ordinal);

        var proposal = (await Propose(house, "leo", ("person", "ada"), ("despite", "court order 12"))).Ok();
        var hidden = proposal.DeepClone();
        hidden["says"]!["duties"]!.AsArray().Clear();
        Assert.Equal("provost.erasures.differs", (await Erase(house, "leo", hidden)).Code);
        Assert.Equal("of ada", ada());
        (await Erase(house, "leo", proposal)).Ok();
        Assert.Null(ada());
        Assert.Equal(
            "GDPR Art. 17; despite Regulation B, 12 CFR 1002.12(b), at least 25mo, until 2029-01-01: court order 12",
            Assert.Single(house.Log.State.Erasures.All).Says.Grounds);
    }

    [Fact]
    public async Task A_person_is_held_by_the_name_that_clients_use_and_lists_come_by_pages()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        house.Vault.Keep("of ada", "ada");
        foreach (var (name, value) in new[] { ("person", "ada"), ("system", "desk"), ("system", "loans") })
        {
            (await house.SendAsync(
                "leo", HttpMethod.Post, "/api/holds", new JsonObject { [name] = value, ["basis"] = "case 17" })).Ok();
        }

        var first = (await house.SendAsync("ana", HttpMethod.Get, "/api/holds?limit=2")).Ok();
        Assert.Equal(["loans", "desk"], first["items"]!.AsArray().Select(h => (string?)h!["covers"]!["system"]));
        var rest = (await house.SendAsync("ana", HttpMethod.Get, $"/api/holds?limit=2&after={first["next"]}")).Ok();
        var ofAda = Assert.Single(rest["items"]!.AsArray())!;
        Assert.Equal(HouseVault.Alias("ada"), (string)ofAda["covers"]!["subject"]!);
        Assert.Null(rest["next"]);
        Assert.Equal(
            "case 17", (string)(await house.SendAsync("ana", HttpMethod.Get, $"/api/holds/{ofAda["id"]}"))
                .Ok()["covers"]!["basis"]!);
        Assert.Equal("provost.holds.held", (await Propose(house, "leo", ("person", "ada"))).Code);
        Assert.Equal("provost.holds.subject", (await house.SendAsync(
            "leo", HttpMethod.Post, "/api/holds",
            new JsonObject { ["person"] = "ada", ["subject"] = "x", ["basis"] = "case 17" })).Code);
    }

    [Fact]
    public async Task Administrators_owners_and_approvers_cannot_erase()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        house.Vault.Keep("of ada", "ada");
        foreach (var person in new[] { "pat", "dana", "ana" })
            Assert.Equal("provost.erasures.compliance_only", (await Propose(house, person, ("person", "ada"))).Code);
    }

    [Fact]
    public async Task Names_exactly_one_of_subject_person_and_decision()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();

        Assert.Equal("provost.erasures.empty", (await Propose(house, "leo")).Code);
        Assert.Equal(
            "provost.erasures.empty", (await Propose(house, "leo", ("person", "ada"), ("subject", "x"))).Code);
        Assert.Equal(
            "provost.decisions.unknown", (await Propose(house, "leo", ("decision", $"{Guid.NewGuid()}"))).Code);
    }

    [Fact]
    public async Task What_the_log_orders_is_carried_out_though_the_server_ended_before_it_was_done()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        var ada = house.Vault.Keep("of ada", "ada");
        (await Erase(house, "leo", (await Propose(house, "leo", ("person", "ada"))).Ok())).Ok();
        using var empty = new HouseVault(ControlHouse.PayloadKeyPem, house.Time);
        var restored = empty.Keep("of ada", "ada");
        house.Time.Advance(TimeSpan.FromDays(1));

        // a vault put back from before the erasure: it knows the key, and not the act
        new VaultOrders(house.Log, empty.Parts.Keys).CarryOut();

        Assert.Null(ada());
        Assert.Null(restored());
    }

    [Fact]
    public async Task An_order_whose_vault_is_away_stands_and_is_carried_out_when_it_is_back()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        var ada = house.Vault.Keep("of ada", "ada");
        var proposal = (await Propose(house, "leo", ("person", "ada"))).Ok();
        house.Vault.CatchUp = Task.FromException(new IOException("The vault ends before the keys are destroyed."));
        Assert.Equal("provost.erasures.ordered", (await Erase(house, "leo", proposal)).Code);
        Assert.Equal("of ada", ada());

        house.Vault.IsAway = true;
        Assert.Equal("provost.custody.vault_away", (await house.SendAsync(
            "leo", HttpMethod.Get, "/api/retention/plan")).Code);
        Assert.Throws<VaultAwayException>(house.Desks.VaultOrders.CarryOut);

        house.Vault.IsAway = false;
        house.Desks.VaultOrders.CarryOut();
        Assert.Null(ada());
        Assert.Single(house.Log.State.Erasures.All);
    }

    [Fact]
    public async Task A_vault_that_was_put_back_behind_the_same_server_is_asked_for_everything_again()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        house.Vault.Keep("of ada", "ada");
        (await Erase(house, "leo", (await Propose(house, "leo", ("person", "ada"))).Ok())).Ok();
        using var backup = new HouseVault(ControlHouse.PayloadKeyPem, house.Time);
        var ada = backup.Keep("of ada", "ada");

        house.Vault.PutBack = backup;
        house.Desks.VaultOrders.CarryOut();
        Assert.Equal("of ada", ada());
        house.Vault.Incarnation++;
        house.Desks.VaultOrders.CarryOut();
        Assert.Null(ada());
    }

    private static Task<Reply> Propose(ControlHouse house, string person, params (string, string)[] order)
    {
        var body = new JsonObject { ["basis"] = "GDPR Art. 17" };
        foreach (var (name, value) in order)
            body[name] = value;

        return house.SendAsync(person, HttpMethod.Post, "/api/erasures/proposal", body);
    }

    private static Task<Reply> Erase(ControlHouse house, string person, JsonNode proposal) => house.SendAsync(
        person, HttpMethod.Post, "/api/erasures", new JsonObject
        {
            ["says"] = proposal["says"]!.DeepClone(),
            ["envelope"] = house.Sign(person, proposal),
        });
}
