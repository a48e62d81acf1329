using System.Diagnostics;
using System.Text.Json.Nodes;
using Provost.Control.Anchors;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>A folder elsewhere keeps checkpoints of a running server; a log put back is contradicted by it.</summary>
[Collection(nameof(Running))]
public sealed class AnchorTests(GovernedTown town)
{
    [Fact]
    public async Task A_log_that_was_put_back_is_contradicted_by_what_a_folder_elsewhere_kept()
    {
        await using var copy = town.Copy();
        var outside = Directory.CreateDirectory(Path.Combine(copy.Folder, "outside")).FullName;
        var kept = Path.Combine(outside, FolderAnchor.FileName);
        var backup = Path.Combine(copy.Folder, "backup");
        using (var cp = Process.Start("cp", ["-a", copy.Ledger, backup]))
            await cp.WaitForExitAsync();

        await copy.StartAsync();
        (await copy.Staff.Sam.RunAsync("pause", "admissions", "--reason", "Asked to.")).Ok();
        Assert.Equal(0, await copy.Server.StopAsync());
        Name(copy, new JsonObject { ["kind"] = "folder", ["path"] = outside });
        await copy.StartAsync();
        await Patience.UntilAsync(
            Town.Limit, "an anchored checkpoint", copy.Server.NextLineAsync, () => Task.FromResult(File.Exists(kept)));
        var listed = (await copy.Staff.Leo.RunAsync("ledger", "anchors", "--json")).Ok().Json["items"]!;
        Assert.Equal("outside", (string)Assert.Single(listed.AsArray())!["name"]!);
        Assert.Equal(0, (int)(await Custodian.ReadyAsync(copy))["findings"]!["anchorsFailing"]!);
        Assert.Equal(0, await copy.Server.StopAsync());

        Assert.Contains("continues each of", (await VerifyAsync(copy, copy.Ledger, kept)).Ok().Output);
        var broken = await VerifyAsync(copy, backup, kept);
        Assert.NotEqual(0, broken.ExitCode);
        Assert.Contains($"{kept}, line ", broken.Output);
    }

    [Fact]
    public async Task A_server_whose_anchor_would_lie_in_its_own_data_does_not_start()
    {
        await using var copy = town.Copy();
        Name(copy, new JsonObject { ["kind"] = "folder", ["path"] = Path.Combine(copy.Data, "anchor") });
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => copy.StartServingAsync());
        Assert.Contains("anchors.outside.path", refused.Message);
    }

    private static Task<CommandAnswer> VerifyAsync(Town copy, string ledger, string anchor) =>
        copy.Staff.Leo.RunAsync(
            "ledger", "verify", ledger, "--trust", Path.Combine(copy.Data, "trust.json"), "--no-memory",
            "--anchor", anchor);

    private static void Name(Town copy, JsonObject anchor)
    {
        var file = Path.Combine(copy.Folder, "settings.json");
        var settings = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        settings["anchors"] = new JsonObject { ["outside"] = anchor };
        File.WriteAllText(file, settings.ToJsonString());
    }
}
