using System.Globalization;
using Provost.Control.Signals.Detectors;

namespace Provost.Control.Signals.Latency;

/// <summary>Counts answers and those that took longer than <paramref name="over"/>.</summary>
internal sealed class LatencyMonitor(string signal, TimeSpan over, double rate, SignalOptions options)
    : SignalMonitor(
        new MonitorFace(signal, Feature: null, Approved: rate, Limit: rate, Events: 1)
        {
            Measures = string.Create(
                CultureInfo.InvariantCulture, $"share of answers slower than {over.TotalMilliseconds} ms"),
        },
        BernoulliDetector.Above(rate, options.LogAlarm),
        BernoulliDetector.Below(rate, options.LogRecovery),
        options)
{
    private const string TimedOut = "provost.upstream_timeout";

    public TimeSpan Over => over;

    public override bool Count(SignalSample sample, PaneCounts into)
    {
        var answered = sample is
        {
            UpstreamMicros: not null, Outcome: SampleOutcome.Allowed or SampleOutcome.Redacted
            or SampleOutcome.Held
        };
        var timedOut = sample.Code == TimedOut;
        if (!answered && !timedOut)
        {
            return false;
        }

        into.Saw(1);
        if (timedOut || sample.UpstreamMicros > over.TotalMicroseconds)
        {
            into.Hit(0, 1);
        }

        return true;
    }

    protected override double Measure(PaneCounts counts) => (double)counts.Events[0] / counts.Rows;

    protected override ShareInterval Interval(PaneCounts counts, double alpha) =>
        ConfidenceSequence.Of(counts.Events[0], counts.Rows, alpha);

    protected override string Explain(PaneCounts counts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{counts.Events[0]} of {counts.Rows} answers took longer than {over.TotalMilliseconds} ms");
}
