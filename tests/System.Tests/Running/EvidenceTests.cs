using System.Net;
using System.Text;
using Provost.Stage;
using Provost.Testing;

namespace Provost.SystemTests.Running;

/// <summary>What leaves the house as evidence, asked for at the command line and judged by both verifiers.</summary>
[Collection(nameof(Running))]
public sealed class EvidenceTests(GovernedTown town)
{
    [Fact]
    public async Task A_receipt_of_one_decision_is_verified_without_the_server_by_both_verifiers()
    {
        await using var copy = await town.StartAsync();
        using var client = copy.Client(town.ChatKeys[0]);
        var asked = await client.AskAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, asked.Status);
        var file = Path.Combine(copy.Folder, "one.tlog-proof");
        await UntilIndexedAsync(() => copy.Staff.Leo.RunAsync("ledger", "receipt", asked.Decision, "--out", file));

        var stranger = await copy.Staff.Ana.RunAsync("ledger", "receipt", asked.Decision, "--out", file + ".ana");
        Assert.Contains("provost.decisions.unknown", stranger.Errors);
        Assert.False(File.Exists(file + ".ana") || File.Exists(file + ".ana.part"));
        Assert.Equal(0, await copy.Server.StopAsync());

        var trust = Path.Combine(copy.Data, "trust.json");
        var ours = await copy.Staff.Leo.RunAsync("ledger", "verify", file, "--trust", trust);
        Assert.Contains("PROVED. 1 entries.", ours.Ok().Output);
        Assert.Contains("sys:refund-assistant", ours.Output);
        var theirs = GoVerifier.Run("proof", "--trust", trust, file);
        Assert.True(theirs.Ok, theirs.Said);
        Assert.Contains(asked.Decision, EntryIn(file));

        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Assert.NotEqual(0, (await copy.Staff.Leo.RunAsync("ledger", "verify", file, "--trust", trust)).ExitCode);
        Assert.False(GoVerifier.Run("proof", "--trust", trust, file).Ok);
    }

    [Fact]
    public async Task What_two_persons_had_opened_leaves_beside_its_proof_and_both_verifiers_hold_it_to_the_log()
    {
        await using var copy = await town.StartAsync();
        using var client = copy.Client(town.ChatKeys[0]);
        var said = (await client.AskAsync(CancellationToken.None)).Decision;
        var streamed = (await client.StreamAsync(CancellationToken.None))!.Decision;
        var (leo, file) = (copy.Staff.Leo, Path.Combine(copy.Folder, "said.zip"));
        foreach (var decision in new[] { said, streamed })
            await UntilIndexedAsync(() => leo.RunAsync("ledger", "receipt", decision, "--out", file));

        string[] ask = ["reveal", "ask", "--system", "refund-assistant", "--purpose", "request 4711", "--json"];
        var reveal = (string)(await leo.RunAsync(ask)).Ok().Json["id"]!;
        var early = await leo.RunAsync("reveal", "export", reveal, "--out", file);
        Assert.Contains("provost.reveals.not_confirmed", early.Errors);
        (await copy.Staff.Ana.RunAsync("reveal", "confirm", reveal)).Ok();
        (await leo.RunAsync("reveal", "export", reveal, "--out", file)).Ok();
        Assert.Equal(0, await copy.Server.StopAsync());

        var trust = Path.Combine(copy.Data, "trust.json");
        var report = (await leo.RunAsync("ledger", "verify", file, "--trust", trust)).Ok().Output;
        Assert.Contains("Each of 4 contents is, byte for byte, the one that its entry commits to", report);
        var theirs = GoVerifier.Run("bundle", "--trust", trust, file);
        Assert.True(theirs.Ok, theirs.Said);
        var text = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file));
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("{\"model\":")), text);
        Assert.Single(copy.VerifiedLog(), r => (string)r["type"]! == "gov.bulk_revealed");
    }

    [Fact]
    public async Task A_bundle_of_a_system_stands_on_its_approvals_and_any_edit_of_it_is_named()
    {
        await using var copy = await town.StartAsync();
        using var client = copy.Client(town.ChatKeys[0]);
        var last = "";
        for (var i = 0; i < 5; i++)
            last = (await client.AskAsync(CancellationToken.None)).Decision;

        var file = Path.Combine(copy.Folder, "refunds.zip");
        var trust = Path.Combine(copy.Data, "trust.json");
        var leo = copy.Staff.Leo;
        await UntilIndexedAsync(() => leo.RunAsync("ledger", "receipt", last, "--out", file));
        (await leo.RunAsync("ledger", "export", "--system", "refund-assistant", "--out", file)).Ok();
        var report = (await leo.RunAsync("ledger", "verify", file, "--trust", trust)).Ok().Output;
        Assert.Contains("signed by the pinned warrant key, with approvals that 2 persons signed", report);
        Assert.Contains("sys:refund-assistant 0 to 4 is here without a gap", report);
        Assert.Contains("decisions.csv says in 5 rows what the entries say", report);
        Assert.Contains("that the log issued", report);
        var theirs = GoVerifier.Run("bundle", "--trust", trust, file);
        Assert.True(theirs.Ok, theirs.Said);
        Assert.Contains("1 warrants, 5 rows", theirs.Said);

        // the next one proves that the log continues what this machine has seen
        (await leo.RunAsync(
            "ledger", "export", "--model", "gpt-5.2-2026-09-01", "--out", file + "2", "--trust", trust)).Ok();
        var again = (await leo.RunAsync("ledger", "verify", file + "2", "--trust", trust)).Ok().Output;
        Assert.Contains("continues the checkpoint remembered", again);
        Assert.Contains("a selection", again);
        Assert.Contains(
            "provost.export.not_yours",
            (await copy.Staff.Dana.RunAsync(
                "ledger", "export", "--system", "refund-assistant", "--out", file + "3")).Errors);
        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.Equal(2, copy.VerifiedLog().Count(r => (string)r["type"]! == "gov.ledger_exported"));

        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^300] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Assert.NotEqual(0, (await leo.RunAsync("ledger", "verify", file, "--trust", trust)).ExitCode);
        Assert.False(GoVerifier.Run("bundle", "--trust", trust, file).Ok);
    }

    private static string EntryIn(string receipt) => Encoding.UTF8.GetString(Convert.FromBase64String(
        File.ReadAllLines(receipt)[1]["extra ".Length..]));

    /// <summary>A fresh decision is indexed and covered within seconds; until then the command says so.</summary>
    private static async Task UntilIndexedAsync(Func<Task<CommandAnswer>> runAsync)
    {
        using var limit = new CancellationTokenSource(Town.Limit);
        while (await runAsync() is { ExitCode: not 0 } refused)
        {
            Assert.True(
                refused.Errors.Contains("provost.decisions.unknown", StringComparison.Ordinal)
                || refused.Errors.Contains("provost.ledger.not_covered", StringComparison.Ordinal), refused.Errors);
            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
