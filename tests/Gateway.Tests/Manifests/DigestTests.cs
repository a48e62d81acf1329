using System.Text;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;
using static Provost.Gateway.Tests.Manifests.ManifestSamples;

namespace Provost.Gateway.Tests.Manifests;

public sealed class DigestTests
{
    [Fact]
    public void The_canonical_bytes_of_a_release_are_these()
    {
        var release = Assert.Single(Parse(ScoringSystem + "---\n" + ScoringRelease).Releases);

        Assert.Equal(
            """
            {"files":[{"path":"baselines/admissions.json","sha256":"BASELINE","size":175}],"kind":"model",
            "schema":"provost.release/1","spec":{"approval":{"expires":15552000000},
            "fallback":{"outputs":{"decision":"refer"}},"guardrails":{"input":[],"output":[]},
            "model":{"artifact":"sha256:0000000000000000000000000000000000000000000000000000000000000000",
            "code":"4f2c1d9","data":"counts of 1973","features":[{"name":"gre","type":"number"},{"name":"dept",
            "type":"category"}],"name":"admissions","outputs":[{"name":"decision","type":"text"}],
            "provider":"scorer","version":"1"},"onBreach":[{"do":["page","fallback"],"signal":"drift"}],
            "thresholds":{"drift":{"baseline":"baselines/admissions.json","features":["gre","dept"],
            "tolerance":"0.05"}}},"system":"admissions","version":"1.0.0"}
            """.ReplaceLineEndings("").Replace("BASELINE", Digest.Of(Files()["baselines/admissions.json"])[7..]),
            Encoding.UTF8.GetString(release.ReleaseJson));
        Assert.Equal(Digest.Of(release.ReleaseJson), release.Digest);
    }

    [Fact]
    public void The_canonical_bytes_of_the_terms_leave_owners_and_escalation_out()
    {
        var system = Parse(ScoringSystem).System!;

        Assert.Equal(
            """
            {"schema":"provost.terms/1","spec":{"cohorts":{},"contacts":{},"dataSources":[],"downstream":[],
            "environments":["production"],"failMode":"closed","intake":{"annexIII":"education",
            "autonomy":"recommends","dataClasses":["personal"],"exposure":{"amount":"0","currency":"USD"},
            "population":"applicants","practices":[]},"kind":"model",
            "purpose":"Suggests which applications a person reads first.","retention":{"capture":"redacted",
            "class":"applicant-decision","keep":"10y"},"runbook":[]},"system":"admissions",
            "unit":"registry-office"}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(system.TermsJson));
        Assert.Equal(system.TermsDigest, Parse(ScoringSystem.Replace("sam@", "kim@")).System!.TermsDigest);
    }

    [Fact]
    public void Style_key_order_and_comments_do_not_count()
    {
        const string restyled = """
            # another hand wrote this
            kind: "Release"
            spec:
              approval:
                expires: '4320h'
              onBreach:
              - do: [page, rollback]
                signal: latency
              fallback:
                answer: >-
                  A colleague will get back
                  to you within a day.
              thresholds: { "latency": { rate: 0.050, over: 2000ms } }
              evaluation: { minimum: { correct: "0.92" }, set: evals/refund.jsonl }
              guardrails:
                output: [ { action: block, id: secrets }, { id: pii, action: redact } ]
                input: [ { action: redact, id: pii } ]
              tools: [ { definition: { "function": {
                "parameters": { "properties": { "id": { "minLength": 3.0, "type": "string" } }, "type": "object" },
                "name": "order_status" }, "type": "function" }, name: order_status } ]
              prompt: { holes: { name: { lines: false, max: 20 } }, file: prompts/refund.md }
              model:
                parameters: { stop: [ 'END' ], max_tokens: { max: 500.0, min: 1 }, temperature: 2e-1 }
                name: gpt-5.2-2026-09-01
                provider: openai
            metadata: { version: "3.2.0", system: refund-assistant }
            apiVersion: provost/v1
            """;

        Assert.Equal(ReleaseOf(LlmRelease).Digest, ReleaseOf(restyled).Digest);
    }

    [Fact]
    public void One_changed_character_is_another_digest()
    {
        var seen = new HashSet<string> { ReleaseOf(LlmRelease).Digest };
        string[][] changes =
        [
            ["temperature: 0.2", "temperature: 0.3"], ["[\"END\"]", "[\"ENd\"]"], ["minLength: 3", "minLength: 4"],
            ["minLength: 3", "minLength: \"3\""], ["over: 2s", "over: 2001ms"], ["within a day", "within 1 day"],
            ["version: 3.2.0", "version: 3.2.1"], ["action: block", "action: flag"], ["max: 20", "max: 21"],
        ];
        foreach (var change in changes)
        {
            Assert.True(seen.Add(ReleaseOf(LlmRelease.Replace(change[0], change[1])).Digest), change[1]);
        }

        var files = Files();
        files["prompts/refund.md"][0] ^= 0x20;
        Assert.True(seen.Add(ReleaseOf(LlmRelease, files).Digest));
    }

    [Fact]
    public void A_fraction_and_the_text_of_it_are_two_things()
    {
        Assert.NotEqual(
            ReleaseOf(LlmRelease.Replace("temperature: 0.2", "temperature: \"0.2\"")).Digest,
                ReleaseOf(LlmRelease).Digest);
    }

    [Fact]
    public void Canonical_bytes_read_back_to_the_same_records()
    {
        var release = ReleaseOf(LlmRelease);
        var back = ReleaseDocument.Read(release.ReleaseJson);
        Assert.Equal(release.Digest, back.Digest);
        Assert.Equivalent(release.Spec.Model.Parameters.Keys, back.Spec.Model.Parameters.Keys);
        Assert.Equal(release.Spec.Prompt!.Holes, back.Spec.Prompt!.Holes);
        Assert.Equal(release.Spec.ThresholdsJson.GetRawText(), back.Spec.ThresholdsJson.GetRawText());

        var terms = SystemDocument.ReadTerms(Parse(LlmSystem).System!.TermsJson);
        Assert.Equal(Parse(LlmSystem).System!.TermsDigest, terms.TermsDigest);
        Assert.Equal("customer-decision", terms.Retention.Class);
        Assert.Null(terms.Owners);
    }

    [Theory]
    [InlineData("\"latency\"", "\"abuse\"")]
    [InlineData("\"rate\":\"0.05\"", "\"rate\":\"0.050\"")]
    [InlineData("\"kind\":\"llm\"", "\"kind\":\"agent\"")]
    [InlineData("\"over\":2000", "\"over\":\"2s\"")]
    [InlineData("\"size\":3", "\"size\":\"3\"")]
    [InlineData("provost.release/1", "provost.release/2")]
    [InlineData("\"system\":\"refund-assistant\"", "\"system\":7")]
    [InlineData("\"spec\":{", "\"spec\": {")]
    public void Refuses_canonical_bytes_that_this_build_would_not_write(string old, string changed)
    {
        var text = Encoding.UTF8.GetString(ReleaseOf(LlmRelease).ReleaseJson);
        Assert.Contains(old, text);

        Assert.Throws<ManifestException>(
            () => ReleaseDocument.Read(Encoding.UTF8.GetBytes(text.Replace(old, changed))));
    }
}
