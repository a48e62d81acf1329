using System.Net;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>An erasure that a whole server was killed in the middle of.</summary>
[Collection(nameof(Running))]
public sealed class ErasureTests(GovernedTown town)
{
    private const string Basis = "GDPR Art. 17(1)(b)";

    [Fact]
    public async Task An_order_that_was_killed_while_the_keys_went_is_finished_by_the_next_start_unasked()
    {
        await using var copy = town.Copy();
        await copy.StartAsync();
        var leo = copy.Staff.Leo;
        using var client = new BareClient(copy.Server.Gateway, town.ChatKeys[0])
        {
            Customer = "customer-ada",
            Passage = "Returns are taken for 30 days.",
        };
        var asked = await client.AskAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, asked.Status);
        await Patience.UntilAsync(
            Town.Limit, "the decision in the index", copy.Server.NextLineAsync,
            async () => (await leo.RunAsync("why", asked.Decision)).ExitCode == 0);
        var before = await leo.RunAsync("reveal", "one", asked.Decision, "--purpose", "request 4711");
        Assert.Contains(BareClient.Question, before.Ok().Output);
        Assert.Contains("Retrieved for it: Returns are taken for 30 days.", before.Output);
        Assert.Contains(
            "the index refund-kb, version 2026-11-03, as the release declares",
            (await leo.RunAsync("why", asked.Decision)).Ok().Output);

        // the vault has nowhere to note what it did: it fails when the keys are gone already
        var notes = Path.Combine(Custodian.Folder(copy, "vault"), "acts");
        Directory.CreateDirectory(notes);
        var cut = await leo.RunAsync("erase", "--person", "customer-ada", "--basis", Basis);
        Assert.Equal(1, cut.ExitCode);
        Assert.Contains("provost.erasures.ordered", cut.Errors);
        await copy.Server.KillAsync();
        await copy.DisposeAsync();
        Directory.Delete(notes);

        await copy.StartAsync();
        await Patience.UntilAsync(
            Town.Limit, "the vault's note of the order", copy.Server.NextLineAsync,
            () => Task.FromResult(File.Exists(notes)));
        var listed = (await leo.RunAsync("erase", "list", "--json")).Ok().Json;
        var order = (string)Assert.Single(listed["items"]!.AsArray())!["id"]!;
        Assert.Contains(order, await File.ReadAllTextAsync(notes));
        var read = await leo.RunAsync("reveal", "one", asked.Decision, "--purpose", "request 4711");
        Assert.Contains(Basis, read.Errors);
        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.Single(copy.VerifiedLog(), r => (string)r["type"]! == "gov.content_erased");
    }
}
