using System.Net;
using System.Text.RegularExpressions;

namespace Provost.SystemTests.WebConsole;

public sealed class RecordsPageTests : IAsyncLifetime
{
    private ConsoleStage _stage = null!;
    private HttpClient _browser = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stage = await ConsoleStage.StartAsync(Stop);
        _stage.Person = ConsoleTown.Compliance;
        _browser = _stage.Visit();
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _stage.DisposeAsync();
    }

    [Theory]
    [InlineData("retention", "credit-limit-model credit-decision 2026-11 12 held 24mo by the approved terms case 17")]
    [InlineData("retention", "US and class credit-decision: at least 25mo. Regulation B, 12 CFR 1002.12(b)")]
    [InlineData("holds", "1 hold keeps contents from erasure")]
    [InlineData("erasures", "person …person, 1 month GDPR Art. 17 22 Dec 2026 UTC gone here; a backup of keys may")]
    [InlineData("reveals", "40 decisions: outcome=blocked complaint 4711 Leo <b>Marin</b> not read")]
    public async Task Each_list_answers_its_question(string kind, string said)
    {
        var page = await _browser.GetStringAsync($"/records/{kind}", Stop);

        Assert.Contains(said, Words(page));
        Assert.DoesNotContain("<script>alert", page);
    }

    [Fact]
    public async Task A_list_is_filtered_and_taken_out_as_a_file()
    {
        var none = await _browser.GetStringAsync("/records/holds?q=nothing-like-it", Stop);
        Assert.Contains("No row passes this filter.", none);
        var csv = await _browser.GetStringAsync("/records/erasures?format=csv", Stop);
        Assert.StartsWith("Ordered,By,Erased,Basis,Complete on,State\r\n", csv, StringComparison.Ordinal);
        Assert.Contains("GDPR Art. 17,22 Dec 2026 UTC", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_business_there_sees_neither_link_nor_page()
    {
        _stage.Person = ConsoleTown.Owner;
        Assert.DoesNotContain("/records", await _browser.GetStringAsync("/", Stop));
        var answer = await _browser.GetAsync("/records/holds", Stop);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static string Words(string page) => Regex.Replace(
        WebUtility.HtmlDecode(Regex.Replace(page, "<[^>]*>", " ")), @"\s+", " ");
}
