namespace Provost.Control.Signals;

/// <summary>All monitors at one instant: what console, API and response read.</summary>
public sealed record SignalBoard(DateTimeOffset At, IReadOnlyList<SignalReading> Readings)
{
    public IEnumerable<SignalReading> Of(string system, string environment) =>
        Readings.Where(r => r.Key.System == system && r.Key.Environment == environment);

    public IEnumerable<SignalReading> Of(ReleaseKey release) => Readings.Where(r => r.Key == release);

    /// <summary>The worst verdict of a release; unproven when nothing watches it.</summary>
    public SignalVerdict VerdictOf(ReleaseKey release)
    {
        var verdicts = Of(release).Select(r => r.Verdict).ToList();
        return verdicts.Contains(SignalVerdict.Breach) ? SignalVerdict.Breach
            : verdicts.Count == 0 || verdicts.Contains(SignalVerdict.Unproven) ? SignalVerdict.Unproven
            : SignalVerdict.Ok;
    }
}
