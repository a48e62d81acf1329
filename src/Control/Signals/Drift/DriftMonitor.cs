using System.Globalization;
using Provost.Control.Signals.Detectors;

namespace Provost.Control.Signals.Drift;

/// <summary>
/// Holds one feature within tau of its baseline: the approved tolerance plus the Dvoretzky-Kiefer-Wolfowitz term
/// sqrt(ln(2/a) / (2 n)) for what n reference rows leave uncertain. Without that term a detector that never forgets
/// would sooner or later find the sampling error of the baseline itself.
/// </summary>
internal sealed class DriftMonitor : SignalMonitor
{
    private readonly FrozenBins _bins;
    private readonly double[] _reference;
    private readonly int _feature;
    private readonly int _features;

    public DriftMonitor(string signal, Baseline baseline, int feature, double tolerance, SignalOptions options)
        : this(
            signal, baseline, feature, tolerance, options,
            baseline.Features[feature].ReferenceShares(), Tau(tolerance, baseline.Rows, options.BaselineAlpha))
    {
    }

    private DriftMonitor(
        string signal, Baseline baseline, int feature, double tolerance, SignalOptions options, double[] reference,
        double tau)
        : base(
            new MonitorFace(signal, baseline.Features[feature].Name, tolerance, tau, reference.Length)
            {
                Measures = "largest difference of a share from the baseline",
            },
            DriftDetector.Leaves(reference, tau, options.LogAlarm),
            DriftDetector.Returns(reference, tau, options.LogRecovery),
            options)
    {
        _bins = baseline.Features[feature];
        _reference = reference;
        _feature = feature;
        _features = baseline.Features.Count;
    }

    /// <summary>Tolerance plus the term for a reference of <paramref name="rows"/> rows.</summary>
    internal static double Tau(double tolerance, long rows, double alpha) =>
        tolerance + Math.Sqrt(Math.Log(2 / alpha) / (2 * rows));

    public override bool Count(SignalSample sample, PaneCounts into)
    {
        if (sample.Features is not { Rows: > 0 } features)
        {
            return false;
        }

        if (features.Bins.Count != _features || features.Bins[_feature].Length != _bins.Bins)
        {
            throw new ArgumentException("The sample was counted on another baseline.", nameof(sample));
        }

        into.Saw(features.Rows);
        _bins.AddEvents(features.Bins[_feature], into);
        return true;
    }

    protected override double Measure(PaneCounts counts)
    {
        var largest = 0.0;
        for (var e = 0; e < _reference.Length; e++)
        {
            largest = Math.Max(largest, Math.Abs(((double)counts.Events[e] / counts.Rows) - _reference[e]));
        }

        return largest;
    }

    /// <summary>
    /// The distance is at least the largest lower end and at most the largest upper end over all events; alpha is
    /// split among them.
    /// </summary>
    protected override ShareInterval Interval(PaneCounts counts, double alpha)
    {
        var low = 0.0;
        var high = 0.0;
        for (var e = 0; e < _reference.Length; e++)
        {
            var share = ConfidenceSequence.Of(counts.Events[e], counts.Rows, alpha / _reference.Length);
            low = Math.Max(low, Math.Max(share.Low - _reference[e], _reference[e] - share.High));
            high = Math.Max(high, Math.Max(share.High - _reference[e], _reference[e] - share.Low));
        }

        return new ShareInterval(low, high);
    }

    protected override string Explain(PaneCounts counts)
    {
        var worst = 0;
        for (var e = 1; e < _reference.Length; e++)
        {
            worst = Distance(counts, e) > Distance(counts, worst) ? e : worst;
        }

        var now = (double)counts.Events[worst] / counts.Rows;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_bins.Describe(worst)}: {now:P1} of {counts.Rows} rows, {_reference[worst]:P1} in the baseline");
    }

    private double Distance(PaneCounts counts, int e) =>
        Math.Abs(((double)counts.Events[e] / counts.Rows) - _reference[e]);
}
