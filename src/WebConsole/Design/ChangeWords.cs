using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Provost.Gateway.Manifests;

namespace Provost.WebConsole.Design;

/// <summary>Writes a changed field of a manifest as a reader would: no JSON, no escapes.</summary>
public static partial class ChangeWords
{
    private const string Files = "release.files.";

    /// <summary>The file that a change is about; null for a field.</summary>
    public static string? File(ManifestChange change) =>
        change.Path.StartsWith(Files, StringComparison.Ordinal) ? change.Path[Files.Length..] : null;

    /// <summary><c>model.parameters.temperature</c>, <c>file prompts/refund.md</c>.</summary>
    public static string Field(ManifestChange change)
    {
        if (File(change) is { } file)
        {
            return $"file {file}";
        }

        // release.spec.model.name: which half it stands in is said beside
        var parts = change.Path.Split('.', 3);
        return parts is [_, "spec", var field] ? field : change.Path[(parts[0].Length + 1)..];
    }

    /// <summary><c>release</c> or <c>terms</c>.</summary>
    public static string Half(ManifestChange change) => change.Path.Split('.', 2)[0];

    /// <summary>The value behind canonical JSON: text without quotes, fractions as written, files by size.</summary>
    public static string Value(ManifestChange change, string json) => JsonNode.Parse(json) switch
    {
        null => "none",
        JsonValue lasts when LastsMilliseconds().IsMatch(change.Path) => Lasting(lasts.GetValue<long>()),
        JsonObject { Count: 1 } number when number["number"] is JsonValue digits => digits.ToString(),
        JsonObject file when file["sha256"] is JsonValue digest && file["size"] is JsonValue size =>
            $"{Say.Number(size.GetValue<long>(), "byte", "bytes")}, {Say.Digest($"sha256:{digest}")}",
        JsonObject { Count: 0 } or JsonArray { Count: 0 } => "empty",
        JsonValue value => value.ToString(),
        var other => other.ToJsonString(),
    };

    /// <summary>As a manifest writes it: <c>500ms</c>, <c>2s</c>, <c>180d</c>.</summary>
    private static string Lasting(long milliseconds)
    {
        (long Of, string Unit)[] units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms")];
        var (of, unit) = units.First(u => milliseconds % u.Of == 0);
        return $"{milliseconds / of}{unit}";
    }

    /// <summary>Fields whose canonical form is a number of milliseconds.</summary>
    [GeneratedRegex(@"\.(thresholds\.latency\.over|approval\.expires|escalation\[\d+\]\.after)$")]
    private static partial Regex LastsMilliseconds();
}
