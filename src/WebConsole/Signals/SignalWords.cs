using Provost.Control.Signals;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Signals;

/// <summary>How signals are named and their values written: the value, its threshold and since when.</summary>
public static class SignalWords
{
    /// <summary><c>Latency</c>, <c>Drift</c>, <c>Drift: stated_income</c>.</summary>
    public static string Name(string signal, string? feature) =>
        feature is null ? Say.Sentence(signal) : $"{Say.Sentence(signal)}: {feature}";

    /// <summary>Shares as percent, distances with three decimals.</summary>
    public static string Value(string signal, double value) =>
        signal == "latency" ? Say.Percent(value) : value.ToString("0.000");

    /// <summary>The value over the last closed panes, or that there is none.</summary>
    public static string Now(SignalReading reading) =>
        reading.Value is { } value ? Value(reading.Signal, value) : Missing(reading);

    private static string Missing(SignalReading reading) =>
        reading.History.Count == 0 ? "no samples" : "too few calls";

    /// <summary><c>0.098 to 0.126</c>; empty where there is no value.</summary>
    public static string Interval(SignalReading reading) => reading.Value is null
        ? ""
        : $"{Value(reading.Signal, reading.Low)} to {Value(reading.Signal, reading.High)}, "
            + Say.Number(reading.Rows, "call", "calls");

    /// <summary>The interval as it stood in a minute; <c>none</c> before the first closed pane.</summary>
    public static string Interval(string signal, SignalPoint point) => point is { Low: { } low, High: { } high }
        ? $"{Value(signal, low)} to {Value(signal, high)}"
        : "none";

    /// <summary>The status of a verdict.</summary>
    public static Status Status(SignalVerdict verdict) => verdict switch
    {
        SignalVerdict.Ok => Design.Status.Ok,
        SignalVerdict.Breach => Design.Status.Breach,
        _ => Design.Status.Unproven,
    };

    /// <summary>One sentence: what holds, against what, since when, from how much.</summary>
    public static string Sentence(SignalReading reading, DateTimeOffset now)
    {
        var name = Name(reading.Signal, reading.Feature);
        var approved = Value(reading.Signal, reading.Approved);
        if (reading.Value is null)
        {
            return $"{name}: {Missing(reading)} yet, so nothing is proven. Approved: {approved}.";
        }

        var said = $"{name} is {Now(reading)} against the approved {approved}";
        return reading.Verdict switch
        {
            SignalVerdict.Breach => $"{said}, breached since {Say.Clock(reading.Since ?? now, now)}.",
            SignalVerdict.Ok => $"{said}; its whole 95 % interval lies below the limit.",
            _ => $"{said}; {Say.Number(reading.Rows, "call does", "calls do")} not prove it good or bad.",
        };
    }

    /// <summary>Breaches first, then what is not proven, then the rest; by name within.</summary>
    public static IReadOnlyList<SignalReading> WorstFirst(IEnumerable<SignalReading> readings) =>
    [
        .. readings.OrderBy(r => Rank(r.Verdict))
            .ThenByDescending(r => r.Limit > 0 ? (r.Value ?? 0) / r.Limit : 0)
            .ThenBy(r => r.Signal, StringComparer.Ordinal).ThenBy(r => r.Feature, StringComparer.Ordinal),
    ];

    /// <summary>0 for a breach, 1 for unproven, 2 for good.</summary>
    public static int Rank(SignalVerdict verdict) => verdict switch
    {
        SignalVerdict.Breach => 0,
        SignalVerdict.Unproven => 1,
        _ => 2,
    };
}
