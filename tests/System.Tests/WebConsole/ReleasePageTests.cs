using System.Net;
using System.Text.RegularExpressions;

namespace Provost.SystemTests.WebConsole;

/// <summary>What a release's page says of the way back, the gate and what was signed.</summary>
public sealed class ReleasePageTests : IAsyncLifetime
{
    private const string Page = "/systems/refund-assistant/releases/3.3.0";
    private const string Rehearse = Page + "/rollback-rehearsal?environment=production";

    private ConsoleStage _stage = null!;
    private HttpClient _browser = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stage = await ConsoleStage.StartAsync(Stop);
        _browser = _stage.Visit();
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task The_way_back_is_rehearsed_by_a_form_of_the_page_and_by_none_from_elsewhere()
    {
        var page = await _browser.GetStringAsync(Page, Stop);
        Assert.Contains("1.8 s", page);
        Assert.Contains("call 1 came back from no release, status 502", page);
        using var bare = await _browser.PostAsync(Rehearse, new FormUrlEncodedContent([]), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
        Assert.Empty(_stage.Acts);

        var token = Regex.Match(page, "name=\"form-token\" value=\"([^\"]+)\"").Groups[1].Value;
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["form-token"] = WebUtility.HtmlDecode(token) });
        using var done = await _browser.PostAsync(Rehearse, form, Stop);
        Assert.Equal(HttpStatusCode.Found, done.StatusCode);
        Assert.EndsWith("#way-back", done.Headers.Location!.ToString());
        Assert.Equal([$"rehearse refund-assistant/production 3.3.0 {ConsoleTown.Owner}"], _stage.Acts);
    }

    [Fact]
    public async Task It_says_what_the_gate_answered_and_that_a_text_was_not_kept()
    {
        var page = await _browser.GetStringAsync(Page, Stop);
        Assert.Contains("Asked at the gate", page);
        Assert.Contains("approval missing", page);
        var approved = await _browser.GetStringAsync("/systems/credit-limit-model", Stop);
        var path = approved.Split("href=\"").Select(p => p.Split('"')[0]).First(
            p => p.StartsWith("/systems/credit-limit-model/releases/", StringComparison.Ordinal));
        var release = await _browser.GetStringAsync(WebUtility.HtmlDecode(path), Stop);
        Assert.Contains("What its approvers were shown", release);
        Assert.Contains("not kept by that build", release);
    }
}
