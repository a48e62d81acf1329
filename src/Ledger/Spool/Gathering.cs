namespace Provost.Ledger.Spool;

/// <summary>
/// How many records to wait for before a sync: as many as come in the time of a linger, and no more than came together
/// lately. A sync costs the processor the same for one record as for twenty; a lone call must not wait for company that
/// does not come, and callers who wait for their records all the same are not waited for once they are all here.
/// </summary>
internal sealed class Gathering(SpoolOptions options, TimeProvider time)
{
    /// <summary>The load is judged by stretches of this length.</summary>
    private static readonly TimeSpan Stretch = TimeSpan.FromMilliseconds(10);

    private long _began = time.GetTimestamp();
    private int _records;
    private int _largest;

    /// <summary>Records that are worth waiting for; 1 while it pays to sync at once.</summary>
    public int Expected { get; private set; } = 1;

    /// <summary>Takes note of a batch that was written.</summary>
    public void Wrote(int records)
    {
        _records += records;
        _largest = Math.Max(_largest, records);
        var elapsed = time.GetElapsedTime(_began);
        if (elapsed < Stretch)
            return;

        var come = _records * (options.Linger / elapsed);
        Expected = come >= options.LingerFor ? Math.Max(1, Math.Min(_largest, (int)Math.Round(come))) : 1;
        (_began, _records, _largest) = (time.GetTimestamp(), 0, 0);
    }
}
