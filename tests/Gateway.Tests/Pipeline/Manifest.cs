namespace Provost.Gateway.Tests.Pipeline;

/// <summary>Manifests of the stage, with the places that tests vary.</summary>
internal static class Manifest
{
    public const string Prompt = "You answer questions about refunds. The customer is {{name}}.";

    public static readonly Dictionary<string, string> Files = new() { ["prompts/refund.md"] = Prompt };

    public static readonly Dictionary<string, string> NoFiles = [];

    public const string Guarded = """
          guardrails:
            input: [ { id: pii, action: redact } ]
            output: [ { id: pii, action: redact } ]
        """;

    /// <summary>
    /// Compiling the rules for secrets takes longer than most tests: only where they are the subject.
    /// </summary>
    public const string GuardingSecrets = """
          guardrails:
            input: [ { id: pii, action: redact }, { id: secrets, action: block } ]
        """;

    public const string Blocking = """
          guardrails:
            output: [ { id: pii, action: block } ]
        """;

    public const string FallingBack = """
          guardrails:
            output: [ { id: pii, action: fallback } ]
        """;

    public const string Unguarded = "";

    private const string Holes = ", holes: { name: { max: 60 } }";

    public static string System(string kind = "llm", string failMode = "closed", string capture = "redacted") => $$"""
        apiVersion: provost/v1
        kind: System
        metadata: { name: refunds, unit: care }
        spec:
          kind: {{kind}}
          purpose: Answers questions.
          environments: [production]
          owners: { business: dana@acme.example, technical: sam@acme.example }
          contacts: { security: ana@acme.example }
          intake:
            { population: Users, exposure: 0 USD, dataClasses: [public, customer], autonomy: answers, annexIII: none }
          subject: user
          cohorts: { region: metadata.region }
          dataClass: metadata.data_class
          runbook: [ { action: pause } ]
          retention: { class: answers, keep: 24mo, capture: {{capture}} }
          failMode: {{failMode}}
        ---

        """;

    public static string Llm(
        string version = "1.0.0", string guardrails = Guarded, string bind = "verify", string model = "gpt-1",
        string parameters = "temperature: 0.2") => $$"""
        apiVersion: provost/v1
        kind: Release
        metadata: { system: refunds, version: {{version}} }
        spec:
          model: { provider: openai, name: {{model}}, parameters: { {{parameters}} } }
          prompt: { file: prompts/refund.md, bind: {{bind}}{{(bind == "verify" ? Holes : "")}} }
          tools: []
        {{guardrails}}
          thresholds: { latency: { over: 2s, rate: 0.05 } }
          fallback: { answer: A colleague will call you. }
          onBreach: [ { signal: latency, do: [ page ] } ]
          approval: { expires: 180d }

        """;

    public static string Model(string version = "1") => $$"""
        apiVersion: provost/v1
        kind: Release
        metadata: { system: refunds, version: {{version}}.0.0 }
        spec:
          model:
            provider: scoring
            name: admissions
            version: "{{version}}"
            artifact: sha256:898d8c87e3e09f2114f6c055fff08a285eabedf29933d4dfe664b9df060ae050
            data: data.csv
            code: model.cs
            features: [ { name: dept, type: category } ]
          thresholds: { latency: { over: 250ms, rate: 0.05 } }
          fallback: { outputs: { decision: refer } }
          onBreach: [ { signal: latency, do: [ page ] } ]
          approval: { expires: 180d }

        """;
}
