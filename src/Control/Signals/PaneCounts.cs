namespace Provost.Control.Signals;

/// <summary>
/// Rows and events of one pane: integers, so that panes of several nodes add to the same bits in any order.
/// </summary>
public sealed class PaneCounts(int events)
{
    private readonly long[] _events = new long[events];

    /// <summary>Rows counted.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows in which each event happened, at most <see cref="Rows"/> each.</summary>
    public ReadOnlySpan<long> Events => _events;

    internal long[] EventArray => _events;

    /// <summary>Adds <paramref name="rows"/> rows; events are added with <see cref="Hit"/>.</summary>
    public void Saw(long rows) => Rows += rows;

    public void Hit(int @event, long rows) => _events[@event] += rows;

    public void Add(PaneCounts other)
    {
        Rows += other.Rows;
        for (var i = 0; i < _events.Length; i++)
        {
            _events[i] += other._events[i];
        }
    }

    internal void Subtract(PaneCounts other)
    {
        Rows -= other.Rows;
        for (var i = 0; i < _events.Length; i++)
        {
            _events[i] -= other._events[i];
        }
    }

    public void Clear()
    {
        Rows = 0;
        Array.Clear(_events);
    }

    internal PaneCounts Copy()
    {
        var copy = new PaneCounts(_events.Length);
        copy.Add(this);
        return copy;
    }
}
