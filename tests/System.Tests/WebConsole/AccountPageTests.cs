using System.Net;
using System.Text.RegularExpressions;

namespace Provost.SystemTests.WebConsole;

public sealed class AccountPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_sees_what_stands_in_their_name_and_what_a_program_reaches()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/account", Stop);
        Assert.Contains("2 credentials stand in your name", page);
        Assert.Contains("sign out", page);
        Assert.Contains("Program ci/&lt;b&gt;refunds", page);
        Assert.Contains("apply and plan", page);
        Assert.Contains($"/account/credentials/{AccountTown.Program}/end", page);
        Assert.DoesNotContain($"/account/credentials/{AccountTown.Session}/end", page);
        var csv = await browser.GetStringAsync("/account?format=csv", Stop);
        Assert.StartsWith("id,kind,name,verbs,systems,since,expires,seen", csv);
        Assert.Contains("apply plan", csv);
    }

    [Fact]
    public async Task A_credential_is_ended_from_the_consoles_own_form_alone()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        using var empty = new FormUrlEncodedContent([]);
        using var bare = await browser.PostAsync(
            $"/account/credentials/{AccountTown.Program}/end", empty, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
        Assert.Empty(stage.Acts);
        var token = Regex.Match(
            await browser.GetStringAsync("/account", Stop), "name=\"form-token\" value=\"([^\"]+)\"").Groups[1].Value;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("form-token", WebUtility.HtmlDecode(token))]);
        using var ended = await browser.PostAsync($"/account/credentials/{AccountTown.Program}/end", form, Stop);
        Assert.Contains($"end {AccountTown.Program}", stage.Acts);
    }

    [Fact]
    public async Task A_token_for_a_program_is_made_by_the_form_and_shown_once()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var token = Regex.Match(
            await browser.GetStringAsync("/account", Stop), "name=\"form-token\" value=\"([^\"]+)\"").Groups[1].Value;
        using var form = new FormUrlEncodedContent(
        [
            KeyValuePair.Create("form-token", WebUtility.HtmlDecode(token)),
            KeyValuePair.Create("name", "ci/refunds"), KeyValuePair.Create("verb", "plan"),
            KeyValuePair.Create("verb", "apply"), KeyValuePair.Create("systems", "refund-assistant  other"),
            KeyValuePair.Create("days", "7"),
        ]);
        using var made = await browser.PostAsync("/account/programs", form, Stop);
        Assert.Contains("pt_shown_once", await made.Content.ReadAsStringAsync(Stop));
        Assert.Contains("make ci/refunds plan+apply refund-assistant+other 7", stage.Acts);
        Assert.DoesNotContain("pt_shown_once", await browser.GetStringAsync("/account", Stop));
    }

    [Fact]
    public async Task Refusals_are_shown_with_their_count_and_without_a_person()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Compliance;
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/people/sign-ins", Stop);
        Assert.Contains("provost.login.wrong", page);
        Assert.Contains("41 times", page);
        Assert.Contains("not kept", page);
        Assert.DoesNotContain(
            "provost.login.wrong", await browser.GetStringAsync("/people/sign-ins?what=signed_in", Stop));
        Assert.StartsWith(
            "at,what,person,way,kind,credential,source,code,count",
            await browser.GetStringAsync("/people/sign-ins?format=csv", Stop));
    }

    [Fact]
    public async Task Keys_are_given_up_and_other_sessions_ended_by_forms_of_the_page()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/account", Stop);
        Assert.Contains("Passkeys are made on https://provost.acme.example", page);
        Assert.DoesNotContain("data-passkey-make", page);
        var token = Regex.Match(page, "name=\"form-token\" value=\"([^\"]+)\"").Groups[1].Value;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("form-token", WebUtility.HtmlDecode(token))]);
        using var removed = await browser.PostAsync("/account/keys/0123456789abcdef/end", form, Stop);
        using var ended = await browser.PostAsync("/account/credentials/end", form, Stop);
        Assert.Equal(["remove 0123456789abcdef", "end all others"], stage.Acts);
    }
}
