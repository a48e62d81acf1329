using System.Net;
using System.Text.RegularExpressions;

namespace Provost.SystemTests.WebConsole;

public sealed class IntakePageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_page_of_answers_gives_tier_approvers_duties_and_the_manifest()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var page = await PostAsync(browser, "judge", ("annexIII", "employment"));
        Assert.Contains("Tier high in production", page);
        Assert.Contains("AI Act Art. 6(2)", page);
        Assert.Contains("a second person with role approver", page);
        Assert.Contains("kind: System", page);
        Assert.Contains("value=\"hiring-desk\"", page);
        Assert.Contains("<option value=\"agent\"", page);
    }

    [Fact]
    public async Task A_forbidden_use_is_refused_with_its_clause_and_gives_no_manifest()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var page = await PostAsync(browser, "download", ("practices", "social-scoring"));
        Assert.Contains("AI Act Art. 5(1)(c)", page);
        Assert.DoesNotContain("kind: System", page);
    }

    [Fact]
    public async Task The_manifest_is_downloaded_as_it_is_shown()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var manifest = await PostAsync(browser, "download");
        Assert.StartsWith("apiVersion: provost/v1\nkind: System\n", manifest);
        Assert.Contains("population: \"<script>alert(1)</script>\"", manifest);
    }

    [Fact]
    public async Task Wrong_answers_are_told_and_what_was_typed_stays_a_text()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var page = await PostAsync(browser, "judge", ("exposure", "much"));
        Assert.Contains("spec.intake.exposure", page);
        Assert.DoesNotContain("<script>alert(1)", page);
    }

    [Fact]
    public async Task The_overview_shows_how_far_use_cases_are_classified()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/", Stop);
        Assert.Contains("66.7 %", page);
        Assert.Contains("nobody knows: callers that nobody registered", page);
    }

    private static async Task<string> PostAsync(
        HttpClient browser, string act, params (string Name, string Value)[] changed)
    {
        var form = await browser.GetStringAsync("/intake", Stop);
        var token = WebUtility.HtmlDecode(
            Regex.Match(form, "name=\"form-token\" value=\"([^\"]+)\"").Groups[1].Value);
        var fields = new Dictionary<string, string>
        {
            ["form-token"] = token,
            ["act"] = act,
            ["name"] = "hiring-desk",
            ["unit"] = "people",
            ["kind"] = "llm",
            ["purpose"] = "Answers questions of applicants.",
            ["population"] = "<script>alert(1)</script>",
            ["exposure"] = "1000 USD",
            ["autonomy"] = "answers",
            ["annexIII"] = "none",
            ["dataClasses"] = "public",
            ["environments"] = "production",
            ["business"] = "dana@acme.example",
            ["technical"] = "sam@acme.example",
            ["keep"] = "6mo",
            ["failMode"] = "closed",
        };
        foreach (var (name, value) in changed)
            fields[name] = value;

        using var content = new FormUrlEncodedContent(fields);
        var answer = await browser.PostAsync("/intake", content, Stop);
        return await answer.Content.ReadAsStringAsync(Stop);
    }
}
