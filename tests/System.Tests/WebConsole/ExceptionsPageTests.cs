namespace Provost.SystemTests.WebConsole;

public sealed class ExceptionsPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_in_force_is_shown_with_both_signatures_its_end_and_its_decisions()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Compliance;
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/exceptions", Stop);
        Assert.Contains("1 exception is in force", page);
        Assert.Contains("pii on output flags and does not act", page);
        Assert.Contains("Sam Adeyemi", page);
        Assert.Contains($"/decisions?exception={ConsoleTown.Excepted}", page);
        Assert.Contains("Exceptions, adoptions<span", page);
        Assert.DoesNotContain(ConsoleTown.Attack, page);
        Assert.Contains("&lt;script&gt;", page);
    }

    [Fact]
    public async Task The_list_is_filtered_and_exported()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Compliance;
        using var browser = stage.Visit();
        Assert.Contains(
            "passes this filter", await browser.GetStringAsync("/exceptions?standing=revoked", Stop));
        var csv = await browser.GetStringAsync("/exceptions?format=csv&q=refund", Stop);
        Assert.StartsWith("id,system,environment,scope,reason,standing,until,asked_by", csv);
        Assert.Contains("guardrail=output:pii", csv);
    }

    [Fact]
    public async Task The_page_of_the_system_says_so_first()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Owner;
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync($"/systems/{ConsoleTown.Refund.System}", Stop);
        Assert.Contains("EXCEPTION", page);
        Assert.Contains("guardrail=output:pii", page);
    }
}
