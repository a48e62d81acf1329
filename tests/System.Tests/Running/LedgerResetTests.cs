using System.Diagnostics;
using System.Globalization;
using Provost.Ledger.Statements;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>The way back when the signer lost its memory or a backup was put back: the root key.</summary>
[Collection(nameof(Running))]
public sealed class LedgerResetTests(GovernedTown town)
{
    [Theory]
    [InlineData("checkpoint")]
    [InlineData("state.json")]
    public async Task A_signer_without_its_memory_signs_again_after_a_reset_by_the_root_key(string file)
    {
        await using var copy = town.Copy();
        var size = Size(copy);
        File.Delete(Path.Combine(copy.Data, "signer", file));
        await copy.StartServingAsync();
        await RefusesAsync(copy, $"{file} is gone");

        var refused = await ResetAsync(copy, $"0-{size + 500}", RootKey(copy));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("The range is not the one that is in doubt", refused.Errors);
        var end = EndOf(refused.Errors);
        var stranger = Path.Combine(copy.Folder, "stranger.key");
        using (var key = Ed25519PrivateKey.Generate())
            await File.WriteAllTextAsync(stranger, Convert.ToBase64String(key.ExportSeed()));

        File.SetUnixFileMode(stranger, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Contains("not signed by this log's root key", (await ResetAsync(copy, $"0-{end}", stranger)).Errors);
        await RefusesAsync(copy, $"{file} is gone");

        Assert.Contains("signs again", (await ResetAsync(copy, $"0-{end}", RootKey(copy))).Ok().Output);
        await copy.Server.UntilReadyAsync(Town.Limit);
        Assert.Contains("nothing to reset", (await ResetAsync(copy, $"0-{end}", RootKey(copy))).Errors);
        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.Single(copy.VerifiedLog(), r => (string)r["type"]! == "gov.ledger_reset");
    }

    [Fact]
    public async Task A_backup_put_back_is_signed_after_a_reset_and_who_remembers_more_is_told()
    {
        await using var copy = town.Copy();
        var backup = Path.Combine(copy.Folder, "backup");
        Run("cp", "-a", copy.Data, backup);
        await copy.StartAsync();
        (await copy.Staff.Sam.RunAsync("pause", "admissions", "--reason", "Asked to.")).Ok();
        Assert.Equal(0, await copy.Server.StopAsync());
        (await VerifyAsync(copy)).Ok();
        var signed = Size(copy);
        foreach (var part in new[] { "ledger", "spool", "payloads" })
        {
            Directory.Delete(Path.Combine(copy.Data, part), recursive: true);
            Run("cp", "-a", Path.Combine(backup, part), Path.Combine(copy.Data, part));
        }

        var first = Size(copy);
        await copy.StartServingAsync();
        await RefusesAsync(copy, "handed less");
        var end = EndOf((await ResetAsync(copy, $"{first}-{signed + 500}", RootKey(copy))).Errors);
        Assert.Contains("signs again", (await ResetAsync(copy, $"{first}-{end}", RootKey(copy))).Ok().Output);
        await copy.Server.UntilReadyAsync(Town.Limit);
        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.NotEmpty(copy.VerifiedLog());

        var told = await VerifyAsync(copy);
        Assert.Equal(19, told.ExitCode);
        var accept = told.Output[told.Output.IndexOf("--accept-reset ", StringComparison.Ordinal)..].Split('.')[0];
        var accepted = (await VerifyAsync(copy, accept.Split(' '))).Ok().Output;
        Assert.Contains($"the reset of entries {first} to {end}", accepted);
        Assert.Contains("is given up, as you say", accepted);
        Assert.Contains("The log continues the checkpoint remembered", (await VerifyAsync(copy)).Ok().Output);
    }

    private static Task<CommandAnswer> ResetAsync(Town copy, string range, string key) => copy.Staff.Pat.RunAsync(
        "ledger", "reset", "--range", range, "--reason", "The disk was replaced.", "--root-key", key);

    private static Task<CommandAnswer> VerifyAsync(Town copy, params string[] more) => copy.Staff.Leo.RunAsync(
        ["ledger", "verify", copy.Ledger, "--trust", Path.Combine(copy.Data, "trust.json"), .. more]);

    private static string RootKey(Town copy) => Path.Combine(copy.Data, "signer", "keys", "root.key");

    private static Task RefusesAsync(Town copy, string why) =>
        Patience.UntilAsync(Town.Limit, "the signer's refusal", copy.Server.NextLineAsync, async () =>
            (await Custodian.ReadyAsync(copy))["notReady"]!.AsArray()
                .Any(n => ((string)n!).Contains(why, StringComparison.Ordinal)
                    && ((string)n!).Contains("provost ledger reset", StringComparison.Ordinal)));

    /// <summary>The refusal names where the range ends.</summary>
    private static long EndOf(string errors) => long.Parse(
        string.Concat(errors[(errors.IndexOf("ends at ", StringComparison.Ordinal) + "ends at ".Length)..]
            .TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture);

    private static long Size(Town copy) => long.Parse(
        File.ReadLines(Path.Combine(copy.Ledger, "checkpoint")).ElementAt(1), CultureInfo.InvariantCulture);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
