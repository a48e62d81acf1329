using System.Net;
using System.Text.RegularExpressions;
using Provost.WebConsole.Custody;

namespace Provost.SystemTests.WebConsole;

public sealed class LedgerPageTests
{
    /// <summary>Key id 1 and 64 bytes that no key made: the page reads a note, verifiers check it.</summary>
    private static readonly string Note = $"acme.example/log\n4833\n{Convert.ToBase64String(new byte[32])}\n\n"
        + $"\u2014 acme.example/log {Convert.ToBase64String([0, 0, 0, 1, .. new byte[64]])}\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_says_what_is_signed_and_where_answers_lack_records()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Checkpoint = Note;
        using var browser = stage.Visit();
        var words = Words(await browser.GetStringAsync("/ledger", Stop));
        Assert.Contains("4,833 entries are covered by a signed checkpoint.", words);
        Assert.Contains("1 answer has no record: see the incident.", words);
        Assert.Contains("credit-limit-model production, node gateway-1 BREACH 1,204 1,203 1", words);
        Assert.Contains("Signatures acme.example/log 00000001", words);
        Assert.Contains("UNPROVEN The log has not been verified here since the start.", words);
        Assert.Equal(Note, await browser.GetStringAsync("/ledger?format=note", Stop));
    }

    [Fact]
    public async Task The_page_says_how_far_each_node_came_what_was_lost_and_which_key_to_pin()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Checkpoint = Note;
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/ledger", Stop);
        var words = Words(page);
        Assert.Contains("2 records at least are lost with its disk.", words);
        Assert.Contains("gateway-2 4,832", words);
        var keys = ConsoleTown.Governance().LogKeys.Keys;
        Assert.Matches($"Key to pin.*{Regex.Escape(keys[1].Key.ToString()[^6..])}.*Key until 20", words);
    }

    [Fact]
    public async Task A_verification_is_asked_for_by_compliance_shows_progress_and_then_what_was_not_checked()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Compliance;
        using var browser = stage.Visit();
        var answer = await PostAsync(browser);
        Assert.Equal("/ledger#verification", answer.Headers.Location!.ToString());
        var page = await browser.GetStringAsync("/ledger", Stop);
        Assert.Contains("<progress value=\"0\" max=\"1\">", page);
        Assert.Contains("Verification is under way", page);

        stage.FinishWork();

        var words = Words(await browser.GetStringAsync("/ledger", Stop));
        Assert.Contains("FAILED The log could not be read:", words);
        Assert.Contains("Not checked That the server shows this log to everybody", words);
        Assert.DoesNotContain("PROVED", words);
    }

    [Fact]
    public async Task Whoever_may_not_set_it_off_is_told_how_to_verify_without_the_server()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        Assert.DoesNotContain("Verify every entry", await browser.GetStringAsync("/ledger", Stop));
        var answer = await PostAsync(browser);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("provost.ledger.verification", await answer.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task Custody_says_who_holds_which_key_and_what_does_not_answer()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Custody = new CustodyState("C1", "two users", Refusal: null, "The vault does not answer.");
        using var browser = stage.Visit();
        var words = Words(await browser.GetStringAsync("/custody", Stop));
        Assert.Contains("Signer OK It answers.", words);
        Assert.Contains("Vault BREACH The vault does not answer. Serving and recording go on;", words);
        Assert.Contains("Log the signer Checkpoints, after it has proved that each continues the one before.", words);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser)
    {
        var token = WebUtility.HtmlDecode(Regex.Match(
            await browser.GetStringAsync("/ledger", Stop), "name=\"form-token\" value=\"([^\"]+)\"").Groups[1].Value);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("form-token", token)]);
        return await browser.PostAsync("/ledger/verification", form, Stop);
    }

    private static string Words(string page) => Regex.Replace(
        WebUtility.HtmlDecode(Regex.Replace(page, "<[^>]*>", " ")), @"\s+", " ");
}
