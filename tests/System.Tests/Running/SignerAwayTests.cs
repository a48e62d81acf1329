using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>The signer as a process beside a whole server: its user, its death, its absence, a log put back.</summary>
[Collection(nameof(Running))]
public sealed class SignerAwayTests(GovernedTown town)
{
    [Fact]
    public async Task While_the_signer_is_away_decisions_go_on_and_are_signed_when_it_is_back()
    {
        await using var copy = await town.StartAsync();
        using var client = copy.Client(town.ChatKeys[0]);
        var putBack = await Custodian.TakeAwayAsync(copy, "signer", "keys/snapshot.key");
        var signed = await File.ReadAllTextAsync(Path.Combine(copy.Ledger, "checkpoint"));
        var decisions = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var answer = await client.AskAsync(CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            decisions.Add(answer.Decision);
        }

        Assert.Contains(
            (await Custodian.ReadyAsync(copy))["notReady"]!.AsArray(),
            n => ((string)n!).StartsWith("signer: ", StringComparison.Ordinal));
        Assert.Equal(signed, await File.ReadAllTextAsync(Path.Combine(copy.Ledger, "checkpoint")));
        var paused = await copy.Staff.Sam.RunAsync("pause", "refund-assistant", "--reason", "Asked to.", "--json");
        Assert.Contains("\"confirmed\":true", paused.Output.Replace(" ", ""));
        Assert.Equal("provost.paused", (await client.AskAsync(CancellationToken.None)).Code);

        putBack();
        await copy.Server.UntilReadyAsync(Town.Limit);
        var kept = Path.Combine(copy.Data, "snapshot", "tightening.json");
        await Patience.UntilAsync(Town.Limit, "the snapshot with the pause", copy.Server.NextLineAsync, () =>
            Task.FromResult(!File.Exists(kept)));
        Assert.Equal("provost.paused", (await client.AskAsync(CancellationToken.None)).Code);
        Assert.Equal(0, await copy.Server.StopAsync());
        var outcomes = copy.VerifiedOutcomes();
        Assert.Empty(decisions.Where(d => !outcomes.ContainsKey(d)));
    }

    [Fact]
    public async Task A_backup_of_the_data_under_a_newer_signer_is_served_from_and_never_signed()
    {
        await using var copy = town.Copy();
        var backup = Path.Combine(copy.Folder, "backup");
        Run("cp", "-a", copy.Data, backup);
        await copy.StartAsync();
        using (var client = copy.Client(town.ChatKeys[0]))
            Assert.Equal(HttpStatusCode.OK, (await client.AskAsync(CancellationToken.None)).Status);
        (await copy.Staff.Sam.RunAsync("pause", "admissions", "--reason", "Asked to.")).Ok();
        Assert.Equal(0, await copy.Server.StopAsync());
        var memory = Path.Combine(copy.Data, "signer", "checkpoint");
        var signed = await File.ReadAllTextAsync(memory);
        foreach (var part in new[] { "ledger", "spool", "payloads" })
        {
            Directory.Delete(Path.Combine(copy.Data, part), recursive: true);
            Run("cp", "-a", Path.Combine(backup, part), Path.Combine(copy.Data, part));
        }

        await copy.StartServingAsync();
        await Patience.UntilAsync(Town.Limit, "the signer's refusal", copy.Server.NextLineAsync, async () =>
            (await Custodian.ReadyAsync(copy))["notReady"]!.AsArray()
                .Any(n => ((string)n!).Contains("handed less", StringComparison.Ordinal)));
        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.Equal(signed, await File.ReadAllTextAsync(memory));
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
