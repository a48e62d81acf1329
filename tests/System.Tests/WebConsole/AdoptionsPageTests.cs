namespace Provost.SystemTests.WebConsole;

public sealed class AdoptionsPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_adoption_is_shown_with_who_signed_it_how_it_ended_and_its_decisions()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Compliance;
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/adoptions", Stop);
        Assert.Contains("No traffic passes ungoverned", page);
        Assert.Contains("A release was approved.", page);
        Assert.Contains($"/decisions?adoption={ConsoleTown.Incident}", page);
        Assert.DoesNotContain(ConsoleTown.Attack, page);
        Assert.Contains("&lt;script&gt;", page);
    }

    [Fact]
    public async Task The_list_is_filtered_and_exported()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Compliance;
        using var browser = stage.Visit();
        Assert.Contains("passes this filter", await browser.GetStringAsync("/adoptions?standing=asked", Stop));
        var csv = await browser.GetStringAsync("/adoptions?format=csv&q=refund", Stop);
        Assert.StartsWith("id,system,environment,provider,tier,reason,standing,row_since,until,signed_by", csv);
        Assert.Contains(",ended,", csv);
    }

    [Fact]
    public async Task The_page_of_the_system_said_so_while_its_traffic_passed()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Owner;
        using var browser = stage.Visit();
        var then = ConsoleTown.Now.AddDays(-5).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss");
        var page = await browser.GetStringAsync($"/systems/{ConsoleTown.Refund.System}?asOf={then}", Stop);
        Assert.Contains("UNGOVERNED", page);
        Assert.Contains("calls pass ungoverned under an adoption", page);
    }
}
