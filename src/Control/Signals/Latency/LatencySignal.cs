using System.Globalization;
using System.Text.Json;

namespace Provost.Control.Signals.Latency;

/// <summary>
/// Share of answers slower than approved: <c>latency: { over: ms, rate: "0.05" }</c>. An upstream that timed out is
/// slow; a fallback or a refusal says nothing about the upstream and is left out.
/// </summary>
internal sealed class LatencySignal : ISignal
{
    public string Id => "latency";

    public IReadOnlyList<SignalMonitor> Arm(ReleaseWatch watch, SignalOptions options)
    {
        if (!watch.Thresholds.TryGetProperty(Id, out var threshold))
        {
            return [];
        }

        if (!threshold.TryGetProperty("over", out var over) || over.ValueKind != JsonValueKind.Number
            || !over.TryGetInt64(out var overMs) || overMs <= 0
            || !threshold.TryGetProperty("rate", out var rate) || rate.ValueKind != JsonValueKind.String
            || !double.TryParse(rate.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var share)
            || share is < 1e-6 or > 0.99)
        {
            throw new FormatException("latency needs over (ms) and rate (between 0.000001 and 0.99).");
        }

        return [new LatencyMonitor(Id, TimeSpan.FromMilliseconds(overMs), share, options)];
    }
}
