using System.Net;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>Changes of people and the end of a warrant, at the command line of several persons.</summary>
[Collection(nameof(Running))]
public sealed class PeopleCommandTests(GovernedTown town)
{
    [Fact]
    public async Task Two_persons_sign_what_a_third_asked_for_and_the_log_still_verifies()
    {
        await using var copy = await town.StartAsync();
        var staff = copy.Staff;
        var asked = (await staff.Ana.RunAsync(
            "people", "roles", "set", staff.Kim.Mail, "--role", "on-call", "--reason", "rota", "--json")).Ok();
        var change = (string)asked.Json["waiting"]!["id"]!;
        Assert.Contains("0 of 2", (await staff.Leo.RunAsync("people", "changes")).Ok().Output);
        var concerned = await staff.Kim.RunAsync("people", "sign", change);
        Assert.Contains("provost.people.may_not_sign", concerned.Errors);
        Assert.Contains("Waits for two signatures", (await staff.Leo.RunAsync("people", "sign", change)).Ok().Output);
        Assert.Contains("on-call", (await staff.Mia.RunAsync("people", "sign", change)).Ok().Output);
        Assert.Equal(["on-call"], await RolesAsync(staff, staff.Kim));

        (await staff.Pat.RunAsync("people", "deactivate", staff.Kim.Mail, "--reason", "left")).Ok();
        Assert.Contains("provost.login.needed", (await staff.Kim.RunAsync("systems")).Errors);
        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.Contains(copy.VerifiedLog(), r => (string)r["type"]! == "gov.roster");
    }

    [Fact]
    public async Task A_further_key_is_proved_by_its_owner_and_signs_nothing_before_its_day()
    {
        await using var copy = await town.StartAsync();
        var (ana, mia, leo) = (copy.Staff.Ana, copy.Staff.Mia, copy.Staff.Leo);
        var file = Path.Combine(copy.Folder, "second.key");
        var made = (await ana.RunAsync("people", "key", "--out", file, "--json")).Ok();
        var change = (string)made.Json["waiting"]!["id"]!;
        (await mia.RunAsync("people", "sign", change)).Ok();
        (await leo.RunAsync("people", "sign", change)).Ok();

        var asked = (await mia.RunAsync("people", "invite", copy.Staff.Kim.Mail, "--json")).Ok();
        var invite = (string)asked.Json["waiting"]!["id"]!;
        Assert.Contains(
            "provost.people.signature", (await ana.RunAsync("people", "sign", invite, "--key", file)).Errors);
        (await ana.RunAsync("people", "sign", invite)).Ok();
        (await ana.RunAsync("people", "key", "remove", (string)made.Json["id"]!)).Ok();
        (await mia.RunAsync("people", "withdraw", invite)).Ok();
    }

    [Fact]
    public async Task A_revoked_warrant_refuses_the_next_call()
    {
        await using var copy = await town.StartAsync();
        using var client = copy.Client(town.ChatKeys[0]);
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync(CancellationToken.None)).Status);
        var done = (await copy.Staff.Ana.RunAsync(
            "revoke", "refund-assistant@3.2.0", "--reason", "the prompt promises too much")).Ok();
        Assert.Contains("Nothing serves now", done.Output);
        Assert.Equal("provost.no_warrant", (await client.AskAsync(CancellationToken.None)).Code);
        var again = await copy.Staff.Ana.RunAsync("revoke", "refund-assistant@3.2.0", "--reason", "again");
        Assert.Contains("No warrant is in force", again.Errors);
    }

    [Fact]
    public async Task The_root_key_opens_nothing_while_two_approvers_can_sign()
    {
        await using var copy = await town.StartAsync();
        var root = Path.Combine(copy.Data, "signer", "keys", "root.key");
        var needless = await copy.Staff.Pat.RunAsync("people", "reopen", "--root-key", root);
        Assert.Equal(1, needless.ExitCode);
        (await copy.Staff.Pat.RunAsync("people", "deactivate", copy.Staff.Mia.Mail)).Ok();
        (await copy.Staff.Pat.RunAsync("people", "reopen", "--root-key", root)).Ok();
        var invited = (await copy.Staff.Pat.RunAsync(
            "people", "add", "--name", "Eve", "--mail", "eve@acme.example", "--role", "approver", "--json")).Ok();
        Assert.Null(invited.Json["waiting"]);
    }

    private static async Task<string[]> RolesAsync(Staff staff, Persona person)
    {
        var people = (await staff.Leo.RunAsync("people", "--json")).Ok().Json["items"]!.AsArray();
        var line = people.Single(p => (string?)p!["mail"] == person.Mail)!;
        return [.. line["roles"]!.AsArray().Select(r => (string)r!)];
    }
}
