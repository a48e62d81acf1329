using Provost.Ledger.Verification;
using Provost.Testing;

namespace Provost.SystemTests.Running;

/// <summary>A new log key under a running server: the log goes on, both trust files verify, also in Go.</summary>
[Collection(nameof(Running))]
public sealed class LogKeyRotationTests(GovernedTown town)
{
    [Fact]
    public async Task Both_keys_sign_from_the_next_checkpoint_on_and_after_a_restart()
    {
        await using var copy = await town.StartAsync();
        var refused = await RotateAsync(copy, 91);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("up to 90 days", refused.Errors);
        Assert.Contains("New key: ", (await RotateAsync(copy, 30)).Ok().Output);
        await SignedTwiceAsync(copy);
        var keys = (await copy.Staff.Leo.RunAsync("ledger", "key", "--json")).Ok().Json["keys"]!.AsArray();
        Assert.Equal(2, keys.Count);
        Assert.Equal(0, await copy.Server.StopAsync());

        await copy.StartAsync();
        await SignedTwiceAsync(copy);
        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.NotEmpty(copy.VerifiedLog());
        var (old, renewed) = (Path.Combine(copy.Data, "trust.json"), Path.Combine(copy.Folder, "renewed.json"));
        (await copy.Staff.Leo.RunAsync("ledger", "trust", copy.Ledger, "--trust", old, "--out", renewed)).Ok();
        Assert.Equal(2, TrustFile.Parse(await File.ReadAllBytesAsync(renewed)).LogTerms.Count);
        foreach (var trust in new[] { old, renewed })
        {
            (await copy.Staff.Leo.RunAsync("ledger", "verify", copy.Ledger, "--trust", trust)).Ok();
            var theirs = GoVerifier.Run("folder", "--trust", trust, copy.Ledger);
            Assert.True(theirs.Ok, theirs.Said);
        }
    }

    private static Task<Stage.CommandAnswer> RotateAsync(Town copy, int days) => copy.Staff.Pat.RunAsync(
        "ledger", "rotate-key", "--reason", "A custodian left.", "--overlap-days", $"{days}",
        "--root-key", Path.Combine(copy.Data, "signer", "keys", "root.key"));

    private static Task SignedTwiceAsync(Town copy) => Stage.Patience.UntilAsync(
        Town.Limit, "a checkpoint of two keys", copy.Server.NextLineAsync, async () =>
            (await File.ReadAllLinesAsync(Path.Combine(copy.Ledger, "checkpoint")))
                .Count(l => l.StartsWith('—')) == 2);
}
