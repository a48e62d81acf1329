using System.Globalization;
using System.Text.Json;

namespace Provost.Control.Signals.Drift;

/// <summary>One value of one feature in one row: a finite number, a text, or missing.</summary>
public readonly record struct FeatureValue
{
    private FeatureValue(double? number, string? text)
    {
        Number = number;
        Text = text;
    }

    public static FeatureValue Missing => default;

    public double? Number { get; }

    public string? Text { get; }

    /// <summary>A number; NaN and infinities are missing, so that a surge of them is seen and not dropped.</summary>
    public static FeatureValue Of(double number) => double.IsFinite(number) ? new(number, null) : Missing;

    public static FeatureValue Of(string? text) => text is null ? Missing : new(null, text);

    /// <summary>A JSON scalar; true and false are the texts of that name, anything else is missing.</summary>
    public static FeatureValue Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => Of(json.GetDouble()),
        JsonValueKind.String => Of(json.GetString()),
        JsonValueKind.True => Of("true"),
        JsonValueKind.False => Of("false"),
        _ => Missing,
    };

    /// <summary>The value read as a number, null when it is none.</summary>
    internal double? AsNumber() => Number
        ?? (double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
            && double.IsFinite(parsed) ? parsed : null);

    /// <summary>The value read as a category, null when missing: 3 and 3.0 are one category.</summary>
    internal string? AsCategory() => Text ?? Number?.ToString("R", CultureInfo.InvariantCulture);
}
