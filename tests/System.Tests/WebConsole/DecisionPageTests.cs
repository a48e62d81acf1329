using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Registry;
using Provost.Control.Why;
using Provost.Ledger.Records;
using Provost.WebConsole;
using Provost.WebConsole.Decisions;
using Provost.WebConsole.Design;
using Provost.WebConsole.Systems;
using Verdict = Provost.Ledger.Records.Fact;

namespace Provost.SystemTests.WebConsole;

public sealed class DecisionPageTests
{
    [Fact]
    public async Task A_decision_says_what_happened_who_approved_and_what_is_proved()
    {
        var page = await RenderAsync(Why());
        var words = Words(page);
        Assert.Contains("A part was removed before any character of it left; the rest was released.", words);
        Assert.Contains("2 guardrails looked; pii.card found something; 1 did not look: no answer came", words);
        Assert.Contains("pii.card input.content REDACTED 1 finding, redacted.", words);
        Assert.Contains("secrets input PASS Looked and found nothing.", words);
        Assert.Contains("secrets output SKIPPED Did not look: no answer came from the model.", words);
        Assert.Contains("pii.card found something in input.content: redact.", words);
        Assert.Contains("order-desk ALLOWED", words);
        Assert.Contains("Recorded before; this one follows from it.", words);
        Assert.Contains("There are more; the list shows the first 1.", words);
        Assert.Contains("The record is in the ledger, unchanged entry 771", words);
        Assert.Contains("A signed checkpoint covers it checkpoint of 4,833 entries PROVED", words);
        Assert.Contains("The model inside the provider is unchanged", words);
        Assert.Contains("Sam Adeyemi and Leo <b>Marin</b> signed the approval", words);
        Assert.Contains("Paged on breach Sam Adeyemi first", words);
        Assert.DoesNotContain("<script>alert", page);
        Assert.DoesNotContain("What was said Opened", words);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_is_never_shown_as_passed_or_proved()
    {
        var words = Words(await RenderAsync(Why() with { IsProved = false, Outcome = null, SignedSize = 5 }));
        Assert.Contains("No outcome can be read, so no check is shown as passed.", words);
        Assert.Contains("FAILED No signed checkpoint covers it yet", words);
        Assert.DoesNotContain(" PASS ", words);
    }

    [Fact]
    public async Task Erased_content_is_said_to_be_so_by_whom_on_which_basis_and_complete_when()
    {
        var words = Words(await RenderAsync(Why() with { Ended = RecordsTown.Erased }));
        Assert.Contains("Erased 21 Nov 2026, 09:41 UTC by Ana Ruiz, basis: GDPR Art. 17.", words);
        Assert.Contains("Complete on 22 Dec 2026 UTC", words);
        Assert.Contains("The record is in the ledger, unchanged", words);
        Assert.DoesNotContain("Record the purpose and show", words);
    }

    [Fact]
    public async Task Content_is_shown_as_text_once_its_reading_was_recorded()
    {
        var page = await RenderAsync(Why(), new DecisionContent(ConsoleTown.Attack, null));
        Assert.Contains("Opened by Ana Ruiz. This reading is recorded.", Words(page));
        Assert.Contains("Nothing was kept.", page);
        Assert.DoesNotContain("<script>alert", page);
    }

    private static WhyView Why()
    {
        var state = ConsoleTown.Governance();
        var row = ConsoleTown.Decision();
        var outcome = Redacted();
        return new WhyView
        {
            Row = row,
            Call = null,
            Outcome = outcome,
            Story = DecisionStory.Of(
                row, outcome, null,
                [
                    new StepView(
                        ConsoleTown.Incident, row.Time.AddSeconds(-4), "order-desk", "production", "allowed", null,
                        "parent", IsBefore: true),
                ],
                areStepsWhole: false),
            IsProved = true,
            SignedSize = 4833,
            System = state.Registry.Find(ConsoleTown.Credit.System, ConsoleTown.Credit.Environment),
            Release = state.Registry.Release(ConsoleTown.Credit.System, row.Release!),
            Warrant = state.Warrants.Find(ConsoleTown.WarrantId),
            Approvals = [.. state.Approvals.Of(ConsoleTown.Credit, row.Release!)],
            Spec = null,
            Hook = new OnHook(ConsoleTown.Owner, "technical", null, null, []),
        };
    }

    private static OutcomeView Redacted() => new()
    {
        Outcome = Outcome.Redacted,
        Ended = Ended.Complete,
        Status = 200,
        Facts = new Ledger.Records.Facts(
            Verdict.Pass, Verdict.Pass, Verdict.NotApplicable, Verdict.Pass, Verdict.Pass),
        Guardrails = new GuardrailReport(
            null, ["input:pii", "input:secrets"],
            [
                new GuardrailException("pii.card", "input.content", "enforced", "redact", 1),
                new GuardrailException("secrets", "output", "skipped", null, 0, Reason: "no_answer"),
            ]),
        Timing = new Timing(412_000, 400_000, 409_000),
        Cached = false,
    };

    private static async Task<string> RenderAsync(WhyView why, DecisionContent? content = null)
    {
        await using var stage = await ConsoleStage.StartAsync(TestContext.Current.CancellationToken);
        await using var services = stage.Renderer();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var page = await renderer.RenderComponentAsync<DecisionPageView>(ParameterView.FromDictionary(
                new Dictionary<string, object?>
                {
                    ["Frame"] = new Frame
                    {
                        Now = ConsoleTown.Now,
                        Org = "acme.example",
                        IsTrial = true,
                        PersonName = "Ana Ruiz",
                        Seal = stage.Seal,
                        OpenIncidents = 1,
                        Found = null,
                        FormToken = "t",
                    },
                    ["Why"] = why,
                    ["Content"] = content,
                }));
            return page.ToHtmlString();
        });
    }

    private static string Words(string page) => Regex.Replace(
        WebUtility.HtmlDecode(Regex.Replace(page, "<[^>]*>", " ")), @"\s+", " ");
}
