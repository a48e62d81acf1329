using System.Text;
using Provost.Gateway.Manifests;
using static Provost.Gateway.Tests.Manifests.ManifestSamples;

namespace Provost.Gateway.Tests.Manifests;

public sealed class ManifestParserTests
{
    [Fact]
    public void Reads_a_system_and_its_release_as_typed_records()
    {
        var set = Parse(LlmSystem + "---\n" + LlmRelease);

        Assert.Empty(set.Errors);
        var system = set.System!;
        Assert.Equal("refund-assistant", system.Name);
        Assert.Equal("sam@acme.example", system.Owners!.Technical);
        Assert.Equal(TimeSpan.FromMinutes(10), system.Escalation[1].After);
        Assert.Equal(new Money(50000, "USD"), system.Intake.Exposure);
        Assert.Equal("metadata.region", system.Cohorts["region"]);
        Assert.Equal("24mo", system.Retention.Keep.ToString());
        var spec = Assert.Single(set.Releases).Spec;
        Assert.Equal(TimeSpan.FromSeconds(2), spec.Latency!.Over);
        Assert.Equal(0.05m, spec.Latency.Rate);
        Assert.Equal(500, spec.Model.Parameters["max_tokens"].Max);
        Assert.Equal("0.2", spec.Model.Parameters["temperature"].Value!.Value.GetRawText());
        Assert.Equal(20, spec.Prompt!.Holes["name"].Max);
        Assert.Equal(["page", "rollback"], spec.OnBreach[0].Do);
        Assert.Equal(TimeSpan.FromDays(180), spec.Expires);
        Assert.Equal(["evals/refund.jsonl", "prompts/refund.md"], set.Releases[0].Files.Select(f => f.Path));
    }

    [Fact]
    public void Reads_a_scoring_model_with_its_baseline()
    {
        var set = Parse(ScoringSystem + "---\n" + ScoringRelease);

        Assert.Empty(set.Errors);
        var release = Assert.Single(set.Releases);
        Assert.Equal("model", release.Kind);
        Assert.Equal("category", release.Spec.Model.Features[1].Type);
        Assert.Equal("refer", release.Spec.Fallback!.Outputs!["decision"].GetString());
        Assert.Equal("baselines/admissions.json", release.Spec.Drift!.Baseline);
    }

    [Fact]
    public void A_feature_may_say_what_explanations_compare_with()
    {
        var set = Parse(ScoringSystem + "---\n" + ScoringRelease
            .Replace("type: number }", "type: number, reference: 2.5 }")
            .Replace("type: category }", "type: category, reference: A }"));
        Assert.Empty(set.Errors);
        var features = set.Releases[0].Spec.Model.Features;
        Assert.Equal(["2.5", "\"A\""], features.Select(f => f.Reference!.Value.GetRawText()));
    }

    [Fact]
    public void Points_at_the_line_and_column_of_an_error()
    {
        var error = Assert.Single(Parse(LlmSystem.Replace("  failMode: closed", "  failMode: sometimes")).Errors);

        Assert.Equal("spec.failMode", error.Path);
        Assert.Equal(("provost.yaml", 24, 13), (error.File, error.Line, error.Column));
        Assert.StartsWith("provost.yaml(24,13): spec.failMode: ", error.ToString());
    }

    [Fact]
    public void Collects_the_errors_of_all_documents()
    {
        var broken = (LlmSystem + "---\n" + LlmRelease).Replace("keep: 24mo", "keep: long")
            .Replace("unit: customer-care", "unit: Care!")
            .Replace("rate: 0.05", "rate: 5").Replace("version: 3.2.0", "version: a b");

        Assert.Equal(
            ["metadata.unit", "spec.retention.keep"],
            Parse(broken).Errors.Select(e => e.Path).Take(2));
        Assert.Contains(Parse(broken).Errors, e => e.Path == "metadata.version");
    }

    [Theory]
    [InlineData("spec: &a { kind: llm }", "Anchors")]
    [InlineData("spec: *a", "Aliases")]
    [InlineData("spec: !!map { kind: llm }", "Tags")]
    [InlineData("spec: { purpose: !secret x }", "Tags")]
    [InlineData("spec: { <<: { kind: llm } }", "Merge keys")]
    [InlineData("spec: { kind: llm, kind: model }", "stands twice")]
    [InlineData("spec: { ? { a: b } : c }", "plain word")]
    [InlineData("spec: {", "not readable YAML")]
    public void Refuses_what_two_readers_could_read_differently(string spec, string message)
    {
        var set = Parse($"apiVersion: provost/v1\nkind: System\nmetadata: {{ name: a, unit: b }}\n{spec}\n");

        var error = set.Errors.FirstOrDefault(e => e.Message.Contains(message));
        Assert.NotNull(error);
        Assert.True(error.Line >= 4);
    }

    [Fact]
    public void Refuses_directives_and_bytes_that_are_not_text()
    {
        Assert.Contains(Parse("%YAML 1.2\n---\n" + LlmSystem).Errors, e => e.Message.Contains("directives"));
        Assert.Contains(Parse([0xff, 0xfe]).Errors, e => e.Message.Contains("UTF-8"));
    }

    [Theory]
    [InlineData("kind: llm", "kind: oracle", "spec.kind", "no kind 'oracle'")]
    [InlineData("{ action: pause }", "{ action: notify }", "spec.runbook[0].action", "lacks action 'notify'")]
    [InlineData("kind: System", "kind: Policy", "kind", "lacks document kind 'Policy'")]
    [InlineData("failMode: closed", "limits: {}", "spec.limits", "lacks 'limits'")]
    [InlineData("failMode: closed", "failmode: closed", "spec.failmode", "no key 'failmode'")]
    [InlineData("  purpose: Answers customers' questions about refunds.\n", "", "spec.purpose", "is missing")]
    [InlineData("provost/v1", "provost/v2", "apiVersion", "no version 'provost/v2'")]
    [InlineData("exposure: 50000 USD", "exposure: 50000", "spec.intake.exposure", "must be an amount")]
    [InlineData("after: 10m", "after: 10", "spec.escalation[1].after", "must be a duration")]
    [InlineData("after: 20m", "after: 5m", "spec.escalation[2].after", "before the one above")]
    [InlineData(", deputy: kim@acme.example", "", "spec.escalation[1].role", "no deputy")]
    [InlineData("sam@acme.example", "the team", "spec.owners.technical", "mail address")]
    [InlineData("class: public }", "class: medical }", "spec.dataSources", "'medical'")]
    public void Refuses_in_a_system(string old, string changed, string path, string message)
    {
        Assert.Contains(old, LlmSystem);

        AssertRefused(Parse(LlmSystem.Replace(old, changed)), path, message);
    }

    [Theory]
    [InlineData("{ id: pii, action: redact } ]", "{ id: injection, action: flag } ]", "spec.guardrails.input[0].id",
        "lacks guardrail 'injection'")]
    [InlineData("action: block", "action: hold", "spec.guardrails.output[0].action", "lacks guardrail action 'hold'")]
    [InlineData("    latency: { over: 2s, rate: 0.05 }", "    abuse: { rate: 0.02 }", "spec.thresholds.abuse",
        "lacks 'abuse'")]
    [InlineData("    latency: { over: 2s, rate: 0.05 }", "    drift: {}", "spec.thresholds.drift", "lacks 'drift'")]
    [InlineData("  approval: { expires: 180d }", "  consumers: [ kb ]", "spec.consumers", "lacks 'consumers'")]
    [InlineData("signal: latency", "signal: abuse", "spec.onBreach[0].signal", "lacks signal 'abuse'")]
    [InlineData("page, rollback", "page, throttle", "spec.onBreach[0].do[1]", "lacks action 'throttle'")]
    [InlineData("page, rollback", "rollback", "spec.onBreach[0].do", "must page")]
    [InlineData("[ { signal: latency, do: [ page, rollback ] } ]", "[]", "spec.thresholds.latency", "Nothing is said")]
    [InlineData("floating: false", "floating: true\n    served: gpt-5.2-2026-09-01", "spec.model.served", "floating")]
    [InlineData("floating: false", "fingerprints: [ \"fp 1\" ]", "spec.model.fingerprints[0]", "must be a fingerprint")]
    [InlineData("floating: false", "floating: maybe", "spec.model.floating", "true or false")]
    [InlineData("temperature: 0.2", "stream: true", "spec.model.parameters.stream", "not a generation parameter")]
    [InlineData("min: 1, max: 500", "min: 501, max: 500", "spec.model.parameters.max_tokens", "range is empty")]
    [InlineData("prompts/refund.md", "prompts/missing.md", "spec.prompt.file", "no file 'prompts/missing.md'")]
    [InlineData("prompts/refund.md", "../refund.md", "spec.prompt.file", "must be a file beside")]
    [InlineData("prompts/refund.md", "/etc/passwd", "spec.prompt.file", "must be a file beside")]
    [InlineData("prompts/refund.md", "prompts//refund.md", "spec.prompt.file", "must be a file beside")]
    [InlineData("holes: { name: { max: 20 } }", "holes: {}", "spec.prompt.file", "has no bounds")]
    [InlineData("{ name: { max: 20 } }", "{ name: { max: 20 }, age: { max: 3 } }", "spec.prompt.holes.age",
        "No approved text")]
    [InlineData("bind: verify", "bind: inject", "spec.prompt.holes", "cannot have holes")]
    [InlineData("  fallback: { answer: \"A colleague will get back to you within a day.\" }\n", "", "spec",
        "no fallback is approved", "do: [ page, rollback ]", "do: [ page, fallback ]")]
    [InlineData("- name: order_status", "- name: order_state", "spec.tools[0].name", "not that of this function")]
    [InlineData("system: refund-assistant", "system: other", "metadata.system", "The System in this set")]
    [InlineData("rate: 0.05", "rate: 5e-2", "spec.thresholds.latency.rate", "must be a rate")]
    [InlineData("over: 2s", "over: 0s", "spec.thresholds.latency.over", "must be a duration")]
    [InlineData("file: prompts/refund.md", "role: system", "spec.prompt", "either a file")]
    [InlineData("file: prompts/refund.md",
        "role: system, messages: [ { role: system, file: prompts/refund.md } ]", "spec.prompt", "either a file")]
    [InlineData("rate: 0.05", "rate: 0", "spec.thresholds.latency.rate", "must be a rate")]
    public void Refuses_in_a_release(
        string old, string changed, string path, string message, string old2 = "", string changed2 = "")
    {
        Assert.Contains(old, LlmRelease);
        var text = LlmRelease.Replace(old, changed);

        AssertRefused(ParseBoth(old2.Length == 0 ? text : text.Replace(old2, changed2)), path, message);
    }

    [Theory]
    [InlineData("[ gre, dept ]", "[ gre, age ]", "spec.thresholds.drift.features[1]", "no feature 'age'")]
    [InlineData("type: number }", "type: number, reference: A }", "spec.model.features[0].reference", "is a number")]
    [InlineData("type: category }", "type: category, reference: 3 }", "spec.model.features[1].reference", "is a text")]
    [InlineData("decision: refer", "verdict: refer", "spec.fallback.outputs.verdict", "no output 'verdict'")]
    [InlineData("decision: refer", "decision: 3", "spec.fallback.outputs.decision", "not text")]
    [InlineData("  onBreach", "  prompt: { file: a }\n  onBreach", "spec.prompt", "lacks 'prompt'")]
    public void Refuses_in_a_release_of_a_scoring_model(string old, string changed, string path, string message)
    {
        Assert.Contains(old, ScoringRelease);

        AssertRefused(Parse(ScoringSystem + "---\n" + ScoringRelease.Replace(old, changed)), path, message);
    }

    [Theory]
    [InlineData("\"n\":10", "\"n\":11", "sum to 10")]
    [InlineData("[3,3,3,1]", "[3,3,4]", "needs 4 counts")]
    [InlineData("\"1.5\",\"2\"", "\"2\",\"1.5\"", "ascending")]
    [InlineData("\"category\"", "\"number\"", "not category")]
    [InlineData("\"v\":1", "\"v\":2", "form 1")]
    [InlineData("\"dept\"", "\"town\"", "'dept' stands 0 times")]
    public void Refuses_a_baseline_that_cannot_be_used(string old, string changed, string message)
    {
        Assert.Contains(old, Baseline);
        var files = Files();
        files["baselines/admissions.json"] = Encoding.UTF8.GetBytes(Baseline.Replace(old, changed));

        AssertRefused(Parse(ScoringSystem + "---\n" + ScoringRelease, files), "spec.thresholds.drift.baseline",
            message);
    }

    [Fact]
    public void Refuses_a_release_whose_system_is_unknown_and_reads_one_whose_system_is_registered()
    {
        AssertRefused(Parse(LlmRelease), "metadata.system", "neither in this set nor registered");

        var files = Files();
        var set = ManifestParser.Parse(
            [new ManifestSource("release.yaml", Encoding.UTF8.GetBytes(LlmRelease))],
            path => files.GetValueOrDefault(path),
            new ManifestOptions
            {
                Guardrails = ["pii", "secrets"],
                KindOf = name => name == "refund-assistant" ? "llm" : null,
            });
        Assert.Empty(set.Errors);
        Assert.Single(set.Releases);
    }

    [Fact]
    public void Reads_a_prompt_of_several_messages()
    {
        var files = Files();
        files["prompts/tone.md"] = "Be kind."u8.ToArray();
        var release = ReleaseOf(
            LlmRelease.Replace("file: prompts/refund.md", """
                messages: [ { role: system, file: prompts/refund.md }, { role: developer, file: prompts/tone.md } ]
                """.Trim()),
            files);

        Assert.Equal(["system", "developer"], release.Spec.Prompt!.Messages.Select(message => message.Role));
        Assert.Equal(3, release.Files.Count);
    }

    [Fact]
    public void Warns_of_carriage_returns_in_a_prompt()
    {
        var files = Files();
        files["prompts/refund.md"] = Encoding.UTF8.GetBytes(Prompt.Replace("\n", "\r\n"));

        var set = Parse(LlmSystem + "---\n" + LlmRelease, files);

        Assert.Empty(set.Errors);
        Assert.Contains("carriage returns", Assert.Single(set.Warnings).Message);
    }

    private static void AssertRefused(ManifestSet set, string path, string message)
    {
        var error = set.Errors.FirstOrDefault(e => e.Path == path && e.Message.Contains(message));
        Assert.True(error is not null, string.Join("\n", set.Errors));
        Assert.True(error.Line > 0);
        Assert.NotEmpty(error.Remedy);
    }
}
