namespace Provost.Control.Signals.Detectors;

/// <summary>
/// One bet on the share of an event: approved share <c>p0</c> against the alternative <c>q</c>. Per row the likelihood
/// ratio is <c>q/p0</c> when the event happened and <c>(1-q)/(1-p0)</c> when not; kept as logarithms, so that a pane of
/// <c>s</c> events in <c>m</c> rows costs two multiplications. While the true share is on p0's side of q's opposite,
/// the expected ratio is at most one, whatever that share is.
/// </summary>
public readonly record struct ShareTest
{
    /// <summary>Shares are kept this far from 0 and 1, where a logarithm is infinite.</summary>
    public const double Margin = 1e-9;

    /// <param name="event">Index of the event in <see cref="PaneCounts"/>.</param>
    /// <param name="group">Bets of one group are averaged; groups are joined by the weakest of them.</param>
    /// <param name="p0">Approved share, in (0,1).</param>
    /// <param name="q">Alternative share, in (0,1), not p0.</param>
    public ShareTest(int @event, int group, double p0, double q)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(p0, Margin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p0, 1 - Margin);
        ArgumentOutOfRangeException.ThrowIfLessThan(q, Margin / 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(q, 1 - (Margin / 2));
        Event = @event;
        Group = group;
        Hit = Math.Log(q / p0);
        Miss = Math.Log((1 - q) / (1 - p0));
    }

    public int Event { get; }

    public int Group { get; }

    /// <summary>Logarithm of the ratio for a row where the event happened.</summary>
    public double Hit { get; }

    /// <summary>Logarithm of the ratio for a row where it did not.</summary>
    public double Miss { get; }
}
