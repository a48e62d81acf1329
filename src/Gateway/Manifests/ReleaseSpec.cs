using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Gateway.Envelopes;
using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Manifests;

/// <summary>What a release is composed of. Parts that the kind does not have are null or empty.</summary>
public sealed record ReleaseSpec
{
    /// <summary>A chain has none of its own: <see cref="ReleaseModel.None"/>.</summary>
    public required ReleaseModel Model { get; init; }

    /// <summary>The parts of a chain, in the order of the flow.</summary>
    public IReadOnlyList<ReleaseComponent> Components { get; init; } = [];

    /// <summary>What a vendor's endpoint is approved under.</summary>
    public ReleaseTerms? Terms { get; init; }

    /// <summary>Digest of the release that this one is a variant of.</summary>
    public string? Parent { get; init; }

    public IReadOnlyList<ReleaseDataSet> DataSets { get; init; } = [];

    /// <summary>What may vary without another approval; null: nothing.</summary>
    public EnvelopeSpec? Envelope { get; init; }

    /// <summary><c>envelope</c>, verbatim, for the warrant; null when there is none.</summary>
    public JsonElement? EnvelopeJson { get; init; }

    /// <summary>Null: the client may send no system or developer message.</summary>
    public ReleasePrompt? Prompt { get; init; }

    public required IReadOnlyList<ReleaseTool> Tools { get; init; }

    /// <summary>Null: it retrieves nothing.</summary>
    public ReleaseRetrieval? Retrieval { get; init; }

    public required IReadOnlyList<GuardrailSpec> InputGuardrails { get; init; }

    public required IReadOnlyList<GuardrailSpec> OutputGuardrails { get; init; }

    public ReleaseEvaluation? Evaluation { get; init; }

    public LatencyThreshold? Latency { get; init; }

    public DriftThreshold? Drift { get; init; }

    public ReleaseFallback? Fallback { get; init; }

    public required IReadOnlyList<BreachRule> OnBreach { get; init; }

    /// <summary>How long a warrant lasts from its issue.</summary>
    public required TimeSpan Expires { get; init; }

    /// <summary><c>thresholds</c>, verbatim, for the warrant.</summary>
    public required JsonElement ThresholdsJson { get; init; }

    /// <summary><c>fallback</c>, verbatim, for the warrant; null when there is none.</summary>
    public JsonElement? FallbackJson { get; init; }

    internal static ReleaseSpec From(JsonObject spec)
    {
        var thresholds = spec["thresholds"] as JsonObject ?? [];
        var guardrails = spec["guardrails"] as JsonObject;
        return new ReleaseSpec
        {
            Model = spec["model"] is JsonObject model ? ReleaseModel.From(model) : ReleaseModel.None,
            Components = ReleaseComponent.From(spec),
            Terms = ReleaseTerms.From(spec),
            Parent = spec.OptionalText("parent"),
            DataSets = ReleaseDataSet.From(spec),
            Envelope = spec["envelope"] is JsonObject envelope ? EnvelopeSpec.From(envelope) : null,
            EnvelopeJson = spec["envelope"]?.Element(),
            Prompt = spec["prompt"] is JsonObject prompt ? ReleasePrompt.From(prompt) : null,
            Tools = spec["tools"] is JsonArray ? [.. spec.Objects("tools").Select(ReleaseTool.From)] : [],
            Retrieval = ReleaseRetrieval.From(spec),
            InputGuardrails = [.. guardrails?.Objects("input").Select(GuardrailSpec.From) ?? []],
            OutputGuardrails = [.. guardrails?.Objects("output").Select(GuardrailSpec.From) ?? []],
            Evaluation = spec["evaluation"] is JsonObject evaluation ? ReleaseEvaluation.From(evaluation) : null,
            Latency = thresholds["latency"] is JsonObject latency
                ? new LatencyThreshold(TimeSpan.FromMilliseconds(latency.Integer("over")), latency.Decimal("rate"))
                : null,
            Drift = thresholds["drift"] is JsonObject drift
                ? new DriftThreshold(drift.Texts("features"), drift.Text("baseline"), drift.Decimal("tolerance"))
                : null,
            Fallback = spec["fallback"] is JsonObject fallback ? ReleaseFallback.From(fallback) : null,
            OnBreach = spec["onBreach"] is JsonArray
                ? [.. spec.Objects("onBreach").Select(r => new BreachRule(r.Text("signal"), r.Texts("do")))]
                : [],
            Expires = TimeSpan.FromMilliseconds(spec.Member("approval").Integer("expires")),
            ThresholdsJson = thresholds.Element(),
            FallbackJson = spec["fallback"]?.Element(),
        };
    }
}

/// <summary>The model. The members after <see cref="Parameters"/> are those of a scoring model.</summary>
public sealed record ReleaseModel
{
    /// <summary>Name of the provider in the platform's settings.</summary>
    public required string Provider { get; init; }

    /// <summary>As clients request it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the provider may change what the name means.</summary>
    public bool Floating { get; init; }

    /// <summary>The name that answers carry where it is another than <see cref="Name"/>.</summary>
    public string? Served { get; init; }

    /// <summary>Approved fingerprints; empty where the release names none.</summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    /// <summary>Parameter name to its value or bounds, by name.</summary>
    public required IReadOnlyDictionary<string, ParameterSpec> Parameters { get; init; }

    public string? Version { get; init; }

    /// <summary>Digest of the model file.</summary>
    public string? Artifact { get; init; }

    public string? Data { get; init; }

    public string? Code { get; init; }

    public required IReadOnlyList<FeatureSpec> Features { get; init; }

    public required IReadOnlyList<OutputSpec> Outputs { get; init; }

    /// <summary>Adapters on the model, in order.</summary>
    public IReadOnlyList<ReleaseAdapter> Adapters { get; init; } = [];

    /// <summary>Where a release calls no model itself.</summary>
    public static ReleaseModel None { get; } = new()
    {
        Provider = "",
        Name = "",
        Parameters = new Dictionary<string, ParameterSpec>(),
        Features = [],
        Outputs = [],
    };

    internal static ReleaseModel From(JsonObject model) => new()
    {
        Provider = model.Text("provider"),
        Name = model.Text("name"),
        Floating = model.ContainsKey("floating") && model.Flag("floating"),
        Served = model.OptionalText("served"),
        Fingerprints = model.ContainsKey("fingerprints") ? model.Texts("fingerprints") : [],
        Parameters = model["parameters"] is JsonObject parameters
            ? parameters.ToDictionary(p => p.Key, p => ParameterSpec.From(p.Value))
            : new Dictionary<string, ParameterSpec>(),
        Adapters = model["adapters"] is JsonArray
            ? [.. model.Objects("adapters").Select(a => new ReleaseAdapter(a.Text("name"), a.Text("digest")))]
            : [],
        Version = model.OptionalText("version"),
        Artifact = model.OptionalText("artifact"),
        Data = model.OptionalText("data"),
        Code = model.OptionalText("code"),
        Features = model["features"] is JsonArray
            ? [.. model.Objects("features").Select(f => new FeatureSpec(
                f.Text("name"), f.Text("type"),
                f.ContainsKey("reference") ? AnyJsonType.ToPlain(f["reference"]).Element() : null))]
            : [],
        Outputs = model["outputs"] is JsonArray
            ? [.. model.Objects("outputs").Select(o => new OutputSpec(o.Text("name"), o.Text("type")))]
            : [],
    };
}

/// <summary>What a parameter may be: exactly <see cref="Value"/>, or a number from Min to Max.</summary>
public sealed record ParameterSpec
{
    /// <summary>Plain JSON; null for a range.</summary>
    public JsonElement? Value { get; init; }

    public decimal? Min { get; init; }

    public decimal? Max { get; init; }

    internal static ParameterSpec From(JsonNode? canonical)
    {
        var plain = AnyJsonType.ToPlain(canonical);
        return plain is JsonObject { Count: 2 } range && range["min"] is JsonValue min && range["max"] is JsonValue max
            && min.GetValueKind() is JsonValueKind.Number && max.GetValueKind() is JsonValueKind.Number
            ? new ParameterSpec { Min = min.Element().GetDecimal(), Max = max.Element().GetDecimal() }
            : new ParameterSpec { Value = plain.Element() };
    }
}

/// <param name="Type"><c>number</c> or <c>category</c>.</param>
/// <param name="Reference">What explanations compare with; null where the release allows none by this feature.</param>
public sealed record FeatureSpec(string Name, string Type, JsonElement? Reference = null);

/// <param name="Type"><c>text</c>, <c>integer</c>, <c>number</c> or <c>boolean</c>.</param>
public sealed record OutputSpec(string Name, string Type);

/// <summary>The approved system and developer messages.</summary>
/// <param name="Injects">True: the gateway supplies the text. False: it verifies what the client sends.</param>
/// <param name="Holes">Hole name to its bounds.</param>
public sealed record ReleasePrompt(
    IReadOnlyList<PromptMessage> Messages, bool Injects, IReadOnlyDictionary<string, HoleSpec> Holes)
{
    internal static ReleasePrompt From(JsonObject prompt) => new(
        prompt["messages"] is JsonArray
            ? [.. prompt.Objects("messages").Select(m => new PromptMessage(m.Text("role"), m.Text("file")))]
            : [new PromptMessage(prompt.OptionalText("role") ?? "system", prompt.OptionalText("file") ?? "")],
        prompt.Text("bind") == "inject",
        prompt.Member("holes").ToDictionary(
            h => h.Key, h => new HoleSpec((int)h.Value!.AsObject().Integer("max"), h.Value!.AsObject().Flag("lines"))));
}

/// <param name="Role"><c>system</c> or <c>developer</c>.</param>
public sealed record PromptMessage(string Role, string File);

/// <param name="Max">Longest value in Unicode scalar values.</param>
/// <param name="Lines">Whether the value may hold line breaks.</param>
public sealed record HoleSpec(int Max, bool Lines);

/// <summary>A tool the client offers. Exactly one of the two is given.</summary>
/// <param name="Definition">The entry of <c>tools</c>, plain JSON.</param>
/// <param name="File">Path of a JSON file with the entry.</param>
public sealed record ReleaseTool(string Name, JsonElement? Definition, string? File)
{
    /// <summary>An agent's permission to use it; null for a tool of another kind's release.</summary>
    public ToolGrant? Grant { get; init; }

    internal static ReleaseTool From(JsonObject tool) => new(
        tool.Text("name"),
        tool.ContainsKey("definition") ? AnyJsonType.ToPlain(tool["definition"]).Element() : null,
        tool.OptionalText("file"))
    {
        Grant = tool["grant"] is JsonObject grant
            ? new ToolGrant(grant.Text("purpose"), DateOnly.Parse(grant.Text("reviewBy"), CultureInfo.InvariantCulture))
            : null,
    };
}

/// <param name="Action"><c>allow</c>, <c>flag</c>, <c>redact</c>, <c>block</c> or <c>fallback</c>.</param>
/// <param name="Settings">Every further key of the entry as plain JSON; null when there is none.</param>
public sealed record GuardrailSpec(string Id, string Action, JsonElement? Settings)
{
    internal static GuardrailSpec From(JsonObject use)
    {
        var settings = new JsonObject(use.Where(m => m.Key is not ("id" or "action"))
            .Select(m => KeyValuePair.Create(m.Key, AnyJsonType.ToPlain(m.Value))));
        return new GuardrailSpec(use.Text("id"), use.Text("action"), settings.Count == 0 ? null : settings.Element());
    }
}

/// <param name="Minimum">Measure to its least value.</param>
public sealed record ReleaseEvaluation(string Set, IReadOnlyDictionary<string, decimal> Minimum)
{
    /// <summary>The measure that a judge gives.</summary>
    public const string Judged = "judged";

    /// <summary>The model that scores each answer; null where none is declared.</summary>
    public ReleaseJudge? Judge { get; init; }

    internal static ReleaseEvaluation From(JsonObject evaluation) => new(
        evaluation.Text("set"),
        evaluation.Member("minimum").ToDictionary(m => m.Key, m => evaluation.Member("minimum").Decimal(m.Key)))
    {
        Judge = evaluation["judge"] is JsonObject judge
            ? new ReleaseJudge(judge.Text("provider"), judge.Text("model"), judge.Text("prompt"))
            : null,
    };
}

/// <summary>A model that judges answers.</summary>
/// <param name="Provider">Name of the provider in the platform's settings.</param>
/// <param name="Model">As it is requested, and as its answers must say.</param>
/// <param name="Prompt">Path of the file that tells it what to do.</param>
public sealed record ReleaseJudge(string Provider, string Model, string Prompt);

/// <param name="Over">A call is slow above this.</param>
/// <param name="Rate">Approved share of slow calls, in (0, 1).</param>
public sealed record LatencyThreshold(TimeSpan Over, decimal Rate);

/// <param name="Baseline">Path of the file with the frozen bins.</param>
/// <param name="Tolerance">Tolerated Kolmogorov-Smirnov distance, in [0, 1).</param>
public sealed record DriftThreshold(IReadOnlyList<string> Features, string Baseline, decimal Tolerance);

/// <param name="Answer">The fixed answer of an LLM application.</param>
/// <param name="Outputs">Output name to fixed value (plain JSON) of a scoring model.</param>
public sealed record ReleaseFallback(string? Answer, IReadOnlyDictionary<string, JsonElement>? Outputs)
{
    internal static ReleaseFallback From(JsonObject fallback) => new(
        fallback.OptionalText("answer"),
        fallback["outputs"] is JsonObject outputs
            ? outputs.ToDictionary(o => o.Key, o => AnyJsonType.ToPlain(o.Value).Element())
            : null);
}

/// <param name="Signal"><c>latency</c>, <c>drift</c> or <c>served</c>.</param>
/// <param name="Do">Actions in order: <c>page</c>, <c>fallback</c>, <c>rollback</c>, <c>pause</c>, <c>kill</c>.</param>
public sealed record BreachRule(string Signal, IReadOnlyList<string> Do);
