namespace Provost.SystemTests.WebConsole;

public sealed class OwnersPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_was_named_and_has_not_accepted_sees_the_command_that_does()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/owners?mine=yes", Stop);
        Assert.Contains("named, has not accepted", page);
        Assert.Contains($"provost handover accept {ConsoleTown.Refund.System}", page);
        stage.Person = ConsoleTown.Compliance;
        page = await browser.GetStringAsync("/owners", Stop);
        Assert.DoesNotContain($"provost handover accept {ConsoleTown.Refund.System}", page);
        Assert.Contains("6 offices are held:", page);
        Assert.Contains("passes this filter", await browser.GetStringAsync("/owners?mine=yes", Stop));
    }

    [Fact]
    public async Task A_name_that_is_an_attack_stays_a_text()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/owners?q=%3Cscript%3Ealert(1)%3C/script%3E", Stop);
        Assert.DoesNotContain("<script>alert", page);
        page = await browser.GetStringAsync("/owners", Stop);
        Assert.DoesNotContain("Leo <b>", page);
        Assert.Contains("Leo &lt;b&gt;Marin", page);
    }

    [Fact]
    public async Task The_list_is_exported_as_it_is_filtered()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var csv = await browser.GetStringAsync("/owners?format=csv&q=refund", Stop);
        Assert.StartsWith("system,environment,unit,tier,office,person,state,since,left,offered_to", csv);
        Assert.Contains(
            $"{ConsoleTown.Refund.System},production,consumer-credit,limited,business,Sam Adeyemi,named", csv);
        Assert.DoesNotContain(ConsoleTown.Credit.System, csv);
    }
}
