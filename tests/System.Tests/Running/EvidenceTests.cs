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
        Assert.Equal(1, (await copy.Staff.Leo.RunAsync("ledger", "verify", file, "--trust", trust)).ExitCode);
        Assert.False(GoVerifier.Run("proof", "--trust", trust, file).Ok);
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
