using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Manifests;

/// <summary>A span on the calendar as the manifest writes it: <c>90d</c>, <c>24mo</c>, <c>10y</c>.</summary>
public readonly record struct Span
{
    private const int MaxYears = 100;

    private Span(int count, string unit)
    {
        Count = count;
        Unit = unit;
    }

    public int Count { get; }

    /// <summary><c>d</c>, <c>mo</c> or <c>y</c>.</summary>
    public string Unit { get; }

    /// <summary>The instant this span after <paramref name="from"/>, by the calendar (31 January + 1mo = 28 or 29
    /// February).</summary>
    public DateTimeOffset After(DateTimeOffset from) => Unit switch
    {
        "d" => from.AddDays(Count),
        "mo" => from.AddMonths(Count),
        _ => from.AddYears(Count),
    };

    /// <summary>Days for comparison with a minimum: a month counts 30, a year 365.</summary>
    public int ApproximateDays => Unit switch { "d" => Count, "mo" => Count * 30, _ => Count * 365 };

    public static bool TryParse(string text, out Span span)
    {
        span = default;
        var unit = text.EndsWith("mo") ? "mo" : text.EndsWith('d') ? "d" : text.EndsWith('y') ? "y" : "";
        if (unit.Length == 0 || !Numbers.TryInteger(text[..^unit.Length], out var count) || count <= 0)
        {
            return false;
        }

        var limit = unit switch { "d" => MaxYears * 366, "mo" => MaxYears * 12, _ => MaxYears };
        span = count <= limit ? new Span((int)count, unit) : default;
        return count <= limit;
    }

    public static Span Parse(string text) =>
        TryParse(text, out var span) ? span : throw new FormatException($"'{text}' is not a span such as 24mo.");

    public override string ToString() => $"{Count}{Unit}";
}
