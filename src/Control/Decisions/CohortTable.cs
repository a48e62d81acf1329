using System.Text.Json;

namespace Provost.Control.Decisions;

/// <summary>
/// Cohorts of calls as <c>name=value</c>, sorted, and lists of guardrails, made once for the bytes they stand in.
/// Bounded as <see cref="TextTable"/> is. Safe for concurrent use.
/// </summary>
internal sealed class CohortTable
{
    private const int Places = 512; // a power of two
    private const int LongestBytes = 256;

    private readonly Known?[] _known = new Known?[Places];

    /// <summary>The cohort of a JSON object, or the words of a JSON array in its order; what is no string is left
    /// out.</summary>
    public string[] Of(ReadOnlySpan<byte> json)
    {
        if (json.Length == 2)
            return [];
        if (json.Length > LongestBytes)
            return Read(json);

        var hash = new HashCode();
        hash.AddBytes(json);
        ref var place = ref _known[hash.ToHashCode() & (Places - 1)];
        if (place is { } known && json.SequenceEqual(known.Json))
            return known.Cohort;

        var cohort = Read(json);
        place = new Known(json.ToArray(), cohort);
        return cohort;
    }

    private static string[] Read(ReadOnlySpan<byte> bytes)
    {
        var cohort = new List<string>();
        var json = new Utf8JsonReader(bytes);
        json.Read();
        if (json.TokenType == JsonTokenType.StartArray)
            return Words(ref json);

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            if (json.TokenType == JsonTokenType.String)
                cohort.Add(name + "=" + json.GetString());
            else
                json.Skip();
        }

        cohort.Sort(StringComparer.Ordinal);
        return [.. cohort];
    }

    private static string[] Words(ref Utf8JsonReader json)
    {
        var words = new List<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.String)
                words.Add(json.GetString()!);
            else
                json.Skip();
        }

        return [.. words];
    }

    private sealed record Known(byte[] Json, string[] Cohort);
}
