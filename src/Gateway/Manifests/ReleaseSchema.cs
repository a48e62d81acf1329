using Provost.Gateway.Envelopes;
using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Manifests;

/// <summary>The keys of a Release document of an LLM application and of a scoring model, and those that all kinds
/// share.</summary>
internal static class ReleaseSchema
{
    public const string Kind = "Release";

    /// <summary>Schema of release.json.</summary>
    public const string Id = "provost.release/1";

    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    internal static readonly string[] LackingKeys =
        ["consumers", "limits", "canary", "review", "tests", "components", "grants"];

    private static readonly string[] LackingThresholds =
        ["accuracyProxy", "abuse", "fallback", "fairness", "quality", "anomalies"];

    private static readonly ChoiceType Signals = new("signal", ["latency", "drift", "served"], LackingThresholds);

    private static readonly ChoiceType GuardrailActions =
        new("guardrail action", ["allow", "flag", "redact", "block", "fallback"], ["hold"]);

    public static ObjectType Metadata { get; } = new("a mapping",
    [
        new("system", TokenType.Name, "The system this is a release of.") { Required = true },
        new("version", TokenType.Version, "The author's name for it; the digest is the identity.") { Required = true },
    ]);

    /// <summary>The spec of an LLM application.</summary>
    public static ObjectType Llm { get; } = new("a mapping",
    [
        new("model", LlmModel(), "What is called, and how.") { Required = true },
        new("prompt", Prompt(), "The approved system and developer messages; omitted: the client may send none."),
        new("tools", new ListType(Tool(), max: 128), "Tools the client offers, in order, exactly.") { Default = "[]" },
        new("retrieval", Retrieval(),
            "Where its passages come from. The gateway cannot see it: declared, not verified."),
        Guardrails(),
        Evaluation(isJudged: true),
        Thresholds(
            new Field("latency", Latency(), "Share of calls slower than the limit."),
            lacking: [.. LackingThresholds, "drift"]),
        new("fallback", new ObjectType("a mapping",
        [
            new("answer", new TextType(4000), "The fixed answer.") { Required = true },
        ]), "What is answered when the fallback is engaged."),
        OnBreach(),
        EnvelopeSchema.Field(),
        .. Lineage(),
        Approval(),
    ], LackingKeys);

    /// <summary>The spec of a classical scoring model.</summary>
    public static ObjectType Model { get; } = new("a mapping",
    [
        new("model", ScoringModel(), "What is called, and where it came from.") { Required = true },
        Guardrails(),
        Evaluation(),
        Thresholds(
            new Field("latency", Latency(), "Share of calls slower than the limit."),
            new Field("drift", Drift(), "How far the inputs may move from the baseline."),
            LackingThresholds),
        new("fallback", new ObjectType("a mapping",
        [
            new("outputs", new MapType(TokenType.Key, AnyJsonType.Instance),
                "Output name to the fixed value.") { Required = true },
        ]), "What is answered when the fallback is engaged."),
        OnBreach(),
        EnvelopeSchema.Field(),
        .. Lineage(),
        Approval(),
    ], [.. LackingKeys, "prompt", "tools", "retrieval"]);

    private static ObjectType Retrieval() => new("a mapping",
    [
        new("index", TokenType.Name, "Name of the index.") { Required = true },
        new("version", TokenType.Version, "Its version.") { Required = true },
        new("digest", DigestType.Instance, "Digest of its content."),
        new("passages", PassagesType.Instance,
            "Which messages of a call hold the passages; omitted: they cannot be told apart."),
    ]);

    private static ObjectType LlmModel() => new("a mapping",
    [
        new("provider", TokenType.Name, "Name of the provider in the platform's settings.") { Required = true },
        new("name", TokenType.ModelName, "The model's name as clients request it.") { Required = true },
        new("floating", BooleanType.Instance,
            "Whether the provider may change what the name means; never in tier high.") { Default = "false" },
        new("served", TokenType.ModelName,
            "The name that answers carry; omitted: `name`. Not together with `floating: true`."),
        new("fingerprints", new ListType(TokenType.Fingerprint, min: 1, max: 32, unique: true),
            "Approved fingerprints: an answer with another one, or with none, is refused."),
        Adapters(),
        new("parameters", new MapType(TokenType.Key, AnyJsonType.Instance),
            "Every parameter a call may carry: its value, or `{ min, max }`.") { Default = "{}" },
    ]);

    private static ObjectType ScoringModel() => new("a mapping",
    [
        new("provider", TokenType.Name, "Name of the provider in the platform's settings.") { Required = true },
        new("name", TokenType.ModelName, "The model's name as clients request it.") { Required = true },
        new("version", TokenType.Version, "The version the scorer must report.") { Required = true },
        new("artifact", DigestType.Instance, "Digest of the model file.") { Required = true },
        Adapters(),
        new("data", new TextType(500), "Version of the training data.") { Required = true },
        new("code", new TextType(500), "Revision of the training code.") { Required = true },
        new("features", new ListType(new ObjectType("a feature",
        [
            new("name", TokenType.Key, "Name of the input.") { Required = true },
            new("type", new ChoiceType("feature type", ["number", "category"], []),
                "How it is binned.") { Required = true },
            new("reference", AnyJsonType.Instance,
                "Allows explanations by ablation: the value that a score is compared with."),
        ]), min: 1, max: 1000), "The inputs, in order.") { Required = true },
        new("outputs", new ListType(new ObjectType("an output",
        [
            new("name", TokenType.Key, "Name of the output.") { Required = true },
            new("type", new ChoiceType("output type", ["text", "integer", "number", "boolean"], []),
                "Type of its values.") { Required = true },
        ]), max: 64), "The outputs.") { Default = "[]" },
    ]);

    internal static Field[] Lineage() =>
    [
        new("parent", DigestType.Instance,
            "The release that this one is a variant of: an adapter, an experiment, the same model trained again."),
        new("dataSets", new ListType(new ObjectType("a data set",
        [
            new("name", TokenType.Name, "Its name.") { Required = true },
            new("version", TokenType.Version, "Its version.") { Required = true },
            new("digest", DigestType.Instance, "Digest of its content.") { Required = true },
            new("use", new ChoiceType("use", ["training", "tuning", "evaluation", "grounding"], []),
                "What it was used for.") { Required = true },
        ]), min: 1, max: 64), "The data that it was made, tuned, tested or grounded with."),
    ];

    private static Field Adapters() => new("adapters", new ListType(new ObjectType("an adapter",
    [
        new("name", TokenType.ModelName, "Its name.") { Required = true },
        new("digest", DigestType.Instance, "Digest of its weights.") { Required = true },
    ]), min: 1, max: 16), "Adapters on the model, in order. The gateway cannot see them: declared, not verified.");

    private static ObjectType Prompt() => new("a mapping",
    [
        new("file", FilePathType.Instance, "The approved text, to the byte (a last newline counts)."),
        new("role", Roles(), "Role of that message; default system."),
        new("messages", new ListType(new ObjectType("a message",
        [
            new("role", Roles(), "Role of the message.") { Required = true },
            new("file", FilePathType.Instance, "Its approved text.") { Required = true },
        ]), min: 1, max: 16), "Instead of `file`: several messages, in order."),
        new("bind", new ChoiceType("way to bind", ["verify", "inject"], []),
            "Verify what the client sends, or supply the approved text.") { Default = "\"verify\"" },
        new("holes", new MapType(TokenType.Key, new ObjectType("a hole",
        [
            new("max", new IntegerType(1, 100_000), "Longest value, in Unicode characters.") { Required = true },
            new("lines", BooleanType.Instance, "Whether a value may hold line breaks.") { Default = "false" },
        ])), "Bounds of each `{{name}}` in the texts.") { Default = "{}" },
    ]);

    private static ChoiceType Roles() => new("role", ["system", "developer"], []);

    internal static ObjectType Tool() => new("a tool",
    [
        new("name", TokenType.Key, "The function's name.") { Required = true },
        new("definition", AnyJsonType.Instance, "The whole entry of `tools` as the client sends it."),
        new("file", FilePathType.Instance, "Instead of `definition`: a JSON file with that entry."),
    ], ["schema", "bounds", "reviewBy", "grants"]);

    private static Field Guardrails()
    {
        ObjectType Use() => new("a guardrail",
        [
            new("id", TokenType.Name, "Which guardrail.") { Required = true },
            new("action", GuardrailActions, "What a finding does.") { Required = true },
        ], settings: AnyJsonType.Instance);
        return new("guardrails", new ObjectType("a mapping",
        [
            new("input", new ListType(Use(), max: 32), "Checks on what goes to the model.") { Default = "[]" },
            new("output", new ListType(Use(), max: 32), "Checks on what comes back.") { Default = "[]" },
        ], ["tool_call", "tool_result", "retrieval"]), "The runtime checks; further keys of an entry are its settings.")
        {
            Default = """{"input":[],"output":[]}""",
        };
    }

    /// <param name="isJudged">Whether its answers are texts that a model can judge.</param>
    internal static Field Evaluation(bool isJudged = false) => new("evaluation", new ObjectType("a mapping",
    [
        new("set", FilePathType.Instance, "The evaluation set.") { Required = true },
        new("minimum", new MapType(TokenType.Key, new DecimalType(0, 1_000_000)),
            "Measure to its least value.") { Default = "{}" },
        .. isJudged ? (Field[])[new("judge", Judge(), "A model that scores each answer; its measure is judged.")] : [],
    ]), "The evaluation set, held under the digest; provost test replays it.");

    private static ObjectType Judge() => new("a mapping",
    [
        new("provider", TokenType.Name, "Name of the provider in the platform's settings.") { Required = true },
        new("model", TokenType.ModelName, "The judge's model; its answers must carry this name.") { Required = true },
        new("prompt", FilePathType.Instance, "What the judge is told.") { Required = true },
    ]);

    private static ObjectType Latency() => new("a mapping",
    [
        new("over", new DurationType(1, Day), "A call is slow above this.") { Required = true },
        new("rate", DecimalType.Rate, "Approved share of slow calls.") { Required = true },
    ]);

    private static ObjectType Drift() => new("a mapping",
    [
        new("features", new ListType(TokenType.Key, min: 1, max: 1000, unique: true),
            "The features watched.") { Required = true },
        new("baseline", FilePathType.Instance, "Frozen bins and counts, made at approval.") { Required = true },
        new("tolerance", new DecimalType(0, 0.999999m),
            "Tolerated shift of the distribution (Kolmogorov-Smirnov distance).") { Required = true },
    ]);

    private static Field Thresholds(Field first, Field second, IReadOnlyList<string> lacking) =>
        new("thresholds", new ObjectType("a mapping", [first, second], lacking),
            "The approved limits; they are the monitors.")
        { Default = "{}" };

    private static Field Thresholds(Field only, IReadOnlyList<string> lacking) =>
        new("thresholds", new ObjectType("a mapping", [only], lacking),
            "The approved limits; they are the monitors.")
        { Default = "{}" };

    private static Field OnBreach() => new("onBreach", new ListType(new ObjectType("a rule",
    [
        new("signal", Signals, "Which threshold; `served`: another model answered.") { Required = true },
        new("do", new ListType(SystemSchema.Actions, min: 1, max: 5, unique: true),
            "What happens, in order; page is one.") { Required = true },
    ]), max: 8), "What a breach does; one rule for each threshold, and one for `served` where paging is not enough.")
    { Default = "[]" };

    internal static Field Approval() => new("approval", new ObjectType("a mapping",
    [
        new("expires", new DurationType(Hour, 731 * Day),
            "How long a warrant lasts from its issue.") { Default = "15552000000" },
    ]), "Terms of the approval.")
    { Default = """{"expires":15552000000}""" };
}
