namespace Provost.Gateway.Snapshot;

/// <summary>
/// The time by which things expire: never earlier than the newest signed statement that was taken, so that a wall clock
/// set back revives nothing.
/// </summary>
internal sealed class GatewayClock(TimeProvider time)
{
    private long _mark;

    public DateTimeOffset Now
    {
        get
        {
            var wall = time.GetUtcNow();
            var mark = Volatile.Read(ref _mark);
            return wall.UtcTicks >= mark ? wall : new DateTimeOffset(mark, TimeSpan.Zero);
        }
    }

    /// <summary>Raises the floor; a lower instant changes nothing.</summary>
    public void Raise(DateTimeOffset seen)
    {
        if (seen.UtcTicks > Volatile.Read(ref _mark))
        {
            Volatile.Write(ref _mark, seen.UtcTicks);
        }
    }
}
