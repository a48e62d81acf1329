using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Gateway.Manifests;
using Provost.Gateway.Routing;

namespace Provost.Control.Why;

/// <summary>What one feature did to a score.</summary>
/// <param name="Value">As recorded, JSON text; null where the request did not have the feature.</param>
/// <param name="Reference">The value that the release approved to compare with, JSON text.</param>
/// <param name="Score">With the feature at its reference; null where the scorer gave none.</param>
/// <param name="Effect">Score as it is less <paramref name="Score"/>; null likewise.</param>
public sealed record FeatureEffect(
    string Feature, string? Value, string Reference, decimal? Score, decimal? Effect, string Words);

/// <summary>Why a model scored as it did.</summary>
/// <param name="Method">How it was found out, to be shown beside every number.</param>
/// <param name="ReasonCodes">What the scorer itself gave as reasons with its answer; empty where it gave none.</param>
/// <param name="Recorded">The score in the record.</param>
/// <param name="Now">The score that the same features give now; null where the scorer gave none.</param>
/// <param name="Effects">The strongest first.</param>
public sealed record Explanation(
    string Method, DateTimeOffset At, IReadOnlyList<string> ReasonCodes, string Recorded, string? Now,
    IReadOnlyList<FeatureEffect> Effects, string Words);

/// <summary>
/// Feature ablation: the recorded features are scored again, one at a time at the reference value that the release
/// approved, all others as they were. What changes is that feature's effect on this score; effects of features together
/// are not seen.
/// </summary>
internal static class Ablation
{
    public const string Method =
        "feature ablation: scored again by the approved version, one feature at a time at its approved reference value";

    private const string Reasons = "reasons";
    private const string ReasonCodes = "reason_codes";
    private static readonly JsonElement Nothing = JsonElement.Parse("[]");

    /// <summary>Whether the release allows it: some feature has a reference.</summary>
    public static bool IsAllowed(ReleaseModel model) => model.Features.Any(feature => feature.Reference is not null);

    /// <summary>Calls to the scorer that it takes: one for the score as it is, one a feature.</summary>
    public static int Calls(ReleaseModel model) => 1 + model.Features.Count(feature => feature.Reference is not null);

    /// <param name="input">The request as recorded.</param>
    /// <param name="output">The answer as recorded; null where none is kept.</param>
    /// <param name="recorded">The score in the record.</param>
    /// <param name="score">Asks the approved version.</param>
    public static async Task<Explanation?> ExplainAsync(
        ReleaseModel model, string input, string? output, string recorded, DateTimeOffset at,
        Func<JsonElement, Task<Rescored>> score)
    {
        if (Tensors(input) is not { } tensors)
            return null;

        var now = await score(Element(tensors));
        var effects = new List<FeatureEffect>();
        foreach (var feature in model.Features.Where(feature => feature.Reference is not null))
        {
            var changed = (JsonArray)tensors.DeepClone();
            var before = Replace(changed, feature);
            var rescored = before is null ? new Rescored(null, "The request does not have it.")
                : now.Score is null ? now
                : await score(Element(changed));
            effects.Add(Effect(feature, before, now.Score, rescored));
        }

        return new Explanation(
            Method, at, CodesOf(output), recorded, now.Score,
            [.. effects.OrderByDescending(effect => Math.Abs(effect.Effect ?? 0))],
            now.Score is null ? $"The score could not be found again. {now.Fault}"
                : Number(now.Score) == Number(recorded) ? "The same features give the recorded score again."
                : $"The same features give {now.Score} now, not the recorded {recorded}: the effects are of now.");
    }

    private static FeatureEffect Effect(FeatureSpec feature, string? before, string? now, Rescored rescored)
    {
        var reference = feature.Reference!.Value.GetRawText();
        if (rescored.Score is null || now is null)
        {
            return new FeatureEffect(
                feature.Name, before, reference, null, null,
                $"The effect of {feature.Name} is not known. {rescored.Fault}");
        }

        var effect = Number(now) - Number(rescored.Score);
        var words = before == reference
            ? $"{feature.Name} is at its reference value {reference} already."
            : effect == 0
                ? $"{feature.Name} being {before} made no difference: with {reference} the score is {now} too."
                : string.Create(CultureInfo.InvariantCulture,
                    $"{feature.Name} being {before} {(effect > 0 ? "raised" : "lowered")} the score by "
                    + $"{Math.Abs(effect)}: with {reference} it would be {rescored.Score}.");
        return new FeatureEffect(feature.Name, before, reference, Number(rescored.Score), effect, words);
    }

    /// <summary>Puts the reference in the place of every value of the feature; gives the first value that stood
    /// there.</summary>
    private static string? Replace(JsonArray tensors, FeatureSpec feature)
    {
        if (tensors.OfType<JsonObject>().FirstOrDefault(t => (string?)t["name"] == feature.Name)?["data"]
            is not JsonArray { Count: > 0 } data)
        {
            return null;
        }

        var first = data[0]?.ToJsonString();
        for (var row = 0; row < data.Count; row++)
            data[row] = JsonNode.Parse(feature.Reference!.Value.GetRawText());
        return first;
    }

    private static JsonArray? Tensors(string input)
    {
        try
        {
            return JsonNode.Parse(input)?["inputs"] as JsonArray;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The texts of an output tensor named <c>reasons</c> or <c>reason_codes</c>.</summary>
    private static IReadOnlyList<string> CodesOf(string? output)
    {
        try
        {
            return output is null ? [] :
            [
                .. ((JsonNode.Parse(output)?["outputs"] as JsonArray)?.OfType<JsonObject>() ?? [])
                    .Where(t => (string?)t["name"] is Reasons or ReasonCodes)
                    .SelectMany(t => t["data"] as JsonArray ?? [])
                    .Select(code => code?.ToString() ?? ""),
            ];
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private static JsonElement Element(JsonArray tensors) =>
        tensors.Count == 0 ? Nothing : JsonSerializer.SerializeToElement(tensors);

    private static decimal Number(string score) => decimal.Parse(score, CultureInfo.InvariantCulture);
}
