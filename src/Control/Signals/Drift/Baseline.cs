using System.Text.Json;

namespace Provost.Control.Signals.Drift;

/// <summary>
/// The approved distribution of a model's inputs. As a file of the release it is part of the digest:
/// <c>{"v":1,"n":rows,"features":[{"name","kind":"number","edges":["…"],"counts":[…]},
/// {"name","kind":"category","values":["…"],"counts":[…]}]}</c>; bins as in <see cref="FrozenBins"/>.
/// </summary>
public sealed class Baseline
{
    private const int Version = 1;

    internal Baseline(long rows, IReadOnlyList<FrozenBins> features)
    {
        Rows = rows;
        Features = features;
    }

    /// <summary>Rows the baseline was frozen from.</summary>
    public long Rows { get; }

    public IReadOnlyList<FrozenBins> Features { get; }

    /// <summary>Freezes a baseline from raw rows.</summary>
    /// <param name="columns">Features to watch, in order.</param>
    /// <param name="rows">One value per column and row.</param>
    /// <exception cref="ArgumentException">No rows, or a row of another width.</exception>
    public static Baseline From(
        IReadOnlyList<FeatureColumn> columns, IReadOnlyList<IReadOnlyList<FeatureValue>> rows) =>
        BaselineBuilder.Freeze(columns, rows);

    /// <exception cref="FormatException">Not a baseline of version 1; the message names the feature.</exception>
    public static Baseline Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.GetProperty("v").GetInt32() != Version)
            {
                throw new FormatException("The baseline is of another version than 1.");
            }

            var rows = root.GetProperty("n").GetInt64();
            var features = root.GetProperty("features").EnumerateArray().Select(ReadFeature).ToList();
            return features.Find(f => f.Counts.Sum() != rows) is { } wrong
                ? throw new FormatException($"Feature {wrong.Name}: counts do not sum to n = {rows}.")
                : features.Select(f => f.Name).Distinct(StringComparer.Ordinal).Count() != features.Count
                    ? throw new FormatException("A feature stands twice.")
                    : new Baseline(rows, features);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The baseline cannot be read: {e.Message}", e);
        }
    }

    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteNumber("n", Rows);
            json.WriteStartArray("features");
            foreach (var feature in Features)
            {
                WriteFeature(json, feature);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Rows per bin of one call; a feature that the row lacks is missing.</summary>
    public FeatureCounts Count(IReadOnlyCollection<IReadOnlyDictionary<string, FeatureValue>> rows) => new(
        rows.Count,
        [.. Features.Select(f => f.Count(rows.Select(row => row.GetValueOrDefault(f.Name))))]);

    private static FrozenBins ReadFeature(JsonElement json)
    {
        var name = json.GetProperty("name").GetString()!;
        long[] counts = [.. json.GetProperty("counts").EnumerateArray().Select(c => c.GetInt64())];
        return json.GetProperty("kind").GetString() switch
        {
            "number" => FrozenBins.Numbers(name, Texts(json.GetProperty("edges")), counts),
            "category" => FrozenBins.Categories(name, Texts(json.GetProperty("values")), counts),
            var other => throw new FormatException($"Feature {name}: kind {other} is neither number nor category."),
        };
    }

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(t => t.GetString()!)];

    private static void WriteFeature(Utf8JsonWriter json, FrozenBins feature)
    {
        json.WriteStartObject();
        json.WriteString("name", feature.Name);
        json.WriteString("kind", feature.IsNumber ? "number" : "category");
        json.WriteStartArray(feature.IsNumber ? "edges" : "values");
        foreach (var cut in feature.Cuts)
        {
            json.WriteStringValue(cut);
        }

        json.WriteEndArray();
        json.WriteStartArray("counts");
        foreach (var count in feature.Counts)
        {
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
