using System.Net;
using System.Text.Json.Nodes;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;
using Provost.Testing;

namespace Provost.Control.Tests.Access;

public sealed class ServiceTokenTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Scope = "provost.automation.scope";

    [Fact]
    public async Task A_program_works_within_its_scope_in_the_name_of_who_made_its_token()
    {
        await using var house = await OpenAsync();
        house.Hold("ci", await MakeAsync(house, "mia", ["apply", "plan", "submit", "read"], ["desk"]));
        (await house.ApplyAsync("ci", house.Manifest())).Ok();
        (await house.SubmitAsync("ci")).Ok();
        (await house.SendAsync("ci", HttpMethod.Get, "/api/systems/desk")).Ok();
        (await house.SendAsync("ci", HttpMethod.Get, "/api/approvals?system=desk")).Ok();

        var submitted = house.Log.Entries.Last(e => e.Verb == ReleaseSubmitted.Verb);
        Assert.Equal(AutomationGrant.Service, submitted.Actor.Kind);
        Assert.Equal(house.IdOf("mia"), submitted.OnBehalf);
        Assert.Equal(house.IdOf("mia"), house.Log.State.Registry.Releases[^1].Author);
        Assert.Equal("provost.approvals.own_work", (await house.ApproveAsync("mia")).Code);
    }

    [Theory]
    [InlineData("GET", "/api/systems/desk/releases/1.0.0/approval?environment=production")]
    [InlineData("POST", "/api/systems/desk/releases/1.0.0/rejections")]
    [InlineData("POST", "/api/systems/desk/orders")]
    [InlineData("GET", "/api/systems/desk/resume?environment=production")]
    [InlineData("GET", "/api/systems")]
    [InlineData("GET", "/api/systems/other")]
    [InlineData("GET", "/api/approvals")]
    [InlineData("GET", "/api/people")]
    [InlineData("GET", "/api/people/me/credentials")]
    [InlineData("GET", "/api/keys")]
    [InlineData("GET", "/api/decisions")]
    [InlineData("GET", "/api/decisions/export")]
    [InlineData("GET", "/api/holds")]
    [InlineData("POST", "/api/logout")]
    public async Task What_only_persons_do_and_what_lies_outside_is_refused_to_a_program(string method, string path)
    {
        await using var house = await OpenAsync();
        house.Hold("ci", await MakeAsync(house, "dana", ["apply", "gate", "plan", "read", "submit"], ["desk"]));
        var refused = await house.SendAsync("ci", new HttpMethod(method), path, method == "GET" ? null
            : new JsonObject
            {
                ["environment"] = "production",
                ["kind"] = "pause",
                ["reason"] = "none",
                ["envelope"] = new JsonObject(),
            });
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal(Scope, refused.Code);
    }

    [Fact]
    public async Task The_system_is_looked_for_where_the_call_hides_it()
    {
        await using var house = await OpenAsync();
        house.Hold("mias", await MakeAsync(house, "mia", ["apply", "plan", "submit"], ["desk"]));
        (await house.ApplyAsync("mias", house.Manifest())).Ok();
        (await house.SubmitAsync("mias")).Ok();
        house.Hold("other", await MakeAsync(house, "mia", ["apply", "plan", "gate"], ["other"]));
        Assert.Equal(Scope, (await house.ApplyAsync("other", house.Manifest())).Code);
        var digest = Uri.EscapeDataString(house.Log.State.Registry.Releases[^1].Digest);
        var gate = $"/api/gate?environment=production&digest={digest}";
        Assert.Equal(Scope, (await house.SendAsync("other", HttpMethod.Get, gate)).Code);
        house.Hold("gate", await MakeAsync(house, "mia", ["gate"], ["*"]));
        (await house.SendAsync("gate", HttpMethod.Get, gate)).Ok();
    }

    [Fact]
    public async Task A_token_ends_by_its_day_by_its_owner_by_an_administrator_and_with_its_owner()
    {
        await using var house = await OpenAsync();
        foreach (var name in new[] { "revoked", "taken", "orphan", "brief" })
        {
            house.Hold(name, await MakeAsync(house, "dana", ["read"], ["*"], name, name == "brief" ? 1 : 90));
            (await house.SendAsync(name, HttpMethod.Get, "/api/systems")).Ok();
        }

        Assert.Equal(
            "provost.tokens.unknown",
            (await house.SendAsync("mia", HttpMethod.Delete, $"/api/people/services/{IdOf(house, "taken")}")).Code);
        (await house.SendAsync("dana", HttpMethod.Delete, $"/api/people/services/{IdOf(house, "revoked")}")).Ok();
        (await house.SendAsync("pat", HttpMethod.Delete, $"/api/people/services/{IdOf(house, "taken")}")).Ok();
        await AssertUnknownAsync(house, "revoked");
        await AssertUnknownAsync(house, "taken");
        house.Time.Advance(TimeSpan.FromDays(1));
        await AssertUnknownAsync(house, "brief");
        (await house.SendAsync("orphan", HttpMethod.Get, "/api/systems")).Ok();
        (await house.SendAsync(
            "pat", HttpMethod.Post, $"/api/people/{house.IdOf("dana")}/changes",
            new JsonObject { ["change"] = "deactivated" })).Ok();
        await AssertUnknownAsync(house, "orphan");
        Assert.Empty(house.Log.State.Roster.Automations);
    }

    [Theory]
    [InlineData("""{"name":"ci","verbs":["approve"],"systems":["desk"]}""", "provost.automation.verbs")]
    [InlineData("""{"name":"ci","verbs":[],"systems":["desk"]}""", "provost.automation.verbs")]
    [InlineData("""{"name":"ci","verbs":["read"],"systems":[]}""", "provost.automation.systems")]
    [InlineData("""{"name":"ci","verbs":["apply"],"systems":["*"]}""", "provost.automation.too_wide")]
    [InlineData("""{"name":"ci","verbs":["read"],"systems":["*","desk"]}""", "provost.automation.too_wide")]
    [InlineData("""{"name":"a b","verbs":["read"],"systems":["desk"]}""", "provost.automation.name")]
    [InlineData("""{"name":"ci","verbs":["read"],"systems":["desk"],"days":91}""", "provost.automation.life")]
    public async Task A_scope_that_is_wrong_is_refused_with_its_field(string order, string code)
    {
        await using var house = await OpenAsync();
        var refused = await house.SendAsync("mia", HttpMethod.Post, "/api/people/services", JsonNode.Parse(order));
        Assert.Equal(code, refused.Code);
        Assert.NotEqual("", (string?)refused.Json["errors"]![0]!["path"]);
    }

    [Fact]
    public void The_fold_gives_a_program_nothing_beyond_its_scope_whatever_was_written()
    {
        using var town = GovernanceTown.Peopled();
        town.Give(Made("kim", "0123456789", "desk"));
        var program = new Actor(AutomationGrant.Service, "0123456789");
        Assert.Equal("provost.systems.not_yours", town.Code(Submitted(program, "other")));
        Assert.Equal("provost.systems.not_yours", town.Code(Submitted(program with { Kind = "pipeline" }, "desk")));
        Assert.Equal("provost.systems.unknown", town.Code(Submitted(program, "desk")));
        Assert.Equal(
            "provost.automation.person", town.Code(Made("kim", "9876543210", "desk") with { Actor = program }));
        Assert.Equal(
            "provost.automation.person",
            town.Code(Made("kim", "9876543210", "desk") with { Actor = Actor.Person("pat") }));
        town.Time.Advance(TimeSpan.FromDays(91));
        Assert.Equal("provost.systems.not_yours", town.Code(Submitted(program, "desk")));

        GovernanceDraft Made(string person, string id, string system) => GovernanceDraft.Of(
            Actor.Person(person), person, new ServiceTokenMade
            {
                Person = person,
                Id = id,
                Hash = "00",
                Name = id,
                Verbs = ["submit"],
                Systems = [system],
                Expires = town.Time.GetUtcNow().AddDays(90),
            });
    }

    private static GovernanceDraft Submitted(Actor actor, string system) => GovernanceDraft.Of(
        actor, system, new ReleaseSubmitted
        {
            System = system,
            Release = Ledger.Statements.Digest.Of("release"u8),
            Version = "1.0.0",
            Provider = "openai",
            Model = "gpt-test",
            LastsMs = 1,
            Files = new Dictionary<string, string>(),
        });

    private async Task<ControlHouse> OpenAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        return house;
    }

    private static async Task<string> MakeAsync(
        ControlHouse house, string person, string[] verbs, string[] systems, string? name = null, int days = 90) =>
        (string)(await house.SendAsync(person, HttpMethod.Post, "/api/people/services", new JsonObject
        {
            ["name"] = name ?? $"ci/{string.Join('-', verbs)}",
            ["verbs"] = new JsonArray([.. verbs.Select(v => (JsonNode)v)]),
            ["systems"] = new JsonArray([.. systems.Select(s => (JsonNode)s)]),
            ["days"] = days,
        })).Ok()["token"]!;

    private static string IdOf(ControlHouse house, string name) =>
        house.Log.State.Roster.Automations.Values.Single(g => g.Name == name).Id;

    private static async Task AssertUnknownAsync(ControlHouse house, string token) => Assert.Equal(
        "provost.login.needed", (await house.SendAsync(token, HttpMethod.Get, "/api/systems")).Code);
}
