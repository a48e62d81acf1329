using System.Text.Json;

namespace Provost.Control.Signals;

/// <summary>One release in one environment, as the signals address it.</summary>
public readonly record struct ReleaseKey(string System, string Environment, string Release);

/// <summary>What a warrant asks signals to watch.</summary>
public sealed record ReleaseWatch
{
    public required ReleaseKey Key { get; init; }

    /// <summary>The warrant that the thresholds stand in.</summary>
    public required Guid Warrant { get; init; }

    /// <summary><c>thresholds</c> of the warrant, verbatim: durations in ms, decimals as strings.</summary>
    public required JsonElement Thresholds { get; init; }

    /// <summary>Files of the release by path; the baseline is one of them.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }
}
