namespace Provost.SystemTests.WebConsole;

public sealed class ApprovalsPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_approver_sees_what_waits_and_the_command_that_signs_it()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Approver;
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/approvals", Stop);
        Assert.Contains("1 release waits for approval;", page);
        Assert.Contains("1 for you", page);
        Assert.Contains($"provost approve {ConsoleTown.Refund.System}@3.3.0", page);
        Assert.Contains("the business or technical owner", page);
        Assert.Contains("Approvals<span", page);
        Assert.DoesNotContain($"{ConsoleTown.Credit.System}@4.2.0", page);
    }

    [Fact]
    public async Task Who_cannot_sign_sees_what_waits_and_is_asked_for_nothing()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Compliance;
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/approvals", Stop);
        Assert.Contains("none of them for you", page);
        Assert.Contains("nothing to do", page);
        Assert.DoesNotContain("provost approve ", page);
        Assert.Contains("passes this filter", await browser.GetStringAsync("/approvals?mine=yes", Stop));
    }

    [Fact]
    public async Task The_list_is_exported()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Approver;
        using var browser = stage.Visit();
        var csv = await browser.GetStringAsync("/approvals?format=csv&mine=yes", Stop);
        Assert.StartsWith("system,environment,tier,version,digest,author,submitted,signed_by,missing,asks_you", csv);
        Assert.Contains($"{ConsoleTown.Refund.System},production,limited,3.3.0,{ConsoleTown.Next}", csv);
    }
}
