using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Gateway.Manifests;
using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Envelopes;

/// <summary>
/// What persons let vary when they approve a release: named parts within bounds, each variant on evidence that the
/// server produced, so many a day, until a day.
/// </summary>
public sealed record EnvelopeSpec
{
    /// <summary>Path of a prompt's file to its longest text in Unicode characters.</summary>
    public required IReadOnlyDictionary<string, int> Prompts { get; init; }

    /// <summary>Parameter of the model to its range.</summary>
    public required IReadOnlyDictionary<string, NumberRange> Parameters { get; init; }

    /// <summary>Names of adapters whose digest may change.</summary>
    public required IReadOnlyList<string> Adapters { get; init; }

    /// <summary>Names of data sets whose version and digest may change.</summary>
    public required IReadOnlyList<string> DataSets { get; init; }

    /// <summary>Whether version and digest of the index of passages may change.</summary>
    public required bool Retrieval { get; init; }

    /// <summary>Whether version, artifact and data of a scoring model may change.</summary>
    public required bool Retraining { get; init; }

    /// <summary>Measure to the least value that a test must prove of a variant.</summary>
    public required IReadOnlyDictionary<string, decimal> Minimum { get; init; }

    /// <summary>Most variants of a day in UTC, from 1.</summary>
    public required int PerDay { get; init; }

    /// <summary>The last day.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>How long a variant's warrant lasts from its issue.</summary>
    public required TimeSpan Lasts { get; init; }

    /// <summary>No variant begins or lasts beyond this instant: the end of the last day.</summary>
    public DateTimeOffset Ends => new(Until.ToDateTime(TimeOnly.MinValue).AddDays(1), TimeSpan.Zero);

    /// <summary>When a variant that is issued at an instant ends by itself.</summary>
    /// <param name="issued">The instant.</param>
    /// <param name="origin">The end of the warrant that the envelope stands in.</param>
    public DateTimeOffset EndOf(DateTimeOffset issued, DateTimeOffset origin) =>
        new[] { issued + Lasts, Ends, origin }.Min();

    /// <summary>The envelope as a warrant carries it: the release's canonical form, verbatim.</summary>
    /// <exception cref="FormatException">It is not of this form.</exception>
    public static EnvelopeSpec Read(JsonElement envelope)
    {
        var errors = new List<ManifestError>();
        var context = new ReadContext("warrant", canonical: true, errors);
        return JsonNode.Parse(envelope.GetRawText()) is JsonObject node
            && EnvelopeSchema.Type.TryRead(JsonNodes.From(node), "envelope", context, out var read)
            && read is JsonObject typed
                ? From(typed)
                : throw new FormatException(errors is [var first, ..] ? first.Message : "an envelope is a mapping");
    }

    internal static EnvelopeSpec From(JsonObject envelope)
    {
        var vary = envelope.Member("vary");
        var minimum = envelope.Member("minimum");
        return new EnvelopeSpec
        {
            Prompts = vary.Objects("prompts").GroupBy(p => p.Text("file"))
                .ToDictionary(g => g.Key, g => (int)g.Min(p => p.Integer("max"))),
            Parameters = vary.Member("parameters").ToDictionary(
                p => p.Key,
                p => new NumberRange(p.Value!.AsObject().Decimal("min"), p.Value!.AsObject().Decimal("max"))),
            Adapters = vary.Texts("adapters"),
            DataSets = vary.Texts("dataSets"),
            Retrieval = vary.Flag("retrieval"),
            Retraining = vary.Flag("retraining"),
            Minimum = minimum.ToDictionary(m => m.Key, m => minimum.Decimal(m.Key)),
            PerDay = (int)envelope.Integer("perDay"),
            Until = DateOnly.ParseExact(envelope.Text("until"), "yyyy-MM-dd", CultureInfo.InvariantCulture),
            Lasts = TimeSpan.FromMilliseconds(envelope.Integer("lasts")),
        };
    }
}

/// <summary>Both ends belong to it.</summary>
public readonly record struct NumberRange(decimal Min, decimal Max)
{
    /// <summary>Whether another range lies within.</summary>
    public bool Holds(NumberRange other) => other.Min >= Min && other.Max <= Max && other.Min <= other.Max;

    /// <summary>The number, or the range <c>{min, max}</c>, that a parameter is; null for anything else.</summary>
    internal static NumberRange? Of(JsonElement plain) => plain switch
    {
        { ValueKind: JsonValueKind.Number } when plain.TryGetDecimal(out var number) => new(number, number),
        { ValueKind: JsonValueKind.Object } when plain.GetPropertyCount() == 2
            && plain.TryGetProperty("min", out var min) && plain.TryGetProperty("max", out var max)
            && min.ValueKind == JsonValueKind.Number && max.ValueKind == JsonValueKind.Number
            && min.TryGetDecimal(out var least) && max.TryGetDecimal(out var greatest) => new(least, greatest),
        _ => null,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Min} to {Max}");
}
