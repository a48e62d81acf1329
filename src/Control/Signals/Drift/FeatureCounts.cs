namespace Provost.Control.Signals.Drift;

/// <summary>Rows of one decision per frozen bin: all that signals ever see of its features.</summary>
/// <param name="Rows">Rows in the call.</param>
/// <param name="Bins">Per feature, in the baseline's order, rows per bin; each sums to <paramref name="Rows"/>.</param>
public sealed record FeatureCounts(long Rows, IReadOnlyList<long[]> Bins);
