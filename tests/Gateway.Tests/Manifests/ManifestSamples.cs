using System.Text;
using Provost.Gateway.Manifests;

namespace Provost.Gateway.Tests.Manifests;

/// <summary>Manifests that tests start from, and the reader with the files they name.</summary>
internal static class ManifestSamples
{
    public const string Prompt = "You answer {{name}} about refunds.\nNothing else.\n";

    public const string LlmSystem = """
        apiVersion: provost/v1
        kind: System
        metadata: { name: refund-assistant, unit: customer-care }
        spec:
          kind: llm
          purpose: Answers customers' questions about refunds.
          environments: [production]
          owners: { business: dana@acme.example, technical: sam@acme.example, deputy: kim@acme.example }
          contacts: { security: ana@acme.example, compliance: leo@acme.example, data: mia@acme.example }
          escalation: [ { role: technical, after: 0m }, { role: deputy, after: 10m }, { role: business, after: 20m } ]
          intake:
            population: EU consumers
            exposure: 50000 USD
            dataClasses: [public, customer]
            autonomy: answers
            annexIII: none
          dataSources: [ { name: refund-policy, class: public } ]
          downstream: [ { system: order-desk } ]
          subject: user
          cohorts: { region: metadata.region, segment: metadata.segment }
          dataClass: metadata.data_class
          runbook: [ { action: pause }, { action: rollback } ]
          retention: { class: customer-decision, keep: 24mo, capture: redacted }
          failMode: closed

        """;

    public const string LlmRelease = """
        apiVersion: provost/v1
        kind: Release
        metadata: { system: refund-assistant, version: 3.2.0 }
        spec:
          model:
            provider: openai
            name: gpt-5.2-2026-09-01
            floating: false
            parameters: { temperature: 0.2, max_tokens: { min: 1, max: 500 }, stop: ["END"] }
          prompt: { file: prompts/refund.md, bind: verify, holes: { name: { max: 20 } } }
          tools:
            - name: order_status
              definition:
                type: function
                function:
                  name: order_status
                  parameters: { type: object, properties: { id: { type: string, minLength: 3 } } }
          guardrails:
            input:  [ { id: pii, action: redact } ]
            output: [ { id: secrets, action: block }, { id: pii, action: redact } ]
          evaluation: { set: evals/refund.jsonl, minimum: { correct: 0.92 } }
          thresholds:
            latency: { over: 2s, rate: 0.05 }
          fallback: { answer: "A colleague will get back to you within a day." }
          onBreach: [ { signal: latency, do: [ page, rollback ] } ]
          approval: { expires: 180d }

        """;

    public const string ScoringSystem = """
        apiVersion: provost/v1
        kind: System
        metadata: { name: admissions, unit: registry-office }
        spec:
          kind: model
          purpose: Suggests which applications a person reads first.
          environments: [production]
          owners: { business: dana@acme.example, technical: sam@acme.example }
          intake:
            { population: applicants, exposure: 0 USD, dataClasses: [personal], autonomy: recommends,
              annexIII: education }
          retention: { class: applicant-decision, keep: 10y }

        """;

    public const string ScoringRelease = """
        apiVersion: provost/v1
        kind: Release
        metadata: { system: admissions, version: 1.0.0 }
        spec:
          model:
            provider: scorer
            name: admissions
            version: "1"
            artifact: sha256:0000000000000000000000000000000000000000000000000000000000000000
            data: counts of 1973
            code: 4f2c1d9
            features: [ { name: gre, type: number }, { name: dept, type: category } ]
            outputs: [ { name: decision, type: text } ]
          thresholds:
            drift: { features: [ gre, dept ], baseline: baselines/admissions.json, tolerance: 0.05 }
          fallback: { outputs: { decision: refer } }
          onBreach: [ { signal: drift, do: [ page, fallback ] } ]

        """;

    public const string Baseline = """
        {"v":1,"n":10,"features":[
          {"name":"gre","kind":"number","edges":["1.5","2"],"counts":[3,3,3,1]},
          {"name":"dept","kind":"category","values":["A","B"],"counts":[5,5,0,0]}]}
        """;

    public static Dictionary<string, byte[]> Files() => new()
    {
        ["prompts/refund.md"] = Encoding.UTF8.GetBytes(Prompt),
        ["evals/refund.jsonl"] = "{}\n"u8.ToArray(),
        ["baselines/admissions.json"] = Encoding.UTF8.GetBytes(Baseline),
    };

    public static ManifestSet Parse(string text, Dictionary<string, byte[]>? files = null) =>
        Parse(Encoding.UTF8.GetBytes(text), files);

    public static ManifestSet Parse(byte[] text, Dictionary<string, byte[]>? files = null)
    {
        files ??= Files();
        return ManifestParser.Parse(
            [new ManifestSource("provost.yaml", text)],
            path => files.GetValueOrDefault(path),
            new ManifestOptions { Guardrails = ["pii", "secrets"] });
    }

    public static ManifestSet ParseBoth(string release) => Parse(LlmSystem + "---\n" + release);

    public static ReleaseDocument ReleaseOf(string release, Dictionary<string, byte[]>? files = null)
    {
        var set = Parse(LlmSystem + "---\n" + release, files);
        Assert.Empty(set.Errors);
        return Assert.Single(set.Releases);
    }
}
