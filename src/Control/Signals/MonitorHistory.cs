namespace Provost.Control.Signals;

/// <summary>Counts per minute of the last day, for charts.</summary>
internal sealed class MonitorHistory(int events)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    private readonly SortedDictionary<DateTimeOffset, (long Rows, double Value)> _closed = [];
    private readonly PaneCounts _open = new(events);
    private DateTimeOffset _minute;

    public void Add(DateTimeOffset time, PaneCounts counts, Func<PaneCounts, double> measure)
    {
        var minute = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute));
        if (minute > _minute)
        {
            Close(measure);
            _minute = minute;
        }

        // A record that comes after its minute closed is counted in the open one: charts need no second truth.
        _open.Add(counts);
    }

    public IReadOnlyList<SignalPoint> Points(Func<PaneCounts, double> measure)
    {
        var points = _closed.Select(p => new SignalPoint(p.Key, p.Value.Rows, p.Value.Value));
        return _open.Rows == 0
            ? [.. points]
            : [.. points, new SignalPoint(_minute, _open.Rows, measure(_open))];
    }

    private void Close(Func<PaneCounts, double> measure)
    {
        if (_open.Rows > 0)
        {
            _closed[_minute] = (_open.Rows, measure(_open));
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
        Closed = [.. _closed.Select(p => new SignalPoint(p.Key, p.Value.Rows, p.Value.Value))],
    };

    public void Load(HistoryState state)
    {
        _minute = state.Minute;
        _open.Clear();
        _open.Add(state.Open.ToCounts(events));
        _closed.Clear();
        foreach (var point in state.Closed)
        {
            _closed[point.Minute] = (point.Rows, point.Value);
        }
    }
}
