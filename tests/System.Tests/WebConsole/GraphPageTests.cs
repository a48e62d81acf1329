namespace Provost.SystemTests.WebConsole;

public sealed class GraphPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_is_answered_as_a_list_and_a_picture()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();

        var start = await browser.GetStringAsync("/graph", Stop);
        Assert.Contains("What most systems hang on", start);
        var page = await browser.GetStringAsync($"/graph?node={ConsoleTown.Credit.System}", Stop);
        Assert.Contains("connects to", page);
        Assert.Contains("<svg", page);
        Assert.Contains("<text x=", page);
        Assert.DoesNotContain("style=", page[page.IndexOf("<svg", StringComparison.Ordinal)..]);
        var system = await browser.GetStringAsync($"/systems/{ConsoleTown.Credit.System}", Stop);
        Assert.Contains("id=\"connections\"", system);
        Assert.Contains("From registration to service", system);
    }

    [Fact]
    public async Task An_unknown_name_says_so_and_the_answer_is_exported()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();

        var none = await browser.GetStringAsync($"/graph?node={ConsoleTown.Credit.System}&kind=tool", Stop);
        Assert.Contains("Nothing of the kind tool", none);
        Assert.Contains("Clear the filter", none);
        Assert.Contains("provost.graph.unknown", await browser.GetStringAsync("/graph?node=nobody", Stop));
        var csv = await browser.GetStringAsync(
            $"/graph?node={ConsoleTown.Credit.System}&format=csv", Stop);
        Assert.StartsWith("kind,name,how,via,steps,registered,tier,unit,business,technical", csv);
        Assert.Contains("model,openai/", csv);
    }
}
