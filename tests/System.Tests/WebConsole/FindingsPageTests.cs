namespace Provost.SystemTests.WebConsole;

public sealed class FindingsPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gaps_stand_with_who_settles_them_and_how()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/findings", Stop);
        Assert.Contains("contact for security", page);
        Assert.Contains("provost people key", page);
        Assert.Contains("for you", page);
        page = await browser.GetStringAsync("/findings?code=contact_missing", Stop);
        Assert.DoesNotContain("provost people key", page);
        stage.Person = ConsoleTown.Compliance;
        Assert.Contains("No gap passes", await browser.GetStringAsync("/findings?mine=yes", Stop));
    }

    [Fact]
    public async Task The_queue_is_exported_as_it_is_filtered()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var csv = await browser.GetStringAsync("/findings?format=csv&code=contact_missing", Stop);
        Assert.StartsWith("system,environment,unit,tier,code,message,remedy,owner,since", csv);
        Assert.Contains($"{ConsoleTown.Credit.System},production,consumer-credit,high,contact_missing", csv);
        Assert.DoesNotContain(ConsoleTown.Refund.System, csv);
    }
}
