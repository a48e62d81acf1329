using Provost.Control.Signals.Detectors;

namespace Provost.Control.Signals;

/// <summary>Minutes of the last day, for charts: what each measured, what the window left possible.</summary>
/// <param name="events">Events counted per row.</param>
/// <param name="measure">The quantity over counts with at least one row.</param>
/// <param name="interval">The interval of the window now; null while it is empty.</param>
internal sealed class MonitorHistory(int events, Func<PaneCounts, double> measure, Func<ShareInterval?> interval)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    private readonly SortedDictionary<DateTimeOffset, SignalPoint> _closed = [];
    private readonly PaneCounts _open = new(events);
    private DateTimeOffset _minute;

    public void Add(DateTimeOffset time, PaneCounts counts)
    {
        var minute = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute));
        if (minute > _minute)
        {
            Close();
            _minute = minute;
        }

        // A record that comes after its minute closed is counted in the open one: charts need no second truth.
        _open.Add(counts);
    }

    public IReadOnlyList<SignalPoint> Points() =>
        _open.Rows == 0 ? [.. _closed.Values] : [.. _closed.Values, Open()];

    private SignalPoint Open()
    {
        var possible = interval();
        return new SignalPoint(_minute, _open.Rows, measure(_open), possible?.Low, possible?.High);
    }

    private void Close()
    {
        if (_open.Rows > 0)
        {
            _closed[_minute] = Open();
            _open.Clear();
        }

        while (_closed.Count > 0 && _closed.Keys.First() < _minute - Kept)
        {
            _closed.Remove(_closed.Keys.First());
        }
    }

    public HistoryState Save() => new()
    {
        Minute = _minute,
        Open = CountsState.Of(_open),
        Closed = [.. _closed.Values],
    };

    public void Load(HistoryState state)
    {
        _minute = state.Minute;
        _open.Clear();
        _open.Add(state.Open.ToCounts(events));
        _closed.Clear();
        foreach (var point in state.Closed)
        {
            _closed[point.Minute] = point;
        }
    }
}
