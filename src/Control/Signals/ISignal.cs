namespace Provost.Control.Signals;

/// <summary>
/// A monitored quantity. It says which monitors the thresholds of a warrant ask for; what happens with them is the
/// same for every signal.
/// </summary>
internal interface ISignal
{
    /// <summary>The key under <c>thresholds</c> in a release, and the signal's name everywhere.</summary>
    string Id { get; }

    /// <summary>Monitors for a release; none when its thresholds do not name this signal.</summary>
    /// <exception cref="FormatException">Thresholds or baseline cannot be read: nothing can be proven then.</exception>
    IReadOnlyList<SignalMonitor> Arm(ReleaseWatch watch, SignalOptions options);
}
