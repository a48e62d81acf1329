namespace Provost.Control.Signals;

/// <summary>
/// How signals are folded. Nothing here moves a threshold: those stand in the warrant alone.
/// </summary>
public sealed record SignalOptions
{
    /// <summary>Rows after which a pane closes.</summary>
    /// <value>1000.</value>
    public int PaneRows { get; init; } = 1000;

    /// <summary>Age, by the records' own time, at which the next record closes a pane.</summary>
    /// <value>60 seconds.</value>
    public TimeSpan PaneSpan { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Panes that pass on average, at least, before one monitor raises a false alarm. The fleet's budget: monitors
    /// times panes in the horizon, divided by the false alarms allowed in it.
    /// </summary>
    /// <value>10^7: a thousand monitors, one-minute panes, one false alarm a week.</value>
    public double PanesPerFalseAlarm { get; init; } = 1e7;

    /// <summary>Evidence (not its logarithm) that the reverse test needs to say that a signal has recovered.</summary>
    /// <value>100.</value>
    public double RecoveryEvidence { get; init; } = 100;

    /// <summary>Closed panes that the shown value and interval cover.</summary>
    /// <value>60.</value>
    public int WindowPanes { get; init; } = 60;

    /// <summary>One minus the coverage of the shown interval.</summary>
    /// <value>0.05.</value>
    public double Alpha { get; init; } = 0.05;

    /// <summary>Risk that the baseline sample itself lies further from the truth than the term added for it.</summary>
    /// <value>0.05.</value>
    public double BaselineAlpha { get; init; } = 0.05;

    /// <summary>A signal without a sample for this long is unproven: no data is not health.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromMinutes(15);

    internal double LogAlarm => Math.Log(PanesPerFalseAlarm);

    internal double LogRecovery => Math.Log(RecoveryEvidence);
}
