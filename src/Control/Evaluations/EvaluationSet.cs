using System.Text.Json;

namespace Provost.Control.Evaluations;

/// <summary>One case of an evaluation set.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Id">The case's own id; its line where it has none.</param>
/// <param name="Question">What the user says; null for a scoring model.</param>
/// <param name="Inputs">Feature to value; null for a language model.</param>
/// <param name="Holes">Values of the prompt's holes.</param>
/// <param name="Expect">What the answer must be; null where the label alone is compared.</param>
/// <param name="Label">The right class; null where none is asked for.</param>
/// <param name="Groups">Groups that the case belongs to, as <c>gender</c> to <c>f</c>.</param>
public sealed record EvaluationCase(
    int Line, string Id, string? Question, IReadOnlyDictionary<string, JsonElement>? Inputs,
    IReadOnlyDictionary<string, string> Holes, AnswerCheck? Expect, string? Label,
    IReadOnlyDictionary<string, string> Groups);

/// <summary>An evaluation set that cannot be used, with the place.</summary>
public sealed class EvaluationSetException(int line, string message)
    : Exception($"Line {line} of the evaluation set: {message}")
{
    public int Line => line;
}

/// <summary>
/// An evaluation set: JSON Lines, one case a line, strict. A language model's case has <c>question</c> and, where the
/// prompt has holes, <c>holes</c>; a scoring model's has <c>inputs</c>. Both may have <c>id</c>, <c>expect</c>,
/// <c>label</c> and <c>groups</c>; one of <c>expect</c> and <c>label</c> is needed. A first line
/// <c>{"favourable":"admit"}</c> names the class that groups are compared by.
/// </summary>
/// <param name="Favourable">The class that selection rates count; null without one.</param>
public sealed record EvaluationSet(IReadOnlyList<EvaluationCase> Cases, string? Favourable)
{
    /// <summary>Most cases of a set.</summary>
    public const int MostCases = 10_000;

    /// <exception cref="EvaluationSetException">It is not of that form.</exception>
    public static EvaluationSet Read(ReadOnlySpan<byte> jsonLines)
    {
        var cases = new List<EvaluationCase>();
        string? favourable = null;
        var number = 0;
        foreach (var range in jsonLines.Split((byte)'\n'))
        {
            number++;
            var line = jsonLines[range].Trim(" \t\r"u8);
            if (line.IsEmpty)
                continue;

            using var document = Parse(line, number);
            var json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object)
                throw new EvaluationSetException(number, "it is no object.");

            if (cases.Count == 0 && favourable is null && json.TryGetProperty("favourable", out var named))
            {
                favourable = Text(named, "favourable", number);
                continue;
            }

            if (cases.Count == MostCases)
                throw new EvaluationSetException(number, $"a set has at most {MostCases} cases.");

            cases.Add(Case(json, number));
        }

        return cases.Count == 0
            ? throw new EvaluationSetException(Math.Max(1, number), "it has no case.")
            : new EvaluationSet(cases, favourable);
    }

    private static JsonDocument Parse(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            return JsonDocument.Parse(line.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException broken)
        {
            throw new EvaluationSetException(number, $"it is no JSON: {broken.Message}");
        }
    }

    private static EvaluationCase Case(JsonElement json, int line)
    {
        string? id = null, question = null, label = null;
        Dictionary<string, JsonElement>? inputs = null;
        AnswerCheck? expect = null;
        Dictionary<string, string> holes = [], groups = [];
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "id": id = Text(member.Value, "id", line); break;
                case "question": question = Text(member.Value, "question", line); break;
                case "label": label = Text(member.Value, "label", line); break;
                case "inputs": inputs = Inputs(member.Value, line); break;
                case "expect": expect = AnswerCheck.Read(member.Value, line); break;
                case "holes": holes = Texts(member.Value, "holes", line); break;
                case "groups": groups = Texts(member.Value, "groups", line); break;
                default:
                    throw new EvaluationSetException(line, $"a case has no member \"{member.Name}\".");
            }
        }

        if (question is null == inputs is null)
            throw new EvaluationSetException(line, "a case has a question or inputs.");

        return expect is null && label is null
            ? throw new EvaluationSetException(line, "a case says what it expects: expect, label or both.")
            : new EvaluationCase(line, id ?? $"{line}", question, inputs, holes, expect, label, groups);
    }

    private static Dictionary<string, JsonElement> Inputs(JsonElement json, int line) =>
        json.ValueKind == JsonValueKind.Object
            ? json.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.Clone())
            : throw new EvaluationSetException(line, "inputs is a mapping from feature to value.");

    private static Dictionary<string, string> Texts(JsonElement json, string name, int line) =>
        json.ValueKind == JsonValueKind.Object
            ? json.EnumerateObject().ToDictionary(m => m.Name, m => Text(m.Value, $"{name}.{m.Name}", line))
            : throw new EvaluationSetException(line, $"{name} is a mapping from name to text.");

    private static string Text(JsonElement json, string name, int line) => json.ValueKind == JsonValueKind.String
        ? json.GetString()!
        : throw new EvaluationSetException(line, $"{name} is a text.");
}
