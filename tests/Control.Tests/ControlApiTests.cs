using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Control.Tests.Governance;
using Provost.Gateway.Snapshot;
using Provost.Testing;

namespace Provost.Control.Tests;

public sealed class ControlApiTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task From_setup_to_a_warrant_that_a_gateway_takes()
    {
        await using var house = await OpenAsync();
        await house.PeopleAsync();
        var plan = (await house.ApplyAsync("mia", house.Manifest())).Ok();
        Assert.True((bool)plan["applied"]!);
        Assert.Equal("desk", (string)plan["system"]!);
        Assert.Null(house.Holder.Current!.Document.Systems[0].Live);

        (await house.SubmitAsync("mia")).Ok();
        Assert.Equal("provost.approvals.own_work", (await house.ApproveAsync("mia")).Code);
        var first = (await house.ApproveAsync("dana")).Ok();
        Assert.Null(first["warrant"]);
        Assert.Single(first["missing"]!.AsArray());
        var second = (await house.ApproveAsync("ana")).Ok();
        Assert.NotNull(second["warrant"]);

        var system = Assert.Single(house.Holder.Current!.Document.Systems);
        Assert.Equal((string)plan["releases"]![0]!["digest"]!, system.Live);
        Assert.Equal("sam", system.Owners.AskWhom);
        Assert.Empty(house.Holder.Current.NotServed);

        var page = (await house.SendAsync("leo", HttpMethod.Get, "/api/systems/desk")).Ok();
        var approved = page["environments"]![0]!["approved"]!;
        Assert.Equal(["dana", "ana"], approved["approvals"]!.AsArray().Select(a => (string)a!["by"]!["name"]!));
    }

    [Fact]
    public async Task In_tier_high_a_warrant_waits_for_an_approval_from_a_checkout()
    {
        await using var house = await OpenAsync();
        await house.PeopleAsync();
        await house.SubmitTestedAsync(house.Tested());
        await house.ProveAsync();
        (await house.ApproveAsync("dana")).Ok();
        var second = (await house.ApproveAsync("ana")).Ok();
        Assert.Null(second["warrant"]);
        Assert.Contains("--manifest", (string)Assert.Single(second["missing"]!.AsArray())!);
        Assert.Equal("provost.approvals.digest_from", (await house.ApproveAsync("ana", digestFrom: "hearsay")).Code);
        Assert.NotNull((await house.ApproveAsync("ana", digestFrom: "checkout")).Ok()["warrant"]);
        Assert.Empty(house.Holder.Current!.NotAdmitted);
    }

    [Fact]
    public async Task A_changed_sentence_is_another_release_and_its_difference_is_what_is_signed()
    {
        await using var house = await WarrantedAsync();
        var plan = (await house.ApplyAsync("mia", house.Manifest("1.0.1"), "You answer politely.\n")).Ok();
        var change = Assert.Single(
            plan["releases"]![0]!["difference"]!.AsArray(), c => (string)c!["path"]! == "file:prompt.md")!;
        Assert.Equal("You answer.\n", (string)change["before"]!);
        Assert.Equal("You answer politely.\n", (string)change["after"]!);

        (await house.SubmitAsync("mia", "1.0.1")).Ok();
        var proposal = (await house.SendAsync(
            "dana", HttpMethod.Get, "/api/systems/desk/releases/1.0.1/approval")).Ok();
        (await house.ApproveAsync("dana", "1.0.1")).Ok();
        (await house.ApproveAsync("ana", "1.0.1")).Ok();
        var late = await house.SendAsync("max", HttpMethod.Post, "/api/systems/desk/releases/1.0.1/approvals",
            new JsonObject { ["environment"] = "production", ["envelope"] = house.Sign("max", proposal) });
        Assert.Equal("provost.approvals.differs", late.Code);
        Assert.Equal(2, house.Holder.Current!.Document.Warrants.Count);
    }

    [Fact]
    public async Task Who_plans_a_change_of_what_is_not_theirs_does_not_see_what_serves()
    {
        await using var house = await WarrantedAsync();
        const string prompt = "You reply politely.\n";
        (await house.ApplyAsync("mia", house.Manifest("1.0.1"), prompt)).Ok();
        var bytes = System.Text.Encoding.UTF8.GetBytes(prompt);
        var digest = Ledger.Statements.Digest.Of(bytes);
        using var content = new ByteArrayContent(bytes);
        (await house.SendAsync("pat", HttpMethod.Put, $"/api/blobs/{digest}", content)).Ok();
        var plan = (await house.SendAsync("pat", HttpMethod.Post, "/api/plan", new JsonObject
        {
            ["file"] = "provost.yaml",
            ["manifest"] = house.Manifest("1.0.1"),
            ["files"] = new JsonObject
            {
                ["prompt.md"] = digest,
            },
        })).Ok();
        Assert.DoesNotContain("You answer.", plan.ToJsonString());
        Assert.Contains("file:prompt.md", plan.ToJsonString());
    }

    [Fact]
    public async Task Pause_and_kill_are_in_force_before_the_answer_and_only_an_owner_resumes()
    {
        await using var house = await WarrantedAsync();
        var order = (await house.SendAsync("leo", HttpMethod.Post, "/api/systems/desk/orders", new JsonObject
        {
            ["environment"] = "production",
            ["kind"] = "pause",
            ["reason"] = "a look",
        })).Ok();
        Assert.True((bool)order["points"]![0]!["confirmed"]!);
        Assert.Equal("pause", Assert.Single(house.Holder.Current!.Document.Orders).Kind);

        var proposal = (await house.SendAsync("dana", HttpMethod.Get, "/api/systems/desk/resume")).Ok();
        Assert.Equal("provost.orders.owners_resume", (await ResumeAsync(house, "leo", proposal)).Code);
        Assert.Equal("provost.orders.owners_resume", (await ResumeAsync(house, "dana", proposal, "leo")).Code);
        (await ResumeAsync(house, "dana", proposal)).Ok();
        Assert.Empty(house.Holder.Current!.Document.Orders);
    }

    [Fact]
    public async Task A_revoked_warrant_is_over_at_the_gateway_before_the_answer_and_the_one_before_serves()
    {
        await using var house = await WarrantedAsync();
        house.Time.Advance(TimeSpan.FromMinutes(1));
        (await house.ApplyAsync("mia", house.Manifest("1.0.1"), "You answer politely.\n")).Ok();
        await house.WarrantAsync("1.0.1");
        var page = (await house.SendAsync("leo", HttpMethod.Get, "/api/systems/desk")).Ok();
        var released = page["environments"]![0]!["releases"]!.AsArray();
        var newest = released.Single(r => (string)r!["version"]! == "1.0.1")!;
        var at = $"/api/warrants/{newest["warrant"]}/revocation";
        foreach (var other in new[] { "mia", "leo", "pat" })
        {
            Assert.Equal(
                "provost.warrants.may_not_revoke", (await house.SendAsync(other, HttpMethod.Get, at)).Code);
        }

        var proposal = (await house.SendAsync("sam", HttpMethod.Get, at)).Ok();
        Assert.Equal("1.0.0", (string)proposal["servesAfter"]!["version"]!);
        JsonObject Body(string signer, string reason) =>
            new() { ["envelope"] = house.Sign(signer, proposal), ["reason"] = reason };

        var silent = await house.SendAsync("sam", HttpMethod.Post, at, Body("sam", " "));
        Assert.Equal("provost.warrants.reason", silent.Code);
        var foreign = await house.SendAsync("sam", HttpMethod.Post, at, Body("dana", "wrong prompt"));
        Assert.Equal("provost.approvals.signature", foreign.Code);
        var done = (await house.SendAsync("sam", HttpMethod.Post, at, Body("sam", "wrong prompt"))).Ok();
        Assert.True((bool)done["points"]![0]!["confirmed"]!);
        Assert.Equal("1.0.0", (string)done["serves"]!["version"]!);
        Assert.Equal(
            house.Log.State.Registry.Version("desk", "1.0.0")!.Digest, house.Holder.Current!.Document.Systems[0].Live);
        Assert.Single(house.Holder.Current.Document.Warrants);
        Assert.Equal("provost.warrants.unknown", (await house.SendAsync("sam", HttpMethod.Get, at)).Code);
    }

    [Fact]
    public async Task A_client_key_reaches_the_gateway_at_once_and_leaves_it_at_once()
    {
        await using var house = await WarrantedAsync();
        var body = new JsonObject { ["system"] = "desk", ["environment"] = "production" };
        Assert.Equal("provost.keys.forbidden", (await house.SendAsync("mia", HttpMethod.Post, "/api/keys", body)).Code);
        var issued = (await house.SendAsync("sam", HttpMethod.Post, "/api/keys", body.DeepClone())).Ok();
        Assert.Equal((string)issued["id"]!, Assert.Single(house.Holder.Current!.Document.ClientKeys).Id);
        Assert.DoesNotContain((string)issued["key"]!, string.Concat(house.Written.Select(w => w.Body.GetRawText())));
        (await house.SendAsync("leo", HttpMethod.Delete, $"/api/keys/{issued["id"]}")).Ok();
        Assert.Empty(house.Holder.Current!.Document.ClientKeys);
    }

    [Fact]
    public async Task A_client_key_takes_the_caps_it_was_asked_for_and_the_defaults_for_the_rest()
    {
        await using var house = await WarrantedAsync();
        var body = new JsonObject
        {
            ["system"] = "desk",
            ["environment"] = "production",
            ["caps"] = new JsonObject { ["requestsPerSecond"] = 400, ["concurrency"] = 9 },
        };
        Assert.Equal("provost.keys.forbidden", (await house.SendAsync("mia", HttpMethod.Post, "/api/keys", body)).Code);
        (await house.SendAsync("sam", HttpMethod.Post, "/api/keys", body.DeepClone())).Ok();
        var caps = Assert.Single(house.Holder.Current!.Document.ClientKeys).Caps;
        Assert.Equal(new SnapshotCaps(400, 800, 9, 50_000_000), caps);
        Assert.Contains("\"requestsPerSecond\":400", string.Concat(house.Written.Select(w => w.Body.GetRawText())));

        body["caps"]!["concurrency"] = 0;
        var malformed = await house.SendAsync("sam", HttpMethod.Post, "/api/keys", body.DeepClone());
        Assert.Equal("provost.keys.malformed", malformed.Code);
    }

    [Fact]
    public async Task Owners_must_be_live_persons_and_the_error_names_the_field()
    {
        await using var house = await OpenAsync();
        await house.PeopleAsync();
        var manifest = house.Manifest().Replace(house.MailOf("sam"), "team@acme.example");
        var reply = await house.ApplyAsync("mia", manifest);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(reply.Json["errors"]!.AsArray(), e => (string)e!["path"]! == "spec.owners.technical");
        Assert.Empty(house.Log.State.Registry.Systems);
    }

    [Fact]
    public async Task Errors_of_a_manifest_come_with_line_and_column()
    {
        await using var house = await OpenAsync();
        await house.PeopleAsync();
        var reply = await house.ApplyAsync("mia", house.Manifest().Replace("failMode: closed", "failMood: closed"));
        Assert.Equal("provost.manifest.invalid", reply.Code);
        Assert.Contains(reply.Json["errors"]!.AsArray(), e => (int)e!["line"]! > 0 && (int)e["column"]! > 0);
    }

    [Fact]
    public async Task Nobody_is_let_in_without_proof()
    {
        await using var house = await OpenAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await house.SendAsync(null, HttpMethod.Get, "/api/systems")).Status);
        var forged = await house.SendAsync(null, HttpMethod.Get, "/api/systems", null, r =>
            r.Headers.TryAddWithoutValidation("Authorization", "Bearer " + SecretText.NewToken()));
        Assert.Equal("provost.login.needed", forged.Code);
        var setup = await house.SendAsync(null, HttpMethod.Post, "/api/setup", new JsonObject
        {
            ["code"] = SecretText.NewCode(),
            ["name"] = "Eve",
            ["mail"] = "eve@acme.example",
            ["password"] = ControlHouse.Password,
        });
        Assert.Equal("provost.setup.code", setup.Code);
    }

    [Fact]
    public async Task The_setup_code_ends_after_fifteen_minutes_and_after_use()
    {
        await using var house = await OpenAsync();
        house.Time.Advance(TimeSpan.FromMinutes(15));
        var late = await house.Desks.Logins.SetUpAsync(
            house.Desks.SetupCode.Text, "Pat", "pat@acme.example", ControlHouse.Password, CancellationToken.None);
        Assert.Equal("provost.setup.code", late.Fault?.Code);
    }

    [Fact]
    public async Task With_the_database_down_tokens_and_tightening_work_and_loosening_waits()
    {
        await using var house = await WarrantedAsync();
        await using var down = new Database(
            "Host=127.0.0.1;Port=1", house.Time, NullLogger<Database>.Instance);
        using var desks = house.Furnish(down);
        var (dana, key) = (new Principal(house.IdOf("dana"), ByCookie: false), new SystemKey("desk", "production"));

        var paused = await desks.Orders.GiveAsync(dana.Actor, key, "pause", null, null, "", default);
        Assert.True(Assert.Single(paused.Value.Points).Confirmed);
        var proposal = desks.Orders.Propose(key).Value;
        var envelope = JsonSerializer.SerializeToElement(
            house.Sign("dana", JsonSerializer.SerializeToNode(proposal, JsonSerializerOptions.Web)!));
        var resumed = await desks.Orders.ResumeAsync(dana, key, envelope, "", default);
        Assert.Equal("provost.database_down", resumed.Fault?.Code);
        await Assert.ThrowsAsync<DatabaseDownException>(() =>
            desks.Logins.CheckAsync(house.MailOf("dana"), ControlHouse.Password, default));
        var approved = await desks.Approvals.ApproveAsync(dana, "desk", "1.0.0", "production", envelope, default);
        Assert.Equal("provost.database_down", approved.Fault?.Code);
    }

    [Fact]
    public async Task After_five_wrong_passwords_a_minute_passes()
    {
        await using var house = await OpenAsync();
        await house.PeopleAsync();
        for (var i = 0; i < 5; i++)
        {
            var wrong = await house.Desks.Logins.CheckAsync(house.MailOf("leo"), "wrong password", default);
            Assert.Equal("provost.login.wrong", wrong.Fault?.Code);
        }

        var right = await house.Desks.Logins.CheckAsync(house.MailOf("leo"), ControlHouse.Password, default);
        Assert.Equal("provost.login.too_many", right.Fault?.Code);
        house.Time.Advance(TimeSpan.FromMinutes(1));
        right = await house.Desks.Logins.CheckAsync(house.MailOf("leo"), ControlHouse.Password, default);
        Assert.Null(right.Fault);
    }

    [Fact]
    public async Task A_role_an_address_or_a_password_edited_in_the_database_grants_nothing()
    {
        await using var house = await OpenAsync();
        await house.PeopleAsync();
        var (leo, mia) = (house.IdOf("leo"), house.IdOf("mia"));

        // mia's row is given leo's address, then leo's password row is replaced by mia's
        await database.ScalarAsync($"UPDATE person SET mail = 'x@acme.example' WHERE person = '{leo}'", default);
        await database.ScalarAsync(
            $"UPDATE person SET mail = '{house.MailOf("leo")}' WHERE person = '{mia}'", default);
        Assert.Null(await house.Desks.Directory.ByMailAsync(house.MailOf("leo"), default));
        await house.Desks.Directory.RefreshAsync(default);
        Assert.Equal(new[] { leo, mia }.Order(), house.Desks.Directory.Findings.Order());
        Assert.Null(house.Desks.Directory.Find(leo));

        var ana = house.IdOf("ana");
        await database.ScalarAsync(
            $"""
            UPDATE password SET (salt, iterations, hash) = (SELECT salt, iterations, hash FROM password
            WHERE person = '{house.IdOf("max")}') WHERE person = '{ana}'
            """, default);
        var login = await house.Desks.Logins.CheckAsync(house.MailOf("ana"), ControlHouse.Password, default);
        Assert.Equal("provost.login.wrong", login.Fault?.Code);
    }

    [Fact]
    public async Task The_state_folded_again_from_the_log_is_the_state()
    {
        await using var house = await WarrantedAsync();
        var again = GovernanceTown.Fold(house.Written);
        Assert.Equal(house.Log.State.Position, again.Position);
        Assert.Equal(house.Log.State.Epoch, again.Epoch);
        var key = new SystemKey("desk", "production");
        Assert.Equal(
            house.Log.State.Warrants.Live(key, house.Time.GetUtcNow())!.Id,
            again.Warrants.Live(key, house.Time.GetUtcNow())!.Id);
        Assert.Equal(house.Log.State.Roster.Tokens.Count, again.Roster.Tokens.Count);
        Assert.Empty(house.Log.Ineffective);
    }

    private async Task<ControlHouse> OpenAsync() =>
        await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));

    private async Task<ControlHouse> WarrantedAsync()
    {
        var house = await OpenAsync();
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        await house.WarrantAsync();
        return house;
    }

    private static Task<Reply> ResumeAsync(
        ControlHouse house, string person, JsonNode proposal, string? signer = null) =>
        house.SendAsync(person, HttpMethod.Post, "/api/systems/desk/resume", new JsonObject
        {
            ["environment"] = "production",
            ["reason"] = "looked",
            ["envelope"] = house.Sign(signer ?? person, proposal),
        });
}
