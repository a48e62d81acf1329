using System.Globalization;
using System.Text.Json;

namespace Provost.Control.Signals.Drift;

/// <summary>
/// Distance of each watched feature from its approved baseline:
/// <c>drift: { features: […], baseline: path, tolerance: "0.05" }</c>. Features are counted whether or not the
/// fallback is engaged, so that a feed's recovery can be seen.
/// </summary>
internal sealed class DriftSignal : ISignal
{
    public string Id => "drift";

    public IReadOnlyList<SignalMonitor> Arm(ReleaseWatch watch, SignalOptions options)
    {
        if (!watch.Thresholds.TryGetProperty(Id, out var threshold))
        {
            return [];
        }

        if (!threshold.TryGetProperty("tolerance", out var text) || text.ValueKind != JsonValueKind.String
            || !double.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var tolerance)
            || tolerance is < 0 or >= 1
            || !threshold.TryGetProperty("baseline", out var path) || path.ValueKind != JsonValueKind.String
            || !threshold.TryGetProperty("features", out var features) || features.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("drift needs features, baseline and tolerance (at least 0, below 1).");
        }

        var baseline = watch.Files.TryGetValue(path.GetString()!, out var file)
            ? Baseline.Read(file)
            : throw new FormatException($"The release has no file {path.GetString()}.");
        return [.. features.EnumerateArray().Select(f => Monitor(f.GetString()!, baseline, tolerance, options))];
    }

    private DriftMonitor Monitor(string feature, Baseline baseline, double tolerance, SignalOptions options)
    {
        for (var i = 0; i < baseline.Features.Count; i++)
        {
            if (baseline.Features[i].Name == feature)
            {
                return new DriftMonitor(Id, baseline, i, tolerance, options);
            }
        }

        throw new FormatException($"The baseline lacks the feature {feature}.");
    }
}
