using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Gateway.Manifests;
using Provost.Gateway.Routing;

namespace Provost.Control.Evaluations;

/// <summary>A call of a rehearsal as a client would make it.</summary>
/// <param name="Path">The data listener's route.</param>
/// <param name="Key">The lane's client key, whole.</param>
/// <param name="Body">JSON.</param>
public sealed record ReplayCall(string Path, string Key, byte[] Body);

/// <summary>What the gateway answered.</summary>
/// <param name="Outcome">As its header says; null where it decided nothing.</param>
/// <param name="Release">Digest of the release that the call was bound to; null for none.</param>
public sealed record ReplayAnswer(int Status, string? Outcome, Guid? Decision, byte[] Body, string? Release = null);

/// <summary>Puts one call through the whole pipeline of a gateway, recorded like any other.</summary>
public delegate Task<ReplayAnswer> Replayer(ReplayCall call, CancellationToken cancellationToken);

/// <summary>Asks a judge about one answer.</summary>
public delegate Task<Judged> Judge(JudgeQuestion asked, CancellationToken cancellationToken);

/// <summary>Makes the calls of an evaluation set: the approved prompt with the case's holes, the approved parameters,
/// the approved model; the case adds what a user or a feed would.</summary>
/// <param name="release">The candidate.</param>
/// <param name="files">Its files by path.</param>
public sealed class Replay(ReleaseDocument release, IReadOnlyDictionary<string, byte[]> files)
{
    /// <summary>The kinds that can be replayed.</summary>
    public static bool Knows(string kind) => kind is "llm" or "model" or "agent" or "vendor";

    /// <summary>The route of the candidate's calls.</summary>
    public string Path => release.Kind == "model"
        ? $"/v2/models/{Uri.EscapeDataString(release.Spec.Model.Name)}/infer"
        : "/v1/chat/completions";

    /// <summary>The body of one case's call.</summary>
    /// <exception cref="EvaluationSetException">The case does not fit the release.</exception>
    public byte[] BodyOf(EvaluationCase item) => Encoding.UTF8.GetBytes(
        (release.Kind == "model" ? Scoring(item) : Chat(item)).ToJsonString());

    /// <summary>A call that needs no evaluation set: one question, or the reference of each feature.</summary>
    public EvaluationCase Probe() => new(
        1, "probe", release.Kind == "model" ? null : "This is a rehearsal of a rollback. Please answer in one word.",
        release.Kind == "model"
            ? release.Spec.Model.Features.ToDictionary(f => f.Name, f => f.Reference ?? Neutral(f))
            : null,
        (release.Spec.Prompt?.Holes ?? new Dictionary<string, HoleSpec>())
            .ToDictionary(h => h.Key, h => "rehearsal"[..Math.Min("rehearsal".Length, h.Value.Max)]),
        null, null, new Dictionary<string, string>());

    /// <summary>What the model said: the first choice's text; where it calls tools instead, the calls as JSON,
    /// <c>[{"name":…,"arguments":…}]</c>; of a scorer its outputs by name as JSON.</summary>
    /// <returns>Null when the answer cannot be read.</returns>
    public string? TextOf(byte[] answer)
    {
        try
        {
            var json = JsonNode.Parse(answer);
            return release.Kind == "model"
                ? Outputs(json)?.ToJsonString()
                : Said(json?["choices"]?[0]?["message"]);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The class that an answer names: a scorer's first text output, a language model's whole text.</summary>
    public string? ClassOf(byte[] answer)
    {
        if (release.Kind != "model")
            return TextOf(answer)?.Trim();

        var named = release.Spec.Model.Outputs.FirstOrDefault(o => o.Type == "text")?.Name;
        try
        {
            return named is null ? null : Outputs(JsonNode.Parse(answer))?[named]?.ToString();
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Said(JsonNode? message)
    {
        if ((string?)message?["content"] is { } text)
            return text;

        return message?["tool_calls"] is JsonArray { Count: > 0 } calls
            ? new JsonArray([.. calls.Select(c => new JsonObject
            {
                ["name"] = (string?)c?["function"]?["name"],
                ["arguments"] = JsonNode.Parse((string?)c?["function"]?["arguments"] ?? "null"),
            })]).ToJsonString()
            : null;
    }

    private static JsonElement Neutral(FeatureSpec feature)
    {
        using var json = JsonDocument.Parse(feature.Type == "number" ? "0" : "\"unknown\"");
        return json.RootElement.Clone();
    }

    private static JsonObject? Outputs(JsonNode? answer)
    {
        if (answer?["outputs"] is not JsonArray outputs)
            return null;

        var byName = new JsonObject();
        foreach (var output in outputs)
            byName[(string)output!["name"]!] = output["data"]?[0]?.DeepClone();

        return byName;
    }

    private JsonObject Chat(EvaluationCase item)
    {
        if (item.Question is null)
            throw new EvaluationSetException(item.Line, "a language model is asked a question.");

        var body = new JsonObject { ["model"] = release.Spec.Model.Name };
        foreach (var (name, parameter) in release.Spec.Model.Parameters)
        {
            body[name] = parameter.Value is { } value
                ? JsonNode.Parse(value.GetRawText())
                : JsonValue.Create(parameter.Min ?? parameter.Max);
        }

        if (release.Spec.Tools.Count > 0)
            body["tools"] = new JsonArray([.. release.Spec.Tools.Select(Tool)]);

        var messages = new JsonArray();
        if (release.Spec.Prompt is { Injects: false } prompt)
        {
            foreach (var message in prompt.Messages)
                messages.Add(new JsonObject { ["role"] = message.Role, ["content"] = Filled(message.File, item) });
        }

        messages.Add(new JsonObject { ["role"] = "user", ["content"] = item.Question });
        body["messages"] = messages;
        return body;
    }

    private JsonNode? Tool(ReleaseTool tool) =>
        tool.Definition is { } definition ? JsonNode.Parse(definition.GetRawText()) : JsonNode.Parse(files[tool.File!]);

    private string Filled(string file, EvaluationCase item)
    {
        var text = Encoding.UTF8.GetString(files[file]);
        foreach (var name in release.Spec.Prompt!.Holes.Keys)
        {
            if (!text.Contains($"{{{{{name}}}}}", StringComparison.Ordinal))
                continue;

            text = item.Holes.TryGetValue(name, out var value)
                ? text.Replace($"{{{{{name}}}}}", value, StringComparison.Ordinal)
                : throw new EvaluationSetException(
                    item.Line, $"the prompt has a hole \"{name}\"; give it a value under holes.");
        }

        return text;
    }

    private JsonObject Scoring(EvaluationCase item)
    {
        if (item.Inputs is not { } inputs)
            throw new EvaluationSetException(item.Line, "a scoring model is given inputs.");

        var tensors = new JsonArray();
        foreach (var feature in release.Spec.Model.Features)
        {
            if (!inputs.TryGetValue(feature.Name, out var value))
                throw new EvaluationSetException(item.Line, $"inputs has no value of the feature {feature.Name}.");

            tensors.Add(new JsonObject
            {
                ["name"] = feature.Name,
                ["datatype"] = value.ValueKind == JsonValueKind.Number ? "FP64" : "BYTES",
                ["shape"] = new JsonArray(1),
                ["data"] = new JsonArray(JsonNode.Parse(value.GetRawText())),
            });
        }

        return new JsonObject { ["inputs"] = tensors };
    }
}
