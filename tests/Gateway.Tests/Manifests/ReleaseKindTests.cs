using System.Text;
using Provost.Gateway.Manifests;

namespace Provost.Gateway.Tests.Manifests;

/// <summary>What the kinds beside LLM applications and scoring models refuse, with the place.</summary>
public sealed class ReleaseKindTests
{
    private const string Digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("agent", "grant: { purpose: Look up., reviewBy: 2027-05-31 }", "", "spec.tools[0].grant",
        "'grant' is missing")]
    [InlineData("agent", "reviewBy: 2027-05-31", "reviewBy: 31.5.2027", "spec.tools[0].grant.reviewBy",
        "must be a day")]
    [InlineData("agent", "purpose: Look up.", "purpose: Look up., bounds: {}", "spec.tools[0].grant.bounds",
        "lacks 'bounds'")]
    [InlineData("vendor", "pays: shared", "pays: nobody", "spec.terms.pays", "There is no payer 'nobody'")]
    [InlineData("vendor", "https://vendor.example/v1", "http://vendor.example/v1", "spec.endpoint", "https address")]
    [InlineData("vendor", "  endpoint: https://vendor.example/v1\n", "", "spec.endpoint", "'endpoint' is missing")]
    [InlineData("chain", "system: other", "system: desk", "spec.components[0].system", "no part of itself")]
    [InlineData("chain", "approval:", "model: {}\n  approval:", "spec.model", "lacks 'model'")]
    [InlineData("chain", "approval:", "guardrails: {}\n  approval:", "spec.guardrails", "lacks 'guardrails'")]
    [InlineData("chain", Digest, "latest", "spec.components[0].release", "must be a digest")]
    [InlineData("llm", "tools: []", "components: []", "spec.components", "lacks 'components'")]
    [InlineData("llm", "tools: []", "parent: 3.1.0", "spec.parent", "must be a digest")]
    [InlineData("llm", "tools: []", "dataSets: [ { name: faq, version: 1, digest: " + Digest + ", use: fun } ]",
        "spec.dataSets[0].use", "There is no use 'fun'")]
    [InlineData("llm", "tools: []", "retrieval: { index: faq }", "spec.retrieval.version", "'version' is missing")]
    [InlineData("llm", "tools: []", "retrieval: { index: faq, version: 1, passages: message(role=system) }",
        "spec.retrieval.passages", "must be message(role=tool)")]
    [InlineData("llm", "tools: []", "evaluation: { set: a.txt, minimum: { judged: 0.8 } }",
        "spec.evaluation.minimum.judged", "There is no judge")]
    [InlineData("llm", "tools: []", "evaluation: { set: a.txt, judge: { provider: p, model: m, prompt: a.txt } }",
        "spec.evaluation.minimum.judged", "needs the least value")]
    [InlineData("chain", "approval:",
        "evaluation: { set: a.txt, judge: { provider: p, model: m, prompt: a.txt } }\n  approval:",
        "spec.evaluation.judge", "judge")]
    public void Refuses(string kind, string old, string changed, string path, string message)
    {
        var whole = Manifest(kind);
        Assert.Empty(Parse(whole).Errors);
        Assert.Contains(old, whole);

        var errors = Parse(whole.Replace(old, changed, StringComparison.Ordinal)).Errors;

        Assert.Contains(errors, e => e.Path == path && e.Message.Contains(message, StringComparison.Ordinal)
            && e is { Line: > 0, Column: > 0, Remedy.Length: > 0 });
    }

    [Theory]
    [InlineData("llm", "tools: []", "parent: " + Digest)]
    [InlineData("llm", "name: gpt-1", "name: gpt-1, adapters: [ { name: tone, digest: " + Digest + " } ]")]
    [InlineData("chain", Digest, "sha256:1111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("agent", "purpose: Look up.", "purpose: Look up!")]
    [InlineData("vendor", "noticeDays: 60", "noticeDays: 30")]
    [InlineData("llm", "tools: []", "retrieval: { index: faq, version: 2026-11 }")]
    public void One_changed_part_is_another_digest(string kind, string old, string changed)
    {
        var before = Assert.Single(Parse(Manifest(kind)).Releases);
        var after = Assert.Single(
            Parse(Manifest(kind).Replace(old, changed, StringComparison.Ordinal)).Releases);

        Assert.NotEqual(before.Digest, after.Digest);
        Assert.Equal(after.Digest, ReleaseDocument.Read(after.ReleaseJson).Digest);
    }

    private static ManifestSet Parse(string yaml) => ManifestParser.Parse(
        [new ManifestSource("provost.yaml", Encoding.UTF8.GetBytes(yaml))],
        path => path == "a.txt" ? "a"u8.ToArray() : null,
        new ManifestOptions { Guardrails = [] });

    private static string Manifest(string kind) => $$"""
        apiVersion: provost/v1
        kind: System
        metadata: { name: desk, unit: care }
        spec:
          kind: {{kind}}
          purpose: Answers questions.
          environments: [production]
          owners: { business: dana@acme.example, technical: sam@acme.example }
          intake: { population: Users, exposure: 0 USD, dataClasses: [public], autonomy: answers, annexIII: none }
          retention: { class: answers, keep: 24mo, capture: redacted }
        ---
        apiVersion: provost/v1
        kind: Release
        metadata: { system: desk, version: 1.0.0 }
        spec:
          {{Spec(kind)}}
          approval: { expires: 90d }

        """;

    private static string Spec(string kind) => kind switch
    {
        "agent" => """
            model: { provider: openai, name: gpt-1 }
              tools:
                - name: find
                  definition: { type: function, function: { name: find } }
                  grant: { purpose: Look up., reviewBy: 2027-05-31 }
            """,
        "vendor" => """
            model: { provider: openai, name: gpt-1 }
              endpoint: https://vendor.example/v1
              terms: { noticeDays: 60, reapproval: true, pays: shared, contact: https://v.example/s, contract: MSA 4 }
            """,
        "chain" => $$"""
            components: [ { system: other, release: {{Digest}} } ]
            """,
        _ => """
            model: { provider: openai, name: gpt-1 }
              tools: []
            """,
    };
}
