using System.Net;
using System.Text.RegularExpressions;
using Provost.WebConsole.Design;

namespace Provost.SystemTests.WebConsole;

public sealed partial class ConsolePageTests : IAsyncLifetime
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

    [Fact]
    public async Task A_system_is_shown_as_it_stood_at_a_past_instant_and_nothing_can_be_done_there()
    {
        var then = await _browser.GetStringAsync("/systems/credit-limit-model?asOf=2026-11-01T10:00:00", Stop);
        Assert.Contains("As it stood on 1 Nov 2026, 10:00:00 UTC", then);
        Assert.Contains("<strong>Nobody.</strong> No warrant is in force", then);
        Assert.DoesNotContain("Pause, refuse every call", then);
        var now = await _browser.GetStringAsync("/systems/credit-limit-model", Stop);
        Assert.DoesNotContain("As it stood on", now);
        Assert.Contains("Pause, refuse every call", now);
        var list = await _browser.GetStringAsync("/systems?asOf=2026-11-01T10:00:00", Stop);
        Assert.Contains("As it stood on 1 Nov 2026", list);
        Assert.Contains("asOf=2026-11-01T10%3A00%3A00Z", list);
    }

    [Fact]
    public async Task Every_link_of_every_page_leads_to_a_page_and_none_breaks_the_policy()
    {
        var (seen, open) = (new HashSet<string>(), new Queue<string>(["/", "/signin", "/setup"]));
        while (open.TryDequeue(out var path))
        {
            if (!seen.Add(path))
            {
                continue;
            }

            var answer = await _browser.GetAsync(path, Stop);
            var page = await answer.Content.ReadAsStringAsync(Stop);
            if (path.StartsWith("/decisions"))
            {
                Assert.Equal(path.Contains('?') && path.Contains("format") ? HttpStatusCode.Forbidden
                    : HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                Assert.Contains("provost.database_down", page);
            }
            else if (answer.StatusCode is HttpStatusCode.Found)
            {
                open.Enqueue(answer.Headers.Location!.ToString());
                continue;
            }
            else
            {
                Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {page}");
            }

            if (answer.Content.Headers.ContentType?.MediaType == "text/html")
            {
                CheckPolicy(path, answer, page);
                foreach (var link in Links().Matches(page).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)))
                {
                    open.Enqueue(link.Split('#')[0]);
                }
            }
        }

        Assert.Contains(seen, p => p.StartsWith("/systems/credit-limit-model"));
        Assert.Contains(seen, p => p.StartsWith("/systems/refund-assistant/releases/3.3.0"));
        Assert.Contains(seen, p => p.StartsWith("/incidents/019a"));
    }

    [Fact]
    public async Task The_overview_says_what_needs_a_person_and_counts_what_runs()
    {
        var page = Words(await _browser.GetStringAsync("/", Stop));
        Assert.Contains("credit-limit-model: stated_income has drifted past its approved limit", page);
        Assert.Contains("0.112 against 0.050, since 02:29 UTC. Nobody has acknowledged it.", page);
        Assert.Contains("refund-assistant 3.3.0 waits for your approval in production", page);
        Assert.Contains("3 run 1 under a warrant 2 ungoverned", page);
        Assert.Contains("not watched UNPROVEN", page);
    }

    [Fact]
    public async Task A_system_answers_the_three_questions()
    {
        var page = Words(await _browser.GetStringAsync("/systems/credit-limit-model", Stop));
        Assert.Contains("Sam Adeyemi and Leo <b>Marin</b> approved release 4.2.0 on 3 Nov 2026", page);
        Assert.Contains("1 of 2 thresholds are breached, 1 cannot be judged yet, 0 hold.", page);
        Assert.Contains("Sam Adeyemi , technical owner.", page);
        Assert.Contains("provost resume credit-limit-model --environment production", page);
        var waits = Words(await _browser.GetStringAsync("/systems/refund-assistant", Stop));
        Assert.Contains("Nobody. No warrant is in force, so every call is refused.", waits);
    }

    [Fact]
    public async Task The_list_of_systems_is_filtered_alike_on_the_page_and_in_its_copy()
    {
        var page = Words(await _browser.GetStringAsync("/systems?state=refused", Stop));
        Assert.Contains("1 system, worst first", page);
        var lines = (await _browser.GetStringAsync("/systems?state=refused&format=csv", Stop)).Split("\r\n");
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("refund-assistant,production,llm,limited,consumer-credit,refused,,Sam Adeyemi,", lines[1]);
    }

    [Fact]
    public async Task A_bundle_is_prepared_with_the_filter_of_the_page_and_a_refusal_is_said()
    {
        _stage.Person = ConsoleTown.Compliance;
        var answer = await _browser.GetAsync(
            "/decisions?model=gpt-5.2&cohort=region%3Deu&from=2026-11-01T00:00&format=bundle", Stop);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("(provost.access.credentials)", Words(await answer.Content.ReadAsStringAsync(Stop)));
        Assert.Equal(
            [$"bundle {ConsoleTown.Compliance} model=gpt-5.2 cohort=region=eu from=2026-11-01T00:00"], _stage.Acts);
    }

    [Fact]
    public async Task A_receipt_comes_as_a_file_of_the_decisions_name()
    {
        var id = Guid.CreateVersion7();
        var answer = await _browser.GetAsync($"/decisions/{id}/receipt", Stop);

        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"{id}.tlog-proof", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal("c2sp.org/tlog-proof@v1", await answer.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task What_strangers_write_is_text_and_nothing_else()
    {
        foreach (var path in new[] { "/", "/found", "/systems?q=" + Uri.EscapeDataString(ConsoleTown.Attack) })
        {
            var page = await _browser.GetStringAsync(path, Stop);
            Assert.Contains("&lt;script&gt;alert(", page);
            Assert.DoesNotContain("<script>alert", page);
            Assert.DoesNotContain("\" onload=\"", page);
        }

        var csv = await _browser.GetStringAsync("/found?format=csv", Stop);
        Assert.Contains("\"<script>alert('x')</script>\"\" onload=\"\"alert(1)\"", csv);
    }

    [Fact]
    public async Task A_pause_is_taken_from_the_systems_own_form_and_says_what_was_confirmed()
    {
        var token = Token(await _browser.GetStringAsync("/systems/credit-limit-model", Stop));
        using var form = Form(("form-token", token), ("reason", "wrong limits"));
        var answer = await _browser.PostAsync("/systems/credit-limit-model/pause?environment=production", form, Stop);
        var page = Words(await answer.Content.ReadAsStringAsync(Stop));
        Assert.Contains("Confirmed by gateway-1", page);
        Assert.Contains("Not confirmed by gateway-2: calls may still pass there.", page);
        Assert.Equal([$"pause credit-limit-model/production {ConsoleTown.Owner}: wrong limits"], _stage.Acts);
    }

    [Theory]
    [InlineData("cross-site", true)]
    [InlineData("same-site", true)]
    [InlineData("same-origin", false)]
    public async Task A_form_from_elsewhere_or_without_its_token_does_nothing(string site, bool withToken)
    {
        var token = Token(await _browser.GetStringAsync("/", Stop));
        using var ask = new HttpRequestMessage(HttpMethod.Post, $"/incidents/{ConsoleTown.Incident}/acknowledge");
        ask.Headers.Add("Sec-Fetch-Site", site);
        ask.Content = Form(("form-token", withToken ? token : "none"));
        var answer = await _browser.SendAsync(ask, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(_stage.Acts);
    }

    [Fact]
    public async Task An_incident_is_acknowledged_without_script()
    {
        var path = $"/incidents/{ConsoleTown.Incident}";
        var page = await _browser.GetStringAsync(path, Stop);
        Assert.Contains("1 of 2 confirmed. Not confirmed by gateway-2.", page);
        using var form = Form(("form-token", Token(page)));
        var answer = await _browser.PostAsync(path + "/acknowledge", form, Stop);
        Assert.Equal(path, answer.Headers.Location!.ToString());
        Assert.Equal([$"acknowledge {ConsoleTown.Incident} {ConsoleTown.Owner}"], _stage.Acts);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/systems")]
    [InlineData("/decisions")]
    [InlineData("/found")]
    [InlineData("/custody")]
    public async Task Nobody_gets_past_the_door_without_a_session(string path)
    {
        foreach (var person in new[] { null, "p_unknown000000000" })
        {
            _stage.Person = person;
            var answer = await _browser.GetAsync(path, Stop);
            Assert.Equal("/signin?to=" + Uri.EscapeDataString(path), answer.Headers.Location!.ToString());
        }
    }

    [Theory]
    [InlineData("/systems", "/systems")]
    [InlineData("https://evil.example", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    public async Task After_signing_in_the_way_leads_inside_only(string to, string lands)
    {
        var token = Token(await _browser.GetStringAsync("/signin", Stop));
        using var form = Form(("form-token", token), ("to", to), ("mail", "sam@acme.example"), ("password", "right"));
        var answer = await _browser.PostAsync("/signin", form, Stop);
        Assert.Equal(lands, answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task The_door_reads_no_more_than_a_form_needs()
    {
        var token = Token(await _browser.GetStringAsync("/signin", Stop));
        _stage.Person = null;
        using var form = Form(
            ("form-token", token), ("to", new string('x', 65 << 10)), ("mail", "sam@acme.example"),
            ("password", "right"));
        Assert.Equal(HttpStatusCode.BadRequest, (await _browser.PostAsync("/signin", form, Stop)).StatusCode);
    }

    [Fact]
    public async Task Every_asset_is_served_whole()
    {
        foreach (var name in ConsoleAssets.Names)
        {
            var answer = await _browser.GetAsync(ConsoleAssets.Url(name), Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(Stop));
        }
    }

    private static void CheckPolicy(string path, HttpResponseMessage answer, string page)
    {
        Assert.Contains("script-src 'self'", string.Join(';', answer.Headers.GetValues("Content-Security-Policy")));
        var names = Regex.Replace(page, "=\"[^\"]*\"", "=\"\""); // values may hold what strangers wrote
        Assert.True(!StyleAttribute().IsMatch(names), $"{path} has a style attribute.");
        Assert.True(!InlineScript().IsMatch(names), $"{path} has a script inside.");
        Assert.True(!Handler().IsMatch(names), $"{path} has an event handler attribute.");
        Assert.Contains("<title>", page);
        Assert.Single(Regex.Matches(page, "<h1"));
        var ids = Regex.Matches(page, " id=\"([^\"]*)\"").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));

    private static string Token(string page) => WebUtility.HtmlDecode(
        Regex.Match(page, "name=\"form-token\" value=\"([^\"]+)\"").Groups[1].Value);

    private static string Words(string page) => Regex.Replace(
        WebUtility.HtmlDecode(Regex.Replace(page, "<[^>]*>", " ")), @"\s+", " ");

    [GeneratedRegex("<a [^>]*href=\"(/[^\"]*)\"")]
    private static partial Regex Links();

    [GeneratedRegex("<[^>]* style=")]
    private static partial Regex StyleAttribute();

    [GeneratedRegex("<script(?![^>]* src=)|<style")]
    private static partial Regex InlineScript();

    [GeneratedRegex("<[^>]* on[a-z]+=")]
    private static partial Regex Handler();
}
