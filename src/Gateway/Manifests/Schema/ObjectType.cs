using System.Text.Json.Nodes;

namespace Provost.Gateway.Manifests.Schema;

/// <summary>One key of an <see cref="ObjectType"/>.</summary>
internal sealed record Field(string Name, SchemaType Type, string Meaning)
{
    public bool Required { get; init; }

    /// <summary>Canonical JSON that stands when the key is absent; null: the key then stays absent.</summary>
    public string? Default { get; init; }
}

/// <summary>A mapping with fixed keys. An unknown key is an error; a key this build lacks is refused by name.</summary>
/// <param name="lacking">Keys of the product that a later build reads.</param>
/// <param name="settings">When given, any further key is allowed and read by this type.</param>
internal sealed class ObjectType(
    string describe, IReadOnlyList<Field> fields, IReadOnlyList<string>? lacking = null, SchemaType? settings = null)
    : SchemaType(describe)
{
    public IReadOnlyList<Field> Fields { get; } = fields;

    public IReadOnlyList<string> Lacking { get; } = lacking ?? [];

    public SchemaType? Settings { get; } = settings;

    public override JsonObject ToJsonSchema()
    {
        var properties = new JsonObject();
        foreach (var field in Fields)
        {
            var schema = field.Type.ToJsonSchema();
            schema["description"] = field.Meaning;
            properties[field.Name] = schema;
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. Fields.Where(f => f.Required).Select(f => (JsonNode)f.Name)]),
            ["additionalProperties"] = Settings is null ? false : Settings.ToJsonSchema(),
        };
    }

    public override bool TryRead(ManifestNode node, string path, ReadContext context, out JsonNode? value)
    {
        context.Note(path, node.At);
        value = null;
        if (node is not MappingNode mapping)
        {
            return Mismatch(node, path, context);
        }

        var members = new JsonObject();
        var sound = true;
        foreach (var entry in mapping.Entries)
        {
            var entryPath = YamlReader.Join(path, entry.Key);
            var type = Fields.FirstOrDefault(field => field.Name == entry.Key)?.Type ?? Settings;
            if (type is null || Lacking.Contains(entry.Key) || (Settings is not null && !AnyJsonType.IsKey(entry.Key)))
            {
                RefuseKey(entry, entryPath, context);
                sound = false;
                continue;
            }

            sound &= type.TryRead(entry.Value, entryPath, context, out var member);
            members[entry.Key] = member;
        }

        sound &= Complete(mapping, members, path, context);
        value = members;
        return sound;
    }

    private bool Complete(MappingNode mapping, JsonObject members, string path, ReadContext context)
    {
        var sound = true;
        foreach (var field in Fields.Where(field => mapping.Find(field.Name) is null))
        {
            if (field.Required)
            {
                context.Error(YamlReader.Join(path, field.Name), mapping.At,
                    $"'{field.Name}' is missing.", $"Add {field.Name}: {field.Type.Describe}.");
                sound = false;
            }
            else if (field.Default is not null)
            {
                members[field.Name] = JsonNode.Parse(field.Default);
            }
        }

        return sound;
    }

    private void RefuseKey(MappingEntry entry, string path, ReadContext context)
    {
        var known = $"Keys here: {string.Join(", ", Fields.Select(field => field.Name))}.";
        var message = Lacking.Contains(entry.Key)
            ? $"This build lacks '{entry.Key}'."
            : $"There is no key '{entry.Key}' here.";
        context.Error(path, entry.At, message, known);
    }
}
