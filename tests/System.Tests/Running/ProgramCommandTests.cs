using System.Text.Json.Nodes;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>A program at the command line, with a token that a person made for it.</summary>
[Collection(nameof(Running))]
public sealed class ProgramCommandTests(GovernedTown town)
{
    [Fact]
    public async Task A_program_plans_and_asks_the_gate_until_its_token_is_revoked_and_never_approves()
    {
        await using var copy = await town.StartAsync();
        var mia = copy.Staff.Mia;
        var made = (await mia.RunAsync(
            "people", "service", "add", "ci/refunds", "--verb", "plan", "--verb", "gate", "--system",
            "refund-assistant", "--days", "7", "--json")).Ok().Json;
        var home = Path.Combine(copy.Folder, "homes", "program");
        Directory.CreateDirectory(home);
        await File.WriteAllTextAsync(
            Path.Combine(home, "credentials.json"),
            new JsonObject { ["server"] = "http://unset", ["token"] = (string)made["token"]! }.ToJsonString());
        var program = new Persona("ci", "none@acme.example", home, () => copy.Server.Control);

        var manifest = Path.Combine(Checkout.Root, "samples", "refund-assistant", "provost.yaml");
        (await program.RunAsync("plan", manifest)).Ok();
        (await program.RunAsync("gate", "--manifest", manifest, "--env", "production")).Ok();
        Assert.Contains("provost.automation.scope", (await program.RunAsync("apply", manifest)).Errors);
        Assert.Contains(
            "provost.automation.scope", (await program.RunAsync("revoke", "refund-assistant@3.2.0", "--reason", "x"))
                .Errors);
        Assert.Contains("provost.automation.scope", (await program.RunAsync("people")).Errors);

        var listed = (await mia.RunAsync("people", "service", "list")).Ok().Output;
        Assert.Contains("ci/refunds", listed);
        (await mia.RunAsync("people", "service", "revoke", (string)made["id"]!)).Ok();
        Assert.Contains("provost.login.needed", (await program.RunAsync("plan", manifest)).Errors);
        Assert.Contains(
            "credential_ended", (await copy.Staff.Leo.RunAsync("people", "sign-ins", "--limit", "5")).Ok().Output);
        Assert.Contains(
            "service_token", (await mia.RunAsync("people", "sign-ins", "--what", "service_token")).Ok().Output);
    }
}
