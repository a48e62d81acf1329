using Provost.Control.Signals.Drift;
using Provost.Control.Signals.Latency;

namespace Provost.Control.Signals;

/// <summary>Every signal this build knows, in alphabetical order.</summary>
internal static class SignalCatalog
{
    public static IReadOnlyList<ISignal> All { get; } =
    [
        new DriftSignal(),
        new LatencySignal(),
    ];
}
