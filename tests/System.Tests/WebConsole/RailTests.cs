namespace Provost.SystemTests.WebConsole;

public sealed class RailTests
{
    [Fact]
    public async Task A_page_without_an_entry_of_its_own_stands_beside_one_that_has_it()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var stage = await ConsoleStage.StartAsync(stop);
        stage.Person = ConsoleTown.Compliance;
        using var browser = stage.Visit();
        foreach (var (page, entry) in new[]
        {
            ("/adoptions", "/exceptions"), ("/reviews", "/systems"), ("/findings", "/systems"), ("/oncall", "/owners"),
            ("/policies", "/intake"),
        })
        {
            var text = await browser.GetStringAsync(page, stop);
            var (rail, main) = (Between(text, "<nav class=\"rail\""), Between(text, "<nav class=\"crumb"));
            Assert.Contains($"<a href=\"{entry}\" aria-current=\"true\">", rail);
            Assert.DoesNotContain("aria-current=\"page\"", rail);
            Assert.Contains($"<a href=\"{page}\" aria-current=\"page\">", main);
            text = await browser.GetStringAsync(entry, stop);
            Assert.Contains($"<a href=\"{page}\"", Between(text, "<nav class=\"crumb"));
        }
    }

    private static string Between(string page, string start)
    {
        var from = page.IndexOf(start, StringComparison.Ordinal);
        Assert.True(from >= 0, $"There is no {start}");
        return page[from..page.IndexOf("</nav>", from, StringComparison.Ordinal)];
    }
}
