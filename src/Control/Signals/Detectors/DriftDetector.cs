namespace Provost.Control.Signals.Detectors;

/// <summary>
/// Detectors on the distance of a distribution from its reference, measured as the largest difference of shares over
/// fixed events: for a number "at most edge j" (the Kolmogorov-Smirnov distance on the bins), for a category each
/// value. Ten bins make nine events, two directions and four bets each: 72 states.
/// </summary>
internal static class DriftDetector
{
    private static readonly double[] Steps = [0.02, 0.05, 0.1, 0.2];

    /// <summary>Fires when some event's share is further than <paramref name="tau"/> from its reference.</summary>
    public static EDetector Leaves(IReadOnlyList<double> reference, double tau, double logLimit)
    {
        var bets = new List<ShareTest>();
        for (var e = 0; e < reference.Count; e++)
        {
            bets.AddRange(Upward(e, 0, reference[e] + tau));
            bets.AddRange(Downward(e, 0, reference[e] - tau));
        }

        return new EDetector(bets, logLimit);
    }

    /// <summary>
    /// Fires when every event's share is proven within <paramref name="tau"/> of its reference: each side of each
    /// event is a group of its own, and the weakest decides (an intersection-union test).
    /// </summary>
    public static EDetector Returns(IReadOnlyList<double> reference, double tau, double logLimit)
    {
        var bets = new List<ShareTest>();
        var group = 0;
        for (var e = 0; e < reference.Count; e++)
        {
            var above = Downward(e, group, reference[e] + tau, tau);
            group += above.Count > 0 ? 1 : 0;
            var below = Upward(e, group, reference[e] - tau, tau);
            group += below.Count > 0 ? 1 : 0;
            bets.AddRange(above);
            bets.AddRange(below);
        }

        return new EDetector(bets, logLimit);
    }

    /// <summary>Bets that the share is above p0; none when p0 leaves no room.</summary>
    private static List<ShareTest> Upward(int @event, int group, double p0, double reach = 1) =>
        p0 is < ShareTest.Margin or > 1 - ShareTest.Margin
            ? []
            : [.. Strides(reach).Select(step =>
                new ShareTest(@event, group, p0, Math.Min(p0 + step, (p0 + 1) / 2)))];

    private static List<ShareTest> Downward(int @event, int group, double p0, double reach = 1) =>
        p0 is < ShareTest.Margin or > 1 - ShareTest.Margin
            ? []
            : [.. Strides(reach).Select(step => new ShareTest(@event, group, p0, Math.Max(p0 - step, p0 / 2)))];

    /// <summary>On the way back the reference is <paramref name="reach"/> away: bets end there.</summary>
    private static IEnumerable<double> Strides(double reach) =>
        reach >= 1 ? Steps : [reach / 4, reach / 2, reach];
}
