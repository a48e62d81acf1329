using System.Text.Json.Nodes;

namespace Provost.Gateway.Manifests.Schema;

/// <summary>
/// One of a few words. Words that the product knows but this build lacks are refused by their name, so that nobody
/// believes a protection is on that is not there.
/// </summary>
internal sealed class ChoiceType(string noun, IReadOnlyList<string> words, IReadOnlyList<string> lacking)
    : ScalarType(string.Join(" | ", words))
{
    public override JsonObject ToJsonSchema() =>
        new() { ["enum"] = new JsonArray([.. words.Select(w => (JsonNode)w)]) };

    protected override JsonNode? ParseAuthored(string text) => words.Contains(text) ? JsonValue.Create(text) : null;

    protected override bool Explain(ScalarNode node, string path, ReadContext context)
    {
        if (!lacking.Contains(node.Text))
        {
            context.Error(path, node.At, $"There is no {noun} {node.Describe}.", $"Write one of: {Describe}.");
            return false;
        }

        context.Error(path, node.At, $"This build lacks {noun} '{node.Text}'.", $"It has: {Describe}.");
        return false;
    }
}

internal sealed class ListType(SchemaType item, int min = 0, int max = 1000, bool unique = false)
    : SchemaType($"a list of {item.Describe}")
{
    public SchemaType Item { get; } = item;

    public override JsonObject ToJsonSchema() => new()
    {
        ["type"] = "array",
        ["items"] = Item.ToJsonSchema(),
        ["minItems"] = min,
        ["maxItems"] = max,
        ["uniqueItems"] = unique,
    };

    public override bool TryRead(ManifestNode node, string path, ReadContext context, out JsonNode? value)
    {
        context.Note(path, node.At);
        value = null;
        if (node is not SequenceNode sequence)
        {
            return Mismatch(node, path, context);
        }

        if (sequence.Items.Count < min || sequence.Items.Count > max)
        {
            context.Error(path, node.At, $"The list has {sequence.Items.Count} entries.", $"Give {min} to {max}.");
            return false;
        }

        var array = new JsonArray();
        var seen = new HashSet<string>();
        var sound = true;
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            var item = sequence.Items[i];
            sound &= Item.TryRead(item, $"{path}[{i}]", context, out var read);
            if (unique && read is not null && !seen.Add(read.ToJsonString()))
            {
                context.Error($"{path}[{i}]", item.At, $"{item.Describe} stands twice.", "Keep one of the two.");
                sound = false;
            }

            array.Add(read);
        }

        value = array;
        return sound;
    }
}

/// <summary>A mapping whose keys the author chooses.</summary>
internal sealed class MapType(TokenType key, SchemaType item, int max = 64)
    : SchemaType($"a mapping from {key.Describe} to {item.Describe}")
{
    public SchemaType Item { get; } = item;

    public override JsonObject ToJsonSchema() => new()
    {
        ["type"] = "object",
        ["propertyNames"] = new JsonObject { ["pattern"] = key.Pattern },
        ["additionalProperties"] = Item.ToJsonSchema(),
        ["maxProperties"] = max,
    };

    public override bool TryRead(ManifestNode node, string path, ReadContext context, out JsonNode? value)
    {
        context.Note(path, node.At);
        value = null;
        if (node is not MappingNode mapping)
        {
            return Mismatch(node, path, context);
        }

        if (mapping.Entries.Count > max)
        {
            context.Error(path, node.At, $"The mapping has {mapping.Entries.Count} entries.", $"Give at most {max}.");
            return false;
        }

        var members = new JsonObject();
        var sound = true;
        foreach (var entry in mapping.Entries)
        {
            var entryPath = YamlReader.Join(path, entry.Key);
            if (!key.Fits(entry.Key))
            {
                context.Error(entryPath, entry.At, $"The key '{entry.Key}' does not fit.", $"Write {key.Describe}.");
                sound = false;
                continue;
            }

            sound &= Item.TryRead(entry.Value, entryPath, context, out var read);
            members[entry.Key] = read;
        }

        value = members;
        return sound;
    }
}
