using System.Text.Json.Nodes;

namespace Provost.Gateway.Manifests.Schema;

/// <summary>A type of the manifest's schema: it turns what an author wrote into its one canonical form.</summary>
/// <param name="describe">Ends the sentence "must be …" and fills the reference table.</param>
internal abstract class SchemaType(string describe)
{
    public string Describe { get; } = describe;

    /// <summary>False after it has reported why. A true with a null value is the JSON null.</summary>
    public abstract bool TryRead(ManifestNode node, string path, ReadContext context, out JsonNode? value);

    /// <summary>The type as JSON Schema, for editors: it refuses nothing that the reader takes, and may take what the
    /// reader refuses.</summary>
    public abstract JsonObject ToJsonSchema();

    /// <summary>Text as YAML gives it: a plain 3 or true is what was meant, too.</summary>
    protected static JsonObject TextSchema(string? pattern = null)
    {
        var schema = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
        if (pattern is not null)
            schema["pattern"] = pattern;

        return schema;
    }

    protected bool Mismatch(ManifestNode node, string path, ReadContext context)
    {
        context.Error(path, node.At, $"This is {node.Describe}; it must be {Describe}.", $"Write {Describe}.");
        return false;
    }
}

/// <summary>A type whose canonical form is one JSON string unless a subclass says otherwise.</summary>
internal abstract class ScalarType(string describe) : SchemaType(describe)
{
    protected virtual ScalarKind CanonicalKind => ScalarKind.JsonString;

    public override bool TryRead(ManifestNode node, string path, ReadContext context, out JsonNode? value)
    {
        context.Note(path, node.At);
        value = null;
        if (node is not ScalarNode scalar || (context.Canonical && scalar.Kind != CanonicalKind))
        {
            return Mismatch(node, path, context);
        }

        value = context.Canonical ? ParseCanonical(scalar.Text) : ParseAuthored(scalar.Text);
        return value is not null || Explain(scalar, path, context);
    }

    /// <summary>Null when the text is not of this type.</summary>
    protected abstract JsonNode? ParseAuthored(string text);

    protected virtual JsonNode? ParseCanonical(string text) => ParseAuthored(text);

    protected virtual bool Explain(ScalarNode node, string path, ReadContext context) => Mismatch(node, path, context);
}
