namespace Provost.Control.Signals;

/// <summary>What a monitor has to say: once per excursion a breach, once a recovery.</summary>
public abstract record SignalEvent
{
    private SignalEvent()
    {
    }

    public required ReleaseKey Key { get; init; }

    /// <summary>Warrant that set the threshold.</summary>
    public required Guid Warrant { get; init; }

    public required string Signal { get; init; }

    /// <summary>The feature, for a signal that has one monitor per feature.</summary>
    public string? Feature { get; init; }

    /// <summary>Time of the record that closed the pane.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The quantity over the shown window.</summary>
    public required double Value { get; init; }

    /// <summary>The limit that the detector holds it against.</summary>
    public required double Limit { get; init; }

    /// <summary>Rows in the shown window.</summary>
    public required long Rows { get; init; }

    /// <summary>The signal is worse than approved; panes that prove it began at <see cref="Since"/>.</summary>
    public sealed record Breach : SignalEvent
    {
        /// <summary>Estimate of when it began: start of the first pane after evidence last was low.</summary>
        public required DateTimeOffset Since { get; init; }

        /// <summary>Natural logarithm of the evidence.</summary>
        public required double LogEvidence { get; init; }

        /// <summary>In words, what moved most.</summary>
        public required string Evidence { get; init; }
    }

    /// <summary>The reverse test proved the signal back within its limit.</summary>
    public sealed record Recovery : SignalEvent;
}
