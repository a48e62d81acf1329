using System.Net;
using System.Text.RegularExpressions;

namespace Provost.SystemTests.WebConsole;

public sealed class VendorsPageTests : IAsyncLifetime
{
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

    [Theory]
    [InlineData("tasks", "credit-limit-model production, tier high, release 4.2.0, serving")]
    [InlineData("tasks", "12 3 Dec 2026")]
    [InlineData("tasks", "no terms are recorded")]
    [InlineData("providers", "1 live releases were answered by a model that was not approved.")]
    [InlineData("notices", "in force")]
    [InlineData("answered", "BREACH")]
    public async Task Each_list_answers_its_question(string show, string said)
    {
        var page = await _browser.GetStringAsync($"/vendors?show={show}", Stop);

        Assert.Contains("1 release is to be replaced because the model ends", Words(page));
        Assert.Contains(said, Words(page));
        Assert.DoesNotContain("<script>alert", page);
    }

    [Fact]
    public async Task Lists_are_filtered_and_exported()
    {
        Assert.Contains("Nothing passes this filter.", await _browser.GetStringAsync("/vendors?q=nobody", Stop));
        foreach (var (show, header) in new[]
        {
            ("tasks", "days_left,shutdown,provider,"), ("providers", "provider,models,"),
            ("notices", "notice,provider,model,"), ("answered", "system,environment,version,"),
        })
        {
            var csv = await _browser.GetStringAsync($"/vendors?show={show}&format=csv", Stop);
            Assert.StartsWith(header, csv);
            Assert.True(csv.Split("\r\n").Length > 2, csv);
        }
    }

    private static string Words(string page) =>
        Regex.Replace(WebUtility.HtmlDecode(Regex.Replace(page, "<[^>]+>", " ")), @"\s+", " ");
}
