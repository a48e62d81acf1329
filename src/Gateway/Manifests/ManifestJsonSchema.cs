using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Manifests;

/// <summary>
/// The manifest's form as JSON Schema (draft 2020-12), one schema for each document of a file: what editors complete
/// and underline by. The reader is stricter; what it says counts.
/// </summary>
public static class ManifestJsonSchema
{
    /// <summary>Names this form of the manifest; nothing is fetched from there.</summary>
    public const string Id = "https://provost.dev/schema/manifest/v1.json";

    /// <summary>The schema's text, indented, UTF-8.</summary>
    public static byte[] ToBytes() => Encoding.UTF8.GetBytes(
        Schema().ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n");

    private static JsonObject Schema() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["$id"] = Id,
        ["title"] = "Provost manifest",
        ["anyOf"] = new JsonArray(
            Document("A governed system.", SystemSchema.Kind, SystemSchema.Metadata, SystemSchema.Spec),
            Release("A release of an LLM application.", ReleaseSchema.Llm),
            Release("A release of a scoring model.", ReleaseSchema.Model),
            Release("A release of an agent.", ReleaseKinds.Agent),
            Release("A release of a vendor's endpoint.", ReleaseKinds.Vendor),
            Release("A release of a chain.", ReleaseKinds.Chain)),
    };

    private static JsonObject Release(string title, ObjectType spec) =>
        Document(title, ReleaseSchema.Kind, ReleaseSchema.Metadata, spec);

    private static JsonObject Document(string title, string kind, ObjectType metadata, ObjectType spec) => new()
    {
        ["title"] = title,
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["const"] = ManifestParser.ApiVersion },
            ["kind"] = new JsonObject { ["const"] = kind },
            ["metadata"] = metadata.ToJsonSchema(),
            ["spec"] = spec.ToJsonSchema(),
        },
        ["required"] = new JsonArray("apiVersion", "kind", "metadata", "spec"),
        ["additionalProperties"] = false,
    };
}
