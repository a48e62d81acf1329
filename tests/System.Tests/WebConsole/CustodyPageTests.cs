namespace Provost.SystemTests.WebConsole;

public sealed class CustodyPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reset_stands_on_the_page_and_in_its_copy()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/custody", Stop);
        Assert.Contains("Entries 1200-1311 reset: 1,312 entries had been signed, the log went on from 1,200", page);
        Assert.Contains("Ana Ruiz", page);
        Assert.Contains("since 21 Nov 2026, 08:41 UTC: No space left.", page);
        Assert.Contains("New checkpoint key acme.example/provost", page);
        Assert.DoesNotContain("Nothing is signed", page);
        Assert.DoesNotContain("1200-1311", await browser.GetStringAsync("/custody?q=nothing-like-it", Stop));
        var csv = await browser.GetStringAsync("/custody?format=csv", Stop);
        Assert.StartsWith("at,what,handed_in_by", csv);
        Assert.Contains("1200-1311", csv);
    }

    [Fact]
    public async Task A_signer_that_refuses_is_said_with_the_way_out()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Custody = stage.Custody with { Refusal = "it lost its <memory>." };
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/custody", Stop);
        Assert.Contains("it lost its &lt;memory&gt;.", page);
        Assert.Contains("provost ledger reset --range FIRST-LAST", page);
    }
}
