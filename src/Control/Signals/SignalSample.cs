using Provost.Control.Signals.Drift;

namespace Provost.Control.Signals;

/// <summary>How a decision ended, as far as signals care.</summary>
public enum SampleOutcome
{
    Allowed,
    Redacted,
    Blocked,
    Held,
    Fallback,
}

/// <summary>
/// What signals learn from one decision record: no content, no person, features only as counts per frozen bin.
/// </summary>
public sealed record SignalSample
{
    public required string System { get; init; }

    public required string Environment { get; init; }

    /// <summary>Digest of the release that decided.</summary>
    public required string Release { get; init; }

    /// <summary>The record's own time.</summary>
    public required DateTimeOffset Time { get; init; }

    public required SampleOutcome Outcome { get; init; }

    /// <summary>The refusal or failure code, null when there is none.</summary>
    public string? Code { get; init; }

    /// <summary>Time spent in the upstream, null when it was not called.</summary>
    public long? UpstreamMicros { get; init; }

    /// <summary>Rehearsed traffic is no evidence about the system.</summary>
    public bool Drill { get; init; }

    /// <summary>Rows of the call per bin of the release's baseline, null when none could be read.</summary>
    public FeatureCounts? Features { get; init; }
}
