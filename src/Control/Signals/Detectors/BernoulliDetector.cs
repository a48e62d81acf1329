namespace Provost.Control.Signals.Detectors;

/// <summary>Detectors on one event whose share has an approved limit.</summary>
internal static class BernoulliDetector
{
    /// <summary>How much worse, as odds, the bets suppose the share to be.</summary>
    private static readonly double[] OddsAbove = [1.25, 1.6, 2.5, 5, 12, 40];

    /// <summary>How much better, as odds, the bets of the reverse test suppose it to be.</summary>
    private static readonly double[] OddsBelow = [0.6, 0.4, 0.2, 0.08, 0.02];

    /// <summary>The part of the limit below which a signal has recovered: the gap of the hysteresis.</summary>
    private const double RecoveredShare = 0.8;

    /// <summary>Fires when the share of event 0 is above <paramref name="limit"/>.</summary>
    public static EDetector Above(double limit, double logLimit) =>
        new(Bets(limit, OddsAbove), logLimit);

    /// <summary>Fires when the share of event 0 is proven below eight tenths of <paramref name="limit"/>.</summary>
    public static EDetector Below(double limit, double logLimit) =>
        new(Bets(limit * RecoveredShare, OddsBelow), logLimit);

    private static ShareTest[] Bets(double p0, double[] ratios) =>
        [.. ratios.Select(ratio => new ShareTest(0, 0, p0, p0 * ratio / (1 - p0 + (p0 * ratio))))];
}
