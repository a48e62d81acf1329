using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Envelopes;

/// <summary>
/// A part of a variant that is not its parent's, as the warrant says it.
/// </summary>
/// <param name="Part"><c>parameters.NAME</c>, <c>prompts.FILE</c>, <c>adapters.NAME</c>, <c>dataSets.NAME</c>,
/// <c>retrieval</c> or <c>retraining</c>: the place in the envelope that lets it vary.</param>
/// <param name="Before">JSON: a number or <c>{min,max}</c> of a parameter, <c>{sha256,length,holes}</c> of a text,
/// <c>[digest]</c> of adapters of that name, <c>[{version,digest}]</c> of data sets,
/// <c>{version,digest}</c> of the index, <c>{version,artifact,data}</c> of a model trained again.</param>
/// <param name="After">JSON likewise.</param>
/// <param name="Bound">The bound that it was held to, for readers.</param>
public sealed record VariantChange(string Part, string Before, string After, string Bound);

/// <summary>Holds single changes against an envelope. It needs no document, so that whoever has the two warrants alone
/// can ask it again.</summary>
public static class EnvelopeBounds
{
    internal const string Retraining = "retraining";
    internal const string Retrieval = "retrieval";

    /// <summary>Why a change is outside, as a sentence; null when it is within.</summary>
    public static string? Outside(EnvelopeSpec envelope, VariantChange change)
    {
        var (kind, name) = change.Part.Split('.', 2) is [var of, var named] ? (of, named) : (change.Part, "");
        try
        {
            using var before = JsonDocument.Parse(change.Before);
            using var after = JsonDocument.Parse(change.After);
            return kind switch
            {
                "parameters" when envelope.Parameters.TryGetValue(name, out var range) =>
                    OutsideRange(name, range, after.RootElement),
                "prompts" when envelope.Prompts.TryGetValue(name, out var max) =>
                    OutsideText(name, max, before.RootElement, after.RootElement),
                "adapters" when envelope.Adapters.Contains(name) => Digests(change.Part, after.RootElement),
                "dataSets" when envelope.DataSets.Contains(name) => null,
                Retrieval when name.Length == 0 && envelope.Retrieval => null,
                Retraining when name.Length == 0 && envelope.Retraining => null,
                _ => $"{change.Part} is not among the parts that may vary",
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            return $"{change.Part} cannot be read";
        }
    }

    /// <summary>Every part that an envelope lets vary, in a fixed order, with the bound that it is held to, for
    /// readers.</summary>
    public static IReadOnlyList<(string Kind, string Name, string Part, string Bound)> Parts(EnvelopeSpec envelope) =>
    [
        .. ((IEnumerable<(string Kind, string Name)>)
            [
                .. envelope.Parameters.Keys.Order(StringComparer.Ordinal).Select(n => ("parameters", n)),
                .. envelope.Prompts.Keys.Order(StringComparer.Ordinal).Select(n => ("prompts", n)),
                .. envelope.Adapters.Order(StringComparer.Ordinal).Select(n => ("adapters", n)),
                .. envelope.DataSets.Order(StringComparer.Ordinal).Select(n => ("dataSets", n)),
                .. envelope.Retrieval ? [(Retrieval, "")] : ((string, string)[])[],
                .. envelope.Retraining ? [(Retraining, "")] : ((string, string)[])[],
            ])
            .Select(p => (
                p.Kind, p.Name, p.Name.Length == 0 ? p.Kind : $"{p.Kind}.{p.Name}",
                BoundOf(envelope, p.Kind, p.Name))),
    ];

    private static string BoundOf(EnvelopeSpec envelope, string kind, string name) => kind switch
    {
        "parameters" => envelope.Parameters[name].ToString(),
        "prompts" => string.Create(
            CultureInfo.InvariantCulture, $"at most {envelope.Prompts[name]} characters, the same holes"),
        "adapters" => "another digest",
        "dataSets" or Retrieval => "another version and digest",
        _ => "another version, artifact and data",
    };

    /// <summary>The numbers that a declared parameter admits; null for one that is no number.</summary>
    internal static NumberRange? RangeOf(ParameterSpec declared) =>
        declared is { Min: { } min, Max: { } max } ? new NumberRange(min, max)
        : declared.Value is { ValueKind: JsonValueKind.Number } value ? NumberRange.Of(value)
        : null;

    /// <summary>Unicode characters of a text; <see cref="int.MaxValue"/> for what is no UTF-8.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
            return int.MaxValue;

        var length = 0;
        foreach (var b in text)
        {
            if ((b & 0xC0) != 0x80)
                length++;
        }

        return length;
    }

    /// <summary>Whether a file is a text of the prompt and stands for nothing else: what else it is would vary
    /// too.</summary>
    internal static bool IsPromptAlone(ReleaseSpec spec, string file) =>
        spec.Prompt?.Messages.Any(m => m.File == file) == true
        && spec.Evaluation?.Set != file && spec.Evaluation?.Judge?.Prompt != file && spec.Drift?.Baseline != file
        && spec.Tools.All(t => t.File != file);

    private static string? OutsideRange(string name, NumberRange range, JsonElement after) =>
        NumberRange.Of(after) is not { } now ? $"spec.model.parameters.{name} is no number; {range} is asked"
        : range.Holds(now) ? null
        : $"spec.model.parameters.{name} is {(now.Min == now.Max ? Number(now.Min) : now.ToString())}; "
            + $"the envelope allows {range}";

    private static string? OutsideText(string file, int max, JsonElement before, JsonElement after)
    {
        var length = after.GetProperty("length").GetInt32();
        var (asked, holes) = (Holes(before), Holes(after));
        return length > max ? string.Create(
                CultureInfo.InvariantCulture, $"{file} has {length} characters; the envelope allows {max}")
            : holes == asked ? null
            : $"{file} has the holes [{holes}]; they stay [{asked}]";
    }

    private static string? Digests(string part, JsonElement after) =>
        after.EnumerateArray().All(d => d.GetString() is { } digest && Digest.IsWellFormed(digest))
            ? null
            : $"{part} is no digest";

    private static string Holes(JsonElement text) =>
        string.Join(", ", text.GetProperty("holes").EnumerateArray().Select(h => h.GetString()));

    private static string Number(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
