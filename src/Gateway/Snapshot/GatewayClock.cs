namespace Provost.Gateway.Snapshot;

/// <summary>
/// The time by which things expire: never earlier than the newest signed statement that was taken and what has passed
/// since by a clock that nobody can set, so that a wall clock set back revives and prolongs nothing.
/// </summary>
internal sealed class GatewayClock(TimeProvider time)
{
    private volatile Mark? _mark;

    public DateTimeOffset Now
    {
        get
        {
            var wall = time.GetUtcNow();
            return _mark is { } mark && Floor(mark) is var floor && floor > wall ? floor : wall;
        }
    }

    /// <summary>Raises the floor; a lower instant changes nothing.</summary>
    public void Raise(DateTimeOffset seen)
    {
        if (_mark is not { } mark || seen > Floor(mark))
            _mark = new Mark(seen, time.GetTimestamp());
    }

    private DateTimeOffset Floor(Mark mark)
    {
        var passed = time.GetElapsedTime(mark.Timestamp);
        return passed > TimeSpan.Zero ? mark.Seen + passed : mark.Seen;
    }

    /// <param name="Seen">A signed instant.</param>
    /// <param name="Timestamp">When it was seen, by the clock that only goes on.</param>
    private sealed record Mark(DateTimeOffset Seen, long Timestamp);
}
