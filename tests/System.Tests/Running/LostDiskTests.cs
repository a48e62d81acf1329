namespace Provost.SystemTests.Running;

/// <summary>A gateway whose disk is gone, and one whose disk is an older copy of itself.</summary>
[Collection(nameof(Running))]
public sealed class LostDiskTests(GovernedTown town)
{
    [Fact]
    public async Task A_gateway_that_lost_its_spool_serves_under_a_new_name_and_the_log_goes_on()
    {
        await using var copy = await town.StartAsync();
        var first = await AskAsync(copy);
        Assert.Equal(0, await copy.Server.StopAsync());
        await copy.DisposeAsync();
        var older = Path.Combine(copy.Folder, "older");
        CopyFolder(Spool(copy, "gateway-1"), older);

        Directory.Delete(Spool(copy, "gateway-1"), recursive: true);
        await copy.StartAsync();
        var second = await AskAsync(copy);
        await AskAsync(copy);
        Assert.Equal(0, await copy.Server.StopAsync());
        await copy.DisposeAsync();
        Assert.Equal(
            ["gateway-1", "gateway-2"],
            [(string)copy.VerifiedOutcomes()[first]["node"]!, (string)copy.VerifiedOutcomes()[second]["node"]!]);

        // an older copy of the newest one would give numbers twice
        Directory.Delete(Spool(copy, "gateway-2"), recursive: true);
        CopyFolder(older, Spool(copy, "gateway-2"));
        foreach (var segment in Directory.EnumerateFiles(Spool(copy, "gateway-2"), "*.seg"))
            File.Delete(segment);

        await copy.StartAsync();
        var third = await AskAsync(copy);
        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.Equal("gateway-3", (string)copy.VerifiedOutcomes()[third]["node"]!);
        Assert.Empty(new[] { first, second, third }.Except(copy.VerifiedOutcomes().Keys));
    }

    private async Task<string> AskAsync(Town copy)
    {
        using var client = copy.Client(town.ChatKeys[0]);
        var answer = await client.AskAsync(CancellationToken.None);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.Status);
        return answer.Decision;
    }

    private static string Spool(Town copy, string node) => Path.Combine(copy.Data, "spool", node);

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
