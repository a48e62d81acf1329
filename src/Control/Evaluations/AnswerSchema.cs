using System.Text.Json;

namespace Provost.Control.Evaluations;

/// <summary>
/// The part of JSON Schema (draft 2020-12) that needs no pattern and no reference: <c>type</c>, <c>enum</c>,
/// <c>properties</c>, <c>required</c>, <c>additionalProperties</c> (a flag), <c>items</c>, <c>minimum</c>,
/// <c>maximum</c>, <c>minLength</c>, <c>maxLength</c>. Any other keyword is refused: ignored, it would pass what it was
/// written to fail.
/// </summary>
public sealed class AnswerSchema
{
    private static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    private readonly Dictionary<string, AnswerSchema> _properties = [];
    private string? _type;
    private List<JsonElement>? _enum;
    private List<string> _required = [];
    private bool _mayHaveMore = true;
    private AnswerSchema? _items;
    private decimal? _minimum;
    private decimal? _maximum;
    private int? _minLength;
    private int? _maxLength;

    private AnswerSchema()
    {
    }

    /// <summary>Why a text is not JSON of this form; null when it is.</summary>
    public string? Failure(string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return Failure(document.RootElement, "the answer");
        }
        catch (JsonException)
        {
            return "it is no JSON";
        }
    }

    /// <exception cref="EvaluationSetException">It uses what is not of the subset.</exception>
    internal static AnswerSchema Read(JsonElement json, int line)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new EvaluationSetException(line, "a schema is a mapping.");

        var schema = new AnswerSchema();
        try
        {
            foreach (var keyword in json.EnumerateObject())
                schema.Take(keyword, line);
        }
        catch (Exception broken) when (broken is InvalidOperationException or FormatException)
        {
            throw new EvaluationSetException(line, $"a keyword of the schema is of another form: {broken.Message}");
        }

        return schema;
    }

    private void Take(JsonProperty keyword, int line)
    {
        switch (keyword.Name)
        {
            case "type":
                _type = keyword.Value.GetString();
                if (!Types.Contains(_type))
                    throw new EvaluationSetException(line, $"a schema has no type \"{_type}\".");
                break;
            case "enum": _enum = [.. keyword.Value.EnumerateArray().Select(v => v.Clone())]; break;
            case "required": _required = [.. keyword.Value.EnumerateArray().Select(v => v.GetString()!)]; break;
            case "additionalProperties": _mayHaveMore = keyword.Value.GetBoolean(); break;
            case "items": _items = Read(keyword.Value, line); break;
            case "minimum": _minimum = keyword.Value.GetDecimal(); break;
            case "maximum": _maximum = keyword.Value.GetDecimal(); break;
            case "minLength": _minLength = keyword.Value.GetInt32(); break;
            case "maxLength": _maxLength = keyword.Value.GetInt32(); break;
            case "properties":
                foreach (var property in keyword.Value.EnumerateObject())
                    _properties.Add(property.Name, Read(property.Value, line));
                break;
            default:
                throw new EvaluationSetException(line, $"the schema's keyword \"{keyword.Name}\" is not checked here.");
        }
    }

    private string? Failure(JsonElement json, string at)
    {
        if (_type is not null && !IsOf(_type, json))
            return $"{at} is no {_type}";

        if (_enum is not null && !_enum.Exists(v => JsonElement.DeepEquals(v, json)))
            return $"{at} is none of the values named";

        return json.ValueKind switch
        {
            JsonValueKind.Object => Members(json, at),
            JsonValueKind.Array when _items is not null => json.EnumerateArray()
                .Select((item, i) => _items.Failure(item, $"{at}[{i}]")).FirstOrDefault(f => f is not null),
            JsonValueKind.String => Length(json.GetString()!, at),
            JsonValueKind.Number => Range(json, at),
            _ => null,
        };
    }

    private string? Members(JsonElement json, string at)
    {
        if (_required.FirstOrDefault(name => !json.TryGetProperty(name, out _)) is { } missing)
            return $"{at} has no {missing}";

        foreach (var member in json.EnumerateObject())
        {
            if (!_properties.TryGetValue(member.Name, out var schema))
            {
                if (!_mayHaveMore)
                    return $"{at} has {member.Name}, which is not named";
            }
            else if (schema.Failure(member.Value, $"{at}.{member.Name}") is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private string? Length(string text, string at)
    {
        var length = text.EnumerateRunes().Count();
        return length < _minLength ? $"{at} is shorter than {_minLength}"
            : length > _maxLength ? $"{at} is longer than {_maxLength}"
            : null;
    }

    private string? Range(JsonElement json, string at) => !json.TryGetDecimal(out var number)
        ? $"{at} is larger than what can be compared"
        : number < _minimum ? $"{at} is below {_minimum}"
        : number > _maximum ? $"{at} is above {_maximum}"
        : null;

    private static bool IsOf(string type, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Null => type == "null",
        // 2020-12: a number without a fraction is an integer, however it is written
        JsonValueKind.Number => type == "number"
            || (type == "integer" && json.TryGetDecimal(out var number) && decimal.Truncate(number) == number),
        _ => false,
    };
}
