using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Provost.Gateway.Manifests;

/// <summary>What is approved together: a release, the terms it runs under, and its files (those at hand).</summary>
public sealed record ManifestState(byte[] ReleaseJson, byte[] TermsJson, IReadOnlyDictionary<string, byte[]> Files);

/// <summary>
/// What changed since the last approval, field by field. An approver signs <see cref="Digest"/>, so that what was shown
/// can be proved later.
/// </summary>
public sealed record ManifestDifference
{
    /// <summary>In the order of their paths; empty when nothing changed.</summary>
    public required IReadOnlyList<ManifestChange> Changes { get; init; }

    /// <summary>
    /// Canonical JSON of <c>{schema:"provost.difference/1", before, after, changes:[{path, before, after}]}</c>, where
    /// before and after are <c>{release, terms}</c> digests (before null at the first approval). Texts of files are in
    /// it by their digests.
    /// </summary>
    public required byte[] Json { get; init; }

    /// <summary><c>sha256:…</c> of <see cref="Json"/>.</summary>
    public required string Digest { get; init; }
}

/// <param name="Path">For example <c>release.spec.model.parameters.temperature</c>, <c>terms.spec.purpose</c>,
/// <c>release.files.prompts/refund.md</c>.</param>
/// <param name="Before">Canonical JSON, null when the path is new.</param>
/// <param name="After">Canonical JSON, null when the path is gone.</param>
/// <param name="Words">For a text on both sides (a text file, or a field of several words): the difference by words;
/// otherwise null.</param>
public sealed record ManifestChange(string Path, string? Before, string? After, IReadOnlyList<WordPiece>? Words);

/// <summary>Computes a <see cref="ManifestDifference"/>; the same on the command line and on the server.</summary>
public static class ManifestDiff
{
    private const int MaxTextBytes = 256 << 10;
    private const string FilesPath = "release.files.";

    /// <param name="before">What was approved last, null at the first approval: then everything is new.</param>
    public static ManifestDifference Between(ManifestState? before, ManifestState after)
    {
        var old = before is null ? new Dictionary<string, string>() : Leaves(before);
        var now = Leaves(after);
        var changes = new List<ManifestChange>();
        foreach (var path in old.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            var was = old.GetValueOrDefault(path);
            var isNow = now.GetValueOrDefault(path);
            if (was != isNow)
            {
                var words = Words(path, before, after) ?? Words(was, isNow);
                changes.Add(new ManifestChange(path, was, isNow, words));
            }
        }

        var document = CanonicalDocument.Write(new JsonObject
        {
            ["schema"] = "provost.difference/1",
            ["before"] = before is null ? null : Digests(before),
            ["after"] = Digests(after),
            ["changes"] = new JsonArray([.. changes.Select(change => new JsonObject
            {
                ["path"] = change.Path,
                ["before"] = change.Before is null ? null : JsonNode.Parse(change.Before),
                ["after"] = change.After is null ? null : JsonNode.Parse(change.After),
            })]),
        });
        return new ManifestDifference { Changes = changes, Json = document.Bytes, Digest = document.Digest };
    }

    private static JsonObject Digests(ManifestState state) => new()
    {
        ["release"] = Ledger.Statements.Digest.Of(state.ReleaseJson),
        ["terms"] = Ledger.Statements.Digest.Of(state.TermsJson),
    };

    private static Dictionary<string, string> Leaves(ManifestState state)
    {
        var leaves = new Dictionary<string, string>();
        var release = JsonNode.Parse(state.ReleaseJson)!.AsObject();
        foreach (var file in release.Objects("files"))
        {
            leaves[FilesPath + file.Text("path")] =
                $$"""{"sha256":"{{file.Text("sha256")}}","size":{{file.Integer("size")}}}""";
        }

        release.Remove("files");
        Collect(release, "release", leaves);
        Collect(JsonNode.Parse(state.TermsJson), "terms", leaves);
        return leaves;
    }

    private static void Collect(JsonNode? node, string path, Dictionary<string, string> leaves)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members when !IsNumber(members):
                foreach (var (key, member) in members)
                {
                    Collect(member, $"{path}.{key}", leaves);
                }

                break;
            case JsonArray { Count: > 0 } items:
                for (var i = 0; i < items.Count; i++)
                {
                    Collect(items[i], $"{path}[{i}]", leaves);
                }

                break;
            default:
                leaves[path] = node?.ToJsonString() ?? "null";
                break;
        }
    }

    /// <summary>A fraction stands as <c>{"number":"0.2"}</c>: one value to a reader.</summary>
    private static bool IsNumber(JsonObject members) => members is { Count: 1 } && members["number"] is JsonValue;

    private static IReadOnlyList<WordPiece>? Words(string path, ManifestState? before, ManifestState after)
    {
        if (before is null || !path.StartsWith(FilesPath))
        {
            return null;
        }

        var file = path[FilesPath.Length..];
        return before.Files.TryGetValue(file, out var old) && after.Files.TryGetValue(file, out var now)
            && IsText(old) && IsText(now)
            ? WordDiff.Between(System.Text.Encoding.UTF8.GetString(old), System.Text.Encoding.UTF8.GetString(now))
            : null;
    }

    private static IReadOnlyList<WordPiece>? Words(string? before, string? after) =>
        Sentence(before) is { } old && Sentence(after) is { } now ? WordDiff.Between(old, now) : null;

    /// <summary>The text of a field that holds several words; null for any other value.</summary>
    private static string? Sentence(string? json) =>
        json is ['"', ..] && JsonNode.Parse(json)!.GetValue<string>() is var text
        && text.Contains(' ', StringComparison.Ordinal)
            ? text
            : null;

    private static bool IsText(byte[] bytes) => bytes.Length <= MaxTextBytes && Utf8.IsValid(bytes);
}
