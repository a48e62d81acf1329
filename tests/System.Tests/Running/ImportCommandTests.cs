namespace Provost.SystemTests.Running;

/// <summary>An inventory at the command line, against a real server and its log.</summary>
[Collection(nameof(Running))]
public sealed class ImportCommandTests(GovernedTown town)
{
    [Fact]
    public async Task A_spreadsheet_becomes_drafts_and_manifests_and_one_of_them_is_retired()
    {
        await using var copy = await town.StartAsync();
        var staff = copy.Staff;
        var file = Path.Combine(copy.Folder, "inventory.csv");
        var header = "name;unit;kind;purpose;business_owner;technical_owner;population;exposure;data_classes;autonomy;"
            + "annex_iii\n";
        await File.WriteAllTextAsync(
            file, header + $"desk;care;llm;;{staff.Dana.Mail};nobody@acme.example;All;1;x;y;z\n");
        var refused = await staff.Kim.RunAsync("import", file);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("purpose is empty", refused.Errors);

        await File.WriteAllTextAsync(
            file,
            header + $"desk;care;llm;Answers.;{staff.Dana.Mail};{staff.Sam.Mail};All;1 USD;public;answers;none\n");
        Assert.Contains("Nothing was registered", (await staff.Kim.RunAsync("import", file, "--dry-run")).Ok().Output);
        var folder = Path.Combine(copy.Folder, "manifests");
        Assert.Contains("1 registered", (await staff.Kim.RunAsync("import", file, "--manifests", folder)).Ok().Output);
        Assert.Contains("kind: System", await File.ReadAllTextAsync(Path.Combine(folder, "desk.yaml")));
        Assert.Contains("draft", (await staff.Kim.RunAsync("systems", "--unit", "care")).Ok().Output);
        Assert.Contains("has not accepted", (await staff.Kim.RunAsync("findings", "--system", "desk")).Ok().Output);

        var retired = (await staff.Dana.RunAsync("retire", "desk", "--reason", "never used")).Ok();
        Assert.Contains("desk is retired", retired.Output);
        Assert.Contains("retired", (await staff.Kim.RunAsync("systems", "--state", "retired")).Ok().Output);
        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.Contains(copy.VerifiedLog(), r => (string)r["type"]! == "gov.system_retired");
    }
}
