using System.Globalization;
using System.Text.Json.Nodes;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Manifests.Schema;

/// <summary>
/// Any JSON value, for what others define: parameters, tool definitions, guardrail settings. Canonical JSON has no
/// fractions, so a number that is not a whole one is written <c>{"number":"0.2"}</c>; an object that has only that one
/// key is wrapped as <c>{"object":{…}}</c> to stay distinct. Plain YAML scalars are typed by YAML's core schema.
/// </summary>
internal sealed class AnyJsonType() : SchemaType("a JSON value")
{
    private const string NumberKey = "number";
    private const string ObjectKey = "object";
    private const decimal MaxSafe = 9007199254740991m;

    public static AnyJsonType Instance { get; } = new();

    public override bool TryRead(ManifestNode node, string path, ReadContext context, out JsonNode? value)
    {
        context.Note(path, node.At);
        switch (node)
        {
            case ScalarNode scalar:
                return TryScalar(scalar, path, context, out value);
            case SequenceNode sequence:
                return TrySequence(sequence, path, context, out value);
            default:
                return TryMapping((MappingNode)node, path, context, out value);
        }
    }

    public override JsonObject ToJsonSchema() => [];

    /// <summary>The plain JSON that a canonical value stands for.</summary>
    public static JsonNode? ToPlain(JsonNode? canonical) => canonical switch
    {
        JsonArray array => new JsonArray([.. array.Select(ToPlain)]),
        JsonObject { Count: 1 } wrapped when wrapped[NumberKey] is JsonValue number =>
            JsonValue.Create(decimal.Parse(number.GetValue<string>(), CultureInfo.InvariantCulture)),
        JsonObject { Count: 1 } wrapped when wrapped[ObjectKey] is JsonObject inner => PlainMembers(inner),
        JsonObject members => PlainMembers(members),
        _ => canonical?.DeepClone(),
    };

    private static JsonObject PlainMembers(JsonObject members) =>
        new(members.Select(member => KeyValuePair.Create(member.Key, ToPlain(member.Value))));

    private bool TryScalar(ScalarNode scalar, string path, ReadContext context, out JsonNode? value)
    {
        value = null;
        switch (scalar.Kind)
        {
            case ScalarKind.JsonNull:
            case ScalarKind.Plain when scalar.Text is "" or "~" or "null" or "Null" or "NULL":
                return true;
            case ScalarKind.JsonBoolean:
            case ScalarKind.Plain when scalar.Text is "true" or "false":
                value = JsonValue.Create(scalar.Text == "true");
                return true;
            case ScalarKind.JsonNumber:
            case ScalarKind.Plain when LooksNumeric(scalar.Text):
                return TryNumber(scalar, path, context, out value);
            case ScalarKind.Plain when scalar.Text is "True" or "TRUE" or "False" or "FALSE":
                context.Error(path, scalar.At, $"Is {scalar.Text} a truth value or a word?",
                    "Write true, false or quote it.");
                return false;
            default:
                value = JsonValue.Create(scalar.Text);
                return TextType.IsText(scalar.Text, int.MaxValue) || scalar.Text.Length == 0
                    || Mismatch(scalar, path, context);
        }
    }

    private static bool LooksNumeric(string text) =>
        text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')
        && text.Any(char.IsAsciiDigit)
        && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static bool TryNumber(ScalarNode scalar, string path, ReadContext context, out JsonNode? value)
    {
        value = null;
        if (scalar.Text.Length > 28
            || !decimal.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            context.Error(path, scalar.At, $"The number {scalar.Describe} has too many digits.", "Use at most 28.");
            return false;
        }

        value = number == decimal.Truncate(number) && Math.Abs(number) <= MaxSafe
            ? JsonValue.Create((long)number)
            : new JsonObject { [NumberKey] = CanonicalJson.DecimalText(number) };
        return true;
    }

    private bool TrySequence(SequenceNode sequence, string path, ReadContext context, out JsonNode? value)
    {
        var array = new JsonArray();
        var sound = true;
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            sound &= TryRead(sequence.Items[i], $"{path}[{i}]", context, out var item);
            array.Add(item);
        }

        value = array;
        return sound;
    }

    private bool TryMapping(MappingNode mapping, string path, ReadContext context, out JsonNode? value)
    {
        if (context.Canonical && mapping.Entries is [{ Key: NumberKey, Value: ScalarNode number }]
            && number.Kind is ScalarKind.JsonString && LooksNumeric(number.Text))
        {
            return TryNumber(number, path, context, out value);
        }

        if (context.Canonical && mapping.Entries is [{ Key: ObjectKey, Value: MappingNode inner }])
        {
            mapping = inner;
        }

        var members = new JsonObject();
        var sound = true;
        foreach (var entry in mapping.Entries)
        {
            if (!IsKey(entry.Key))
            {
                context.Error(path, entry.At, $"The key '{entry.Key}' is not plain ASCII.",
                    "Put the value into a file.");
                sound = false;
                continue;
            }

            sound &= TryRead(entry.Value, YamlReader.Join(path, entry.Key), context, out var member);
            members[entry.Key] = member;
        }

        value = IsAmbiguous(members) ? new JsonObject { [ObjectKey] = members } : members;
        return sound;
    }

    /// <summary>Canonical JSON has no other keys: they would need escapes or a sort order of their own.</summary>
    public static bool IsKey(string key) => key.Length > 0
        && key.All(c => c is >= ' ' and < '\u007f' and not ('"' or '\\'));

    private static bool IsAmbiguous(JsonObject members) =>
        members.Count == 1 && (members.ContainsKey(NumberKey) || members.ContainsKey(ObjectKey));
}
