namespace Provost.Control.Signals;

/// <summary>Three-valued on purpose: what is not proven good is never shown as good.</summary>
public enum SignalVerdict
{
    /// <summary>Neither good nor bad is proven, or there are no (fresh) data.</summary>
    Unproven,

    /// <summary>The upper end of the interval lies below the limit.</summary>
    Ok,

    /// <summary>A detector has fired and its reverse test has not yet proven recovery.</summary>
    Breach,
}

/// <summary>One minute of a monitor.</summary>
/// <param name="Minute">Its beginning.</param>
/// <param name="Rows">Rows of that minute.</param>
/// <param name="Value">Over those rows alone.</param>
/// <param name="Low">Lower end of the 95 % interval of the window that verdicts are given on, as it stood when the
/// minute ended; null before the first closed pane.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct SignalPoint(
    DateTimeOffset Minute, long Rows, double Value, double? Low = null, double? High = null);

/// <summary>A monitor as somebody sees it now.</summary>
public sealed record SignalReading
{
    public required ReleaseKey Key { get; init; }

    public required Guid Warrant { get; init; }

    public required string Signal { get; init; }

    public string? Feature { get; init; }

    /// <summary>What the value measures, in words.</summary>
    public required string Measures { get; init; }

    /// <summary>Over the last closed panes; null before the first.</summary>
    public double? Value { get; init; }

    public required double Low { get; init; }

    public required double High { get; init; }

    /// <summary>The threshold as approved.</summary>
    public required double Approved { get; init; }

    /// <summary>The approved threshold plus what the baseline's own size leaves uncertain.</summary>
    public required double Limit { get; init; }

    public required SignalVerdict Verdict { get; init; }

    /// <summary>Rows in the window that value and interval cover.</summary>
    public required long Rows { get; init; }

    public DateTimeOffset? LastSample { get; init; }

    /// <summary>Start of the excursion, null outside one.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Per minute, oldest first, at most a day.</summary>
    public required IReadOnlyList<SignalPoint> History { get; init; }
}
