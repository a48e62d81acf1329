using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Gateway.Manifests.Schema;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Manifests;

/// <summary>A release or terms document in canonical form: its tree, its bytes and their digest belong
/// together.</summary>
internal sealed class CanonicalDocument
{
    private CanonicalDocument(JsonObject root, byte[] bytes)
    {
        Root = root;
        Bytes = bytes;
        Digest = Provost.Ledger.Statements.Digest.Of(bytes);
    }

    public JsonObject Root { get; }

    public JsonObject Spec => Root.Member("spec");

    public byte[] Bytes { get; }

    public string Digest { get; }

    public static CanonicalDocument Write(JsonObject root)
    {
        using var document = JsonDocument.Parse(root.ToJsonString());
        var bytes = CanonicalJson.From(document.RootElement);

        // The tree is taken from the bytes, so that records are the same whether just written or read back.
        return new CanonicalDocument(JsonNode.Parse(bytes)!.AsObject(), bytes);
    }

    /// <summary>
    /// Reads canonical bytes by the same schema that authors are held to. Bytes that differ from what this build would
    /// write for them are refused: two texts must not share one meaning.
    /// </summary>
    /// <param name="schemaFor">Gives the schema of <c>spec</c> for the root object, null when this build has
    /// none.</param>
    public static CanonicalDocument Read(
        ReadOnlyMemory<byte> bytes, string name, string schemaId, Func<JsonObject, ObjectType?> schemaFor)
    {
        var root = ParseRoot(bytes, name);
        if (root["schema"] is not JsonValue schema || !schema.TryGetValue(out string? id) || id != schemaId
            || root["spec"] is not JsonObject spec || schemaFor(root) is not { } shape)
        {
            throw Fault(name, "schema", $"This is not a document of {schemaId} that this build reads.");
        }

        var errors = new List<ManifestError>();
        var context = new ReadContext(name, canonical: true, errors);
        if (!shape.TryRead(JsonNodes.From(spec), "spec", context, out var read) || read is not JsonObject typed)
        {
            throw new ManifestException(errors);
        }

        root["spec"] = typed;
        var document = Write(root);
        if (!document.Bytes.AsSpan().SequenceEqual(bytes.Span))
        {
            throw Fault(name, "", "The bytes are not in the one canonical form.");
        }

        return document;
    }

    public static ManifestException Fault(string name, string path, string message) =>
        new([new ManifestError(path, name, 0, 0, message, "Read it with the build that wrote it.")]);

    private static JsonObject ParseRoot(ReadOnlyMemory<byte> bytes, string name)
    {
        try
        {
            return CanonicalJson.IsCanonical(bytes.Span) && JsonNode.Parse(bytes.Span) is JsonObject root
                ? root
                : throw Fault(name, "", "This is not a canonical JSON object.");
        }
        catch (JsonException)
        {
            throw Fault(name, "", "This is nested too deeply.");
        }
    }
}

/// <summary>Reading a tree that the schema has already vouched for.</summary>
internal static class JsonNodes
{
    public static JsonObject Member(this JsonObject node, string name) => node[name]!.AsObject();

    public static string Text(this JsonObject node, string name) => node[name]!.GetValue<string>();

    public static string? OptionalText(this JsonObject node, string name) => node[name]?.GetValue<string>();

    public static long Integer(this JsonObject node, string name) =>
        long.Parse(node[name]!.ToJsonString(), CultureInfo.InvariantCulture);

    public static decimal Decimal(this JsonObject node, string name) =>
        decimal.Parse(node.Text(name), CultureInfo.InvariantCulture);

    public static bool Flag(this JsonObject node, string name) => node[name]!.GetValue<bool>();

    public static IReadOnlyList<string> Texts(this JsonObject node, string name) =>
        [.. node[name]!.AsArray().Select(item => item!.GetValue<string>())];

    public static IEnumerable<JsonObject> Objects(this JsonObject node, string name) =>
        node[name]!.AsArray().Select(item => item!.AsObject());

    public static JsonElement Element(this JsonNode? node)
    {
        using var document = JsonDocument.Parse(node?.ToJsonString() ?? "null");
        return document.RootElement.Clone();
    }

    /// <summary>A canonical tree as the schema's reader takes it; it has no lines.</summary>
    public static ManifestNode From(JsonNode? node) => node switch
    {
        JsonObject members => new MappingNode(
            [.. members.Select(m => new MappingEntry(m.Key, default, From(m.Value)))], default),
        JsonArray items => new SequenceNode([.. items.Select(From)], default),
        null => new ScalarNode("", ScalarKind.JsonNull, default),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => new ScalarNode(node.GetValue<string>(), ScalarKind.JsonString, default),
            JsonValueKind.Number => new ScalarNode(node.ToJsonString(), ScalarKind.JsonNumber, default),
            _ => new ScalarNode(node.ToJsonString(), ScalarKind.JsonBoolean, default),
        },
    };
}
