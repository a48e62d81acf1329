using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>The building team is gone, all of it; an auditor who never met them has the system alone.</summary>
[Collection(nameof(Running))]
public sealed class StrangerTests(GovernedTown town)
{
    private const string Name = "refund-assistant";

    [Fact]
    public async Task A_stranger_finds_owners_approvals_configuration_runbook_and_decisions_without_the_team()
    {
        await using var copy = await town.StartAsync();
        var staff = copy.Staff;
        using var client = copy.Client(town.ChatKeys[0]);
        var decision = (await client.AskAsync(CancellationToken.None)).Decision;
        foreach (var leaver in new[] { staff.Dana, staff.Sam, staff.Kim, staff.Mia })
            (await staff.Pat.RunAsync("people", "deactivate", leaver.Mail, "--reason", "left")).Ok();

        var stranger = await HireAuditorAsync(copy);
        var page = (await stranger.RunAsync("status", Name, "--json")).Ok().Json["environments"]![0]!;
        Assert.Equal(
            staff.Dana.Name, (string)page["ownerHistory"]![0]!["owners"]!["business"]!["name"]!);
        Assert.Equal(2, page["approved"]!["approvals"]!.AsArray().Count);

        var record = (await stranger.RunAsync("record", Name, "--json")).Ok().Json;
        Assert.Equal(["pause", "rollback"], record["runbook"]!.AsArray().Select(s => (string)s!));
        Assert.NotNull(record["document"]!["spec"]!["purpose"]);
        Assert.NotNull(record["release"]!["document"]!["spec"]!["model"]);
        Assert.All(record["release"]!["files"]!.AsArray(), f => Assert.NotEmpty((string)f!["text"]!));

        Assert.Contains("3.2.0", (await stranger.RunAsync("why", decision)).Ok().Output);
        Assert.Contains("vacant", (await stranger.RunAsync("owners", "--state", "vacant")).Ok().Output);
    }

    /// <summary>Two approvers are not left to sign: the root key opens the roster for the first.</summary>
    private static async Task<Persona> HireAuditorAsync(Town copy)
    {
        var pat = copy.Staff.Pat;
        var root = Path.Combine(copy.Data, "signer", "keys", "root.key");
        (await pat.RunAsync("people", "reopen", "--root-key", root)).Ok();
        var stranger = new Persona(
            "Ada Berg", "ada@acme.example", Path.Combine(copy.Folder, "homes", "ada"), () => copy.Server.Control);
        var invited = (await pat.RunAsync(
            "people", "add", "--name", stranger.Name, "--mail", stranger.Mail, "--role", "auditor", "--json")).Ok();
        (await stranger.RunAsync("login", "--invite", (string)invited.Json["invite"]!)).Ok();
        return stranger;
    }
}
