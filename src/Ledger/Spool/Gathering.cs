namespace Provost.Ledger.Spool;

/// <summary>
/// Whether it pays to wait for more records before a sync: only while so many come that some will in that time. A sync
/// costs the processor the same for one record as for twenty; a lone call must not wait for company that does not come.
/// </summary>
internal sealed class Gathering(SpoolOptions options, TimeProvider time)
{
    /// <summary>The load is judged by stretches of this length.</summary>
    private static readonly TimeSpan Stretch = TimeSpan.FromMilliseconds(10);

    private long _began = time.GetTimestamp();
    private int _records;

    /// <summary>Whether at least <see cref="SpoolOptions.LingerFor"/> records come in the time of a linger.</summary>
    public bool Pays { get; private set; }

    /// <summary>Takes note of what was written.</summary>
    public void Wrote(int records)
    {
        _records += records;
        var elapsed = time.GetElapsedTime(_began);
        if (elapsed < Stretch)
            return;

        Pays = _records * (options.Linger / elapsed) >= options.LingerFor;
        (_began, _records) = (time.GetTimestamp(), 0);
    }
}
