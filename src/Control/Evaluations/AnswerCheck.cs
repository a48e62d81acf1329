using System.Text;
using System.Text.Json;

namespace Provost.Control.Evaluations;

/// <summary>
/// What an answer must be; all that is said must hold. No pattern language: what a check means can be read off it.
/// </summary>
public sealed record AnswerCheck
{
    /// <summary>The answer, character by character.</summary>
    public string? Exact { get; init; }

    /// <summary>The answer after <see cref="Normal"/>.</summary>
    public string? Normalised { get; init; }

    /// <summary>Each stands in the answer, both after <see cref="Normal"/>.</summary>
    public IReadOnlyList<string> Contains { get; init; } = [];

    /// <summary>The answer is JSON of this form.</summary>
    public AnswerSchema? Schema { get; init; }

    /// <summary>What is expected, as a judge is told it; null where a form alone is.</summary>
    public string? Words => Exact ?? Normalised ?? (Contains.Count == 0 ? null : string.Join("; ", Contains));

    /// <summary>Why an answer fails; null when it passes.</summary>
    public string? Failure(string answer)
    {
        if (Exact is not null && answer != Exact)
            return "it is not exactly what was expected";

        if (Normalised is not null && Normal(answer) != Normal(Normalised))
            return "it is not what was expected";

        var normal = Contains.Count == 0 ? "" : Normal(answer);
        if (Contains.FirstOrDefault(part => !normal.Contains(Normal(part), StringComparison.Ordinal)) is { } missing)
            return $"it does not contain \"{missing}\"";

        return Schema?.Failure(answer);
    }

    /// <summary>Lower case by the invariant culture; every run of what is neither letter nor digit becomes one blank;
    /// none at the ends.</summary>
    public static string Normal(string text)
    {
        var normal = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
                normal.Append(Rune.ToLowerInvariant(rune).ToString());
            else if (normal.Length > 0 && normal[^1] != ' ')
                normal.Append(' ');
        }

        return normal.ToString().TrimEnd(' ');
    }

    /// <summary>A text alone is <c>contains</c>.</summary>
    /// <exception cref="EvaluationSetException">It is of another form.</exception>
    internal static AnswerCheck Read(JsonElement json, int line)
    {
        if (json.ValueKind == JsonValueKind.String)
            return new AnswerCheck { Contains = [json.GetString()!] };

        if (json.ValueKind != JsonValueKind.Object || !json.EnumerateObject().Any())
        {
            throw new EvaluationSetException(
                line, "expect is a text, or a mapping of exact, normalised, contains, schema.");
        }

        var check = new AnswerCheck();
        foreach (var member in json.EnumerateObject())
        {
            check = member.Name switch
            {
                "exact" => check with { Exact = Text(member.Value, line) },
                "normalised" => check with { Normalised = Text(member.Value, line) },
                "contains" => check with
                {
                    Contains = member.Value.ValueKind == JsonValueKind.Array
                        ? [.. member.Value.EnumerateArray().Select(part => Text(part, line))]
                        : [Text(member.Value, line)],
                },
                "schema" => check with { Schema = AnswerSchema.Read(member.Value, line) },
                _ => throw new EvaluationSetException(line, $"expect has no check \"{member.Name}\"."),
            };
        }

        return check;
    }

    private static string Text(JsonElement json, int line) => json.ValueKind == JsonValueKind.String
        ? json.GetString()!
        : throw new EvaluationSetException(line, "exact, normalised and contains are texts.");
}
