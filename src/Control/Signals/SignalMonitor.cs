using Provost.Control.Signals.Detectors;

namespace Provost.Control.Signals;

/// <summary>What does not change about a monitor.</summary>
/// <param name="Events">Events counted per row.</param>
internal sealed record MonitorFace(string Signal, string? Feature, double Approved, double Limit, int Events)
{
    public required string Measures { get; init; }
}

/// <summary>
/// One threshold of one release, watched. A pure fold of samples in log order: the same samples give the same state,
/// bit for bit. Closed panes feed the rising detector; during an excursion, or after a restart that asks for proof,
/// they also feed the reverse one. Not thread-safe: the engine is its only caller.
/// </summary>
internal abstract class SignalMonitor
{
    /// <summary>Evidence above which a pane may belong to an excursion that is about to be found.</summary>
    private static readonly double Suspicion = Math.Log(20);

    private readonly EDetector _rising;
    private readonly EDetector _returning;
    private readonly SignalOptions _options;
    private readonly MonitorHistory _history;
    private readonly Queue<PaneCounts> _window = new();
    private readonly PaneCounts _windowSum;
    private readonly PaneCounts _pane;
    private readonly PaneCounts _suspect;
    private readonly PaneCounts _counted;
    private DateTimeOffset? _paneStart;
    private DateTimeOffset? _suspectedSince;
    private DateTimeOffset? _openSince;
    private DateTimeOffset? _last;
    private bool _proving;

    protected SignalMonitor(MonitorFace face, EDetector rising, EDetector returning, SignalOptions options)
    {
        Face = face;
        _rising = rising;
        _returning = returning;
        _options = options;
        _windowSum = new PaneCounts(face.Events);
        _pane = new PaneCounts(face.Events);
        _suspect = new PaneCounts(face.Events);
        _counted = new PaneCounts(face.Events);
        _history = new MonitorHistory(face.Events, Measure, WindowInterval);
    }

    public MonitorFace Face { get; }

    public bool InBreach => _openSince is not null;

    public DateTimeOffset? LastSample => _last;

    /// <summary>Adds what a sample says to some counts; false when it says nothing about this signal.</summary>
    public abstract bool Count(SignalSample sample, PaneCounts into);

    /// <summary>The quantity over counts with at least one row.</summary>
    protected abstract double Measure(PaneCounts counts);

    protected abstract ShareInterval Interval(PaneCounts counts, double alpha);

    /// <summary>In words, what the counts show.</summary>
    protected abstract string Explain(PaneCounts counts);

    /// <summary>Folds one sample; at most two things happen: the old pane closes by age, the new one by size.</summary>
    public void Fold(SignalSample sample, ReleaseWatch watch, ICollection<SignalEvent> said)
    {
        _counted.Clear();
        if (!Count(sample, _counted))
        {
            return;
        }

        if (_paneStart is { } start && sample.Time - start >= _options.PaneSpan)
        {
            ClosePane(sample.Time, watch, said);
        }

        _paneStart ??= sample.Time;
        _last = _last is { } last && last > sample.Time ? last : sample.Time;
        _pane.Add(_counted);
        _history.Add(sample.Time, _counted);
        if (_pane.Rows >= _options.PaneRows)
        {
            ClosePane(sample.Time, watch, said);
        }
    }

    /// <summary>Begins anew: the release was restored or resumed, and has to prove itself on fresh traffic.</summary>
    public void Restart()
    {
        _rising.Restart();
        _returning.Restart();
        _pane.Clear();
        _window.Clear();
        _windowSum.Clear();
        _suspect.Clear();
        _paneStart = null;
        _suspectedSince = null;
        _openSince = null;
        _proving = true;
    }

    /// <summary>The reading for the board. Stale data prove nothing, but a breach stays a breach.</summary>
    public SignalReading Read(ReleaseWatch watch, DateTimeOffset now)
    {
        var interval = WindowInterval() ?? new ShareInterval(0, 1);
        var fresh = _last is { } last && now - last <= _options.StaleAfter;
        return new SignalReading
        {
            Key = watch.Key,
            Warrant = watch.Warrant,
            Signal = Face.Signal,
            Feature = Face.Feature,
            Measures = Face.Measures,
            Value = _windowSum.Rows == 0 ? null : Measure(_windowSum),
            Low = interval.Low,
            High = interval.High,
            Approved = Face.Approved,
            Limit = Face.Limit,
            Verdict = InBreach ? SignalVerdict.Breach
                : fresh && interval.High < Face.Limit ? SignalVerdict.Ok
                : SignalVerdict.Unproven,
            Rows = _windowSum.Rows,
            LastSample = _last,
            Since = _openSince,
            History = _history.Points(),
        };
    }

    /// <summary>The upper end of what the last panes leave possible: 1 without data.</summary>
    public double Upper() => WindowInterval()?.High ?? 1;

    private ShareInterval? WindowInterval() =>
        _windowSum.Rows == 0 ? null : Interval(_windowSum, _options.Alpha);

    private void ClosePane(DateTimeOffset at, ReleaseWatch watch, ICollection<SignalEvent> said)
    {
        var start = _paneStart!.Value;
        _rising.Update(_pane);
        Suspect(start);
        if (InBreach || _proving)
        {
            _returning.Update(_pane);
        }

        Show(_pane);
        Decide(at, start, watch, said);
        _pane.Clear();
        _paneStart = null;
    }

    private void Suspect(DateTimeOffset start)
    {
        if (_rising.LogEvidence < Suspicion)
        {
            _suspectedSince = null;
            _suspect.Clear();
            return;
        }

        _suspectedSince ??= start;
        _suspect.Add(_pane);
    }

    private void Show(PaneCounts counts)
    {
        _window.Enqueue(counts.Copy());
        _windowSum.Add(counts);
        if (_window.Count > _options.WindowPanes)
        {
            _windowSum.Subtract(_window.Dequeue());
        }
    }

    /// <summary>What came before a turn would hide it: the window now shows <paramref name="counts"/>.</summary>
    private void ShowOnly(PaneCounts counts)
    {
        _window.Clear();
        _windowSum.Clear();
        Show(counts);
    }

    private void Decide(DateTimeOffset at, DateTimeOffset start, ReleaseWatch watch, ICollection<SignalEvent> said)
    {
        if (!InBreach && _rising.LogEvidence >= _options.LogAlarm)
        {
            _openSince = _suspectedSince ?? start;
            _proving = false;
            _returning.Restart();
            ShowOnly(_suspect);
            said.Add(new SignalEvent.Breach
            {
                Key = watch.Key,
                Warrant = watch.Warrant,
                Signal = Face.Signal,
                Feature = Face.Feature,
                At = at,
                Value = Measure(_windowSum),
                Limit = Face.Limit,
                Rows = _windowSum.Rows,
                Since = _openSince.Value,
                LogEvidence = _rising.LogEvidence,
                Evidence = Explain(_windowSum),
            });
        }
        else if ((InBreach || _proving) && _returning.LogEvidence >= _options.LogRecovery)
        {
            _openSince = null;
            _proving = false;
            _rising.Restart();
            ShowOnly(_pane);
            said.Add(new SignalEvent.Recovery
            {
                Key = watch.Key,
                Warrant = watch.Warrant,
                Signal = Face.Signal,
                Feature = Face.Feature,
                At = at,
                Value = Measure(_windowSum),
                Limit = Face.Limit,
                Rows = _windowSum.Rows,
            });
        }
    }

    /// <summary>Everything that a restart of the process must not lose.</summary>
    internal MonitorState Save() => new()
    {
        Signal = Face.Signal,
        Feature = Face.Feature,
        Rising = _rising.Save(),
        Returning = _returning.Save(),
        Pane = CountsState.Of(_pane),
        Suspect = CountsState.Of(_suspect),
        PaneStart = _paneStart,
        Window = [.. _window.Select(CountsState.Of)],
        SuspectedSince = _suspectedSince,
        OpenSince = _openSince,
        Last = _last,
        Proving = _proving,
        History = _history.Save(),
    };

    /// <exception cref="FormatException">The state belongs to a monitor of another form.</exception>
    internal void Load(MonitorState state)
    {
        _rising.Load(state.Rising);
        _returning.Load(state.Returning);
        _pane.Clear();
        _pane.Add(state.Pane.ToCounts(Face.Events));
        _suspect.Clear();
        _suspect.Add(state.Suspect.ToCounts(Face.Events));
        _paneStart = state.PaneStart;
        _window.Clear();
        _windowSum.Clear();
        foreach (var pane in state.Window.Select(p => p.ToCounts(Face.Events)))
        {
            _window.Enqueue(pane);
            _windowSum.Add(pane);
        }

        _suspectedSince = state.SuspectedSince;
        _openSince = state.OpenSince;
        _last = state.Last;
        _proving = state.Proving;
        _history.Load(state.History);
    }
}
