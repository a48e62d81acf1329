using System.Text.Json.Nodes;
using Provost.Gateway.Binding;
using Provost.Gateway.Manifests;
using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Envelopes;

/// <summary>What a release changes against its parent, and what of it the parent's envelope does not let.</summary>
/// <param name="Changes">The parts that may vary and do; each within its bound where nothing is outside.</param>
/// <param name="Outside">One sentence for each part that left its bound or has none; empty for a variant.</param>
public sealed record VariantVerdict(IReadOnlyList<VariantChange> Changes, IReadOnlyList<string> Outside);

/// <summary>
/// Compares a release with the one whose envelope it wants to stand in. The parts that may vary are taken out of both
/// documents; what is left must be equal to the byte, so that no part can vary unseen.
/// </summary>
public static class VariantComparison
{
    private const int MostShown = 20;

    /// <param name="origin">The release with the envelope.</param>
    /// <param name="originFiles">Path to bytes, the prompt's at least.</param>
    /// <param name="variant">The release that names it as its parent.</param>
    /// <param name="variantFiles">Likewise.</param>
    /// <exception cref="ManifestException">A text is missing or not the one under the release's digest.</exception>
    public static VariantVerdict Between(
        ReleaseDocument origin, IReadOnlyDictionary<string, byte[]> originFiles,
        ReleaseDocument variant, IReadOnlyDictionary<string, byte[]> variantFiles)
    {
        if (origin.Spec.Envelope is not { } envelope)
            return new VariantVerdict([], [$"{origin.System}@{origin.Version} declares no envelope"]);

        if (variant.System != origin.System || variant.Kind != origin.Kind || variant.Spec.Parent != origin.Digest)
            return new VariantVerdict([], [$"spec.parent is not {origin.Digest}"]);

        var (was, now) = (Rest.Of(origin, originFiles), Rest.Of(variant, variantFiles));
        var changes = new List<VariantChange>();
        foreach (var (kind, name, part, bound) in EnvelopeBounds.Parts(envelope))
        {
            var (before, after) = (was.Take(kind, name), now.Take(kind, name));
            if (before != after)
                changes.Add(new VariantChange(part, before, after, bound));
        }

        var outside = changes.Select(c => EnvelopeBounds.Outside(envelope, c)).OfType<string>().ToList();
        if (was.Json() != now.Json())
            outside.AddRange(Unnamed(was, now));

        return new VariantVerdict(changes, outside);
    }

    private static List<string> Unnamed(Rest was, Rest now)
    {
        var paths = new List<string>();
        Walk(was.Root, now.Root, "", paths);
        var shown = paths.Take(MostShown).Select(p => $"{p} differs; the envelope does not let it vary").ToList();
        if (paths.Count > MostShown)
            shown.Add($"{paths.Count - MostShown} further parts differ");

        return shown;
    }

    /// <summary>The places where two trees differ, for readers.</summary>
    private static void Walk(JsonNode? was, JsonNode? now, string path, List<string> found)
    {
        switch (was, now)
        {
            case (JsonObject before, JsonObject after):
                foreach (var key in before.Select(m => m.Key).Union(after.Select(m => m.Key)))
                {
                    var here = path.Length == 0 ? key : $"{path}.{key}";
                    if (before.ContainsKey(key) == after.ContainsKey(key))
                        Walk(before[key], after[key], here, found);
                    else
                        found.Add(here);
                }

                break;
            case (JsonArray before, JsonArray after) when before.Count == after.Count:
                for (var i = 0; i < before.Count; i++)
                    Walk(before[i], after[i], $"{path}[{i}]", found);

                break;
            default:
                if (was?.ToJsonString() != now?.ToJsonString())
                    found.Add(path);

                break;
        }
    }

    /// <summary>A release's document, out of which parts are taken.</summary>
    private sealed class Rest
    {
        private readonly ReleaseDocument _release;
        private readonly IReadOnlyDictionary<string, byte[]> _files;

        private Rest(ReleaseDocument release, IReadOnlyDictionary<string, byte[]> files, JsonObject root)
        {
            _release = release;
            _files = files;
            Root = root;
        }

        public JsonObject Root { get; }

        private JsonObject Spec => Root["spec"]!.AsObject();

        /// <summary>The document without what tells every variant from its parent: its name and whose it is.</summary>
        public static Rest Of(ReleaseDocument release, IReadOnlyDictionary<string, byte[]> files)
        {
            var root = JsonNode.Parse(release.ReleaseJson)!.AsObject();
            root.Remove("version");
            root["spec"]!.AsObject().Remove("parent");
            return new Rest(release, files, root);
        }

        public string Json() => Root.ToJsonString();

        /// <summary>A part's value as JSON; null stands in its place from then on. A part that is not there leaves the
        /// document as it is.</summary>
        public string Take(string kind, string name) => kind switch
        {
            "parameters" => Parameter(name),
            "prompts" => Prompt(name),
            "adapters" => Named(Spec["model"]?["adapters"] as JsonArray, name, ["digest"]),
            "dataSets" => Named(Spec["dataSets"] as JsonArray, name, ["version", "digest"]),
            EnvelopeBounds.Retrieval => Spec["retrieval"] is JsonObject index
                ? Cut(index, ["version", "digest"]).ToJsonString()
                : "null",
            _ => Cut(Spec["model"]!.AsObject(), ["version", "artifact", "data"]).ToJsonString(),
        };

        private string Parameter(string name)
        {
            if (Spec["model"]?["parameters"] is not JsonObject parameters || !parameters.ContainsKey(name))
                return "null";

            var plain = AnyJsonType.ToPlain(parameters[name])?.ToJsonString() ?? "null";
            parameters[name] = null;
            return plain;
        }

        private string Prompt(string file)
        {
            var listed = Root["files"]!.AsArray().OfType<JsonObject>().FirstOrDefault(f => f.Text("path") == file);
            if (listed is null || !EnvelopeBounds.IsPromptAlone(_release.Spec, file))
                return "null";

            var text = ApprovedFile.Get(_release, _files, file).Span;
            var template = PromptTemplate.Compile(text, _release.Spec.Prompt!.Holes);
            var shown = new JsonObject
            {
                ["sha256"] = listed.Text("sha256"),
                ["length"] = template.Faults.Count == 0 ? EnvelopeBounds.LengthOf(text) : int.MaxValue,
                ["holes"] = new JsonArray(
                    [.. template.HoleNames.Order(StringComparer.Ordinal).Select(h => JsonValue.Create(h))]),
            };
            listed["sha256"] = null;
            listed["size"] = null;
            return shown.ToJsonString();
        }

        private static string Named(JsonArray? items, string name, string[] members)
        {
            var taken = new JsonArray();
            foreach (var item in items?.OfType<JsonObject>().Where(i => i.Text("name") == name) ?? [])
            {
                var cut = Cut(item, members);
                taken.Add(members.Length == 1 ? cut[members[0]]!.DeepClone() : cut);
            }

            return taken.ToJsonString();
        }

        private static JsonObject Cut(JsonObject from, string[] members)
        {
            var cut = new JsonObject();
            foreach (var member in members)
            {
                cut[member] = from[member]?.DeepClone();
                from[member] = null;
            }

            return cut;
        }
    }
}
