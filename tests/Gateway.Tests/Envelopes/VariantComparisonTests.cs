using FsCheck;
using FsCheck.Fluent;
using Provost.Gateway.Envelopes;
using Provost.Gateway.Tests.Manifests;
using static Provost.Gateway.Tests.Envelopes.EnvelopeSamples;

namespace Provost.Gateway.Tests.Envelopes;

public sealed class VariantComparisonTests
{
    /// <summary>Edits of a manifest, each with what an envelope says to it: null is within.</summary>
    private static readonly (string From, string To, string? Outside)[] Edits =
    [
        ("temperature: 0.2", "temperature: 0", null),
        ("temperature: 0.2", "temperature: 0.4", null),
        ("temperature: 0.2", "temperature: { min: 0.1, max: 0.3 }", null),
        ("temperature: 0.2", "temperature: 0.41", "temperature is 0.41; the envelope allows 0 to 0.4"),
        ("temperature: 0.2", "temperature: -1", "temperature is -1"),
        ("temperature: 0.2", "temperature: { min: 0.1, max: 2 }", "temperature is 0.1 to 2"),
        ("temperature: 0.2", "temperature: warm", "temperature is no number"),
        ("temperature: 0.2", "temperature: { min: 0.1, max: 0.2, step: 0.1 }", "temperature is no number"),
        ("temperature: 0.2,", "", "temperature"),
        ("max: 500", "max: 501", "spec.model.parameters.max_tokens.max differs"),
        ("stop: [\"END\"]", "stop: [\"end\"]", "spec.model.parameters.stop[0] differs"),
        ("stop: [\"END\"]", "stop: [\"END\"], top_p: 1", "spec.model.parameters.top_p differs"),
        ("gpt-5.2-2026-09-01", "gpt-5.2-2026-09-02", "spec.model.name differs"),
        ("3333", "4444", null),
        ("name: tone,", "name: other,", "spec.model.adapters[0].name differs"),
        ("version: \"7\"", "version: \"8\"", null),
        ("version: \"41\"", "version: \"42\"", null),
        ("index: shelf", "index: other", "spec.retrieval.index differs"),
        ("1111", "5555", null),
        ("2222", "6666", "spec.dataSets[1].digest differs"),
        ("use: grounding", "use: training", "spec.dataSets[0].use differs"),
        ("minLength: 3", "minLength: 4", "spec.tools[0].definition"),
        ("holes: { name: { max: 20 } }", "holes: { name: { max: 21 } }", "spec.prompt.holes.name.max differs"),
        ("bind: verify", "bind: verify, role: developer", "spec.prompt.role differs"),
        ("id: pii, action: redact } ]\n    out", "id: pii, action: flag } ]\n    out", "spec.guardrails.input[0]"),
        ("correct: 0.92 } }\n  thr", "correct: 0.1 } }\n  thr", "spec.evaluation.minimum.correct differs"),
        ("rate: 0.05", "rate: 0.5", "spec.thresholds.latency.rate differs"),
        ("expires: 180d", "expires: 181d", "spec.approval.expires differs"),
        ("perDay: 20", "perDay: 21", "spec.envelope.perDay differs"),
        ("max: 0.4 }", "max: 2 }", "spec.envelope.vary.parameters.temperature.max differs"),
        ("until: 2027-03-31", "until: 2028-03-31", "spec.envelope.until differs"),
        ("do: [ page, rollback ]", "do: [ page ]", "spec.onBreach[0].do differs"),
    ];

    private static readonly (string Text, string? Outside)[] Prompts =
    [
        (ManifestSamples.Prompt, null),
        ("{{name}} asks about refunds. Answer kindly.\n", null),
        ("{{name}}: é", null),
        ("{{name}}" + new string('é', 72), null),
        ("{{name}}" + new string('é', 73), "prompts/refund.md has 81 characters; the envelope allows 80"),
    ];

    [Fact]
    public void A_release_is_within_the_envelope_if_and_only_if_named_parts_alone_changed_within_their_bounds()
    {
        var origin = Read(Origin);
        var edits = from chosen in Gen.SubListOf(Edits.Select((edit, i) => (edit, i)))
                    from prompt in Gen.Elements(Prompts)
                    select (chosen, prompt);
        var (within, outside) = (0, 0);
        Prop.ForAll(Arb.From(edits), drawn =>
        {
            var (text, applied) = (Origin, new List<string?>());
            foreach (var (edit, _) in drawn.chosen.Take(4).Where(e => text.Contains(e.edit.From)))
            {
                text = text.Replace(edit.From, edit.To);
                applied.Add(edit.Outside);
            }

            var set = ManifestSamples.Parse(
                ManifestSamples.LlmSystem + "---\n" + Child(text, origin.Digest), Files(drawn.prompt.Text));
            if (set.Errors.Count > 0)
                return true; // what is no release is no variant

            var verdict = VariantComparison.Between(
                origin, Files(), set.Releases[0], Files(drawn.prompt.Text));
            var expected = applied.Append(drawn.prompt.Outside).OfType<string>().ToList();
            _ = expected.Count == 0 ? within++ : outside++;
            return verdict.Outside.Count == 0 == (expected.Count == 0)
                && expected.TrueForAll(e => verdict.Outside.Any(o => o.Contains(e)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600));
        Assert.True(within > 20 && outside > 100, $"{within} within, {outside} outside");
    }

    [Fact]
    public void Each_edit_alone_is_told_by_its_part()
    {
        var origin = Read(Origin);
        foreach (var (from, to, outside) in Edits)
        {
            Assert.Contains(from, Origin);
            var set = ManifestSamples.ParseBoth(Child(Origin.Replace(from, to), origin.Digest));
            if (set.Errors.Count > 0)
            {
                Assert.NotNull(outside);
                continue;
            }

            var verdict = VariantComparison.Between(origin, Files(), set.Releases[0], Files());
            if (outside is null)
                Assert.Empty(verdict.Outside);
            else
                Assert.Contains(verdict.Outside, o => o.Contains(outside));
        }
    }

    [Fact]
    public void Changes_are_listed_with_both_values_and_their_bound()
    {
        var origin = Read(Origin);
        var variant = Read(
            Child(Origin.Replace("temperature: 0.2", "temperature: 0.3").Replace("version: \"7\"", "version: \"8\""),
                origin.Digest),
            "{{name}} asks.\n");
        var verdict = VariantComparison.Between(origin, Files(), variant, Files("{{name}} asks.\n"));
        Assert.Empty(verdict.Outside);
        Assert.Equal(["parameters.temperature", "prompts.prompts/refund.md", "dataSets.handbook"],
            verdict.Changes.Select(c => c.Part));
        Assert.Equal(("0.2", "0.3", "0 to 0.4"),
            (verdict.Changes[0].Before, verdict.Changes[0].After, verdict.Changes[0].Bound));
        Assert.Contains("\"length\":15,\"holes\":[\"name\"]", verdict.Changes[1].After);
        Assert.All(verdict.Changes, c => Assert.Null(EnvelopeBounds.Outside(origin.Spec.Envelope!, c)));
    }

    [Fact]
    public void Holes_stay_and_a_release_of_another_parent_stands_in_no_envelope()
    {
        var origin = Read(Origin);
        var bare = Child(Origin.Replace(", holes: { name: { max: 20 } }", ""), origin.Digest);
        var verdict = VariantComparison.Between(origin, Files(), Read(bare, "Refunds.\n"), Files("Refunds.\n"));
        Assert.Contains(verdict.Outside, o => o == "prompts/refund.md has the holes []; they stay [name]");

        var stranger = Read(Child(Origin, "sha256:" + new string('9', 64)));
        Assert.Contains("spec.parent is not",
            Assert.Single(VariantComparison.Between(origin, Files(), stranger, Files()).Outside));
        var plain = Read(ManifestSamples.LlmRelease);
        Assert.Contains("declares no envelope", Assert.Single(VariantComparison.Between(
            plain, Files(), Read(Child(ManifestSamples.LlmRelease, plain.Digest)), Files()).Outside));
    }

    [Theory]
    [InlineData("files of tools vary with a text", "{ name: order_status, file: prompts/refund.md }")]
    public void A_text_that_is_something_else_too_may_not_vary(string because, string tool)
    {
        var at = Origin.IndexOf("  tools:", StringComparison.Ordinal);
        var end = Origin.IndexOf("  guardrails:", StringComparison.Ordinal);
        var set = ManifestSamples.ParseBoth($"{Origin[..at]}  tools: [ {tool} ]\n{Origin[end..]}");
        Assert.True(set.Errors.Any(e => e.Message.Contains("no text of the prompt alone")), because);
    }

    [Fact]
    public void What_the_judge_is_told_may_not_vary_with_a_text()
    {
        const string set = "set: evals/refund.jsonl, minimum: { correct: 0.92 } }";
        Assert.Contains(set, Origin);
        var judged = ManifestSamples.ParseBoth(Origin.Replace(
            set, "set: evals/refund.jsonl, minimum: { correct: 0.92, judged: 0.5 }, "
                + "judge: { provider: openai, model: judge-1, prompt: prompts/refund.md } }"));
        var error = Assert.Single(judged.Errors);
        Assert.Contains("no text of the prompt alone", error.Message);
    }
}
