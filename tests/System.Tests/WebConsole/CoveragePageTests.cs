using System.Net;
using System.Text.RegularExpressions;

namespace Provost.SystemTests.WebConsole;

public sealed class CoveragePageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_says_which_guardrail_looked_at_how_many_calls_and_where_one_is_missing()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var words = Words(await browser.GetStringAsync("/systems/credit-limit-model/guardrails", Stop));
        Assert.Contains("1 finding that somebody has to answer for.", words);
        Assert.Contains("14 of 1204 records do not say what it did. Release 4.1.0.", words);
        Assert.Contains("pii on input release 4.1.0 PROVED 1,204 1,204 100 % none", words);
        Assert.Contains("secrets on output release 4.1.0 FAILED 1,204 1,150 95.5 %", words);
        Assert.Contains("40: the input was blocked, so there was no answer; 14: the record does not name it", words);
        Assert.Contains("21 Nov 2026, 09:38:00 UTC 21 Nov 2026, 09:38:30 UTC 14 The record does not name it.", words);
        Assert.Contains("The newest 3 entries of the log are not counted yet.", words);
    }

    [Fact]
    public async Task Gaps_can_be_taken_out_as_a_file_and_a_system_that_is_not_there_is_said()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var file = await browser.GetStringAsync("/systems/credit-limit-model/guardrails?format=csv", Stop);
        Assert.Equal(
            "from,to,release,direction,guardrail,calls,mode,reason,finding,decision\r\n"
            + "2026-11-21T09:38:00Z,2026-11-21T09:38:30Z,sha256:aa,output,secrets,14,missing,missing,yes,"
            + $"{CoverageTown.Evidence}\r\n",
            file);
        var missing = await browser.GetAsync("/systems/credit-limit-model/guardrails?environment=moon", Stop);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static string Words(string page) => Regex.Replace(
        WebUtility.HtmlDecode(Regex.Replace(page, "<[^>]*>", " ")), @"\s+", " ");
}
