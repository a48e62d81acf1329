namespace Provost.Ledger.Spool;

/// <summary>
/// A disk that fails when told to and forgets what was not synced when the power goes: whole sectors of unsynced writes
/// are put back to what they held before, each or not by chance. Files lie in a real folder, so that recovery reads
/// what a disk would hold.
/// </summary>
internal sealed class FaultyStorage(int seed) : ISpoolStorage
{
    private const int Sector = 512;

    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly DiskStorage _disk = new();
    private readonly List<Segment> _open = [];
    private bool _isDead;

    /// <summary>Chance of a fault in each operation, 0 to 1.</summary>
    public double FaultRate { get; set; }

    /// <summary>Fails every write and sync until it is null again.</summary>
    public string? Fault { get; set; }

    public long Free { get; set; } = long.MaxValue;

    public int Syncs { get; private set; }

    /// <summary>When set, syncs wait for it.</summary>
    public ManualResetEventSlim? Hold { get; set; }

    public ISegmentFile Create(string path, long size)
    {
        lock (_lock)
        {
            MayFail("create");
            Settle(path);
            var segment = new Segment(this, path, _disk.Create(path, size));
            _open.Add(segment);
            return segment;
        }
    }

    public ISegmentFile Reuse(string spent, string path, long size)
    {
        lock (_lock)
        {
            MayFail("reuse");
            Settle(spent);
            Settle(path);
            var segment = new Segment(this, path, _disk.Reuse(spent, path, size));
            _open.Add(segment);
            return segment;
        }
    }

    public void Truncate(string path, long length)
    {
        lock (_lock)
        {
            MayFail("truncate");
            Settle(path);
            _disk.Truncate(path, length);
        }
    }

    public long FreeBytes(string directory) => Free;

    /// <summary>The power goes: nothing works any more, and what was not synced may be gone.</summary>
    public void Crash()
    {
        lock (_lock)
        {
            _isDead = true;
            foreach (var segment in _open)
                segment.Forget();
        }
    }

    /// <summary>A file that is cut and synced through a fresh descriptor has no pages left to lose.</summary>
    private void Settle(string path) => _open.RemoveAll(s => s.Path == path);

    private void MayFail(string what)
    {
        if (_isDead)
            throw new IOException("no power");

        if (Fault is { } fault)
            throw new IOException(fault);

        if (_random.NextDouble() < FaultRate)
            throw new IOException($"{what} failed");
    }

    private sealed class Segment(FaultyStorage storage, string path, ISegmentFile file) : ISegmentFile
    {
        public string Path => path;

        private readonly List<(long Offset, byte[] Before)> _unsynced = [];

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (storage._lock)
            {
                Remember(offset, bytes.Length);
                try
                {
                    storage.MayFail("write");
                }
                catch (IOException)
                {
                    file.Write(bytes[..storage._random.Next(bytes.Length)], offset); // a short write
                    throw;
                }

                file.Write(bytes, offset);
            }
        }

        public void Sync()
        {
            storage.Hold?.Wait();
            lock (storage._lock)
            {
                storage.Syncs++;
                try
                {
                    storage.MayFail("sync");
                }
                catch (IOException)
                {
                    Forget(); // the kernel drops the pages and says so once
                    throw;
                }

                file.Sync();
                _unsynced.Clear();
            }
        }

        public void Dispose() => file.Dispose();

        public void Forget()
        {
            if (!File.Exists(path))
                return;

            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            foreach (var (offset, before) in Enumerable.Reverse(_unsynced))
            {
                for (var at = 0; at < before.Length; at += Sector)
                {
                    var sector = before.AsSpan(at, Math.Min(Sector, before.Length - at));
                    if (storage._random.Next(2) == 0 && offset + at < RandomAccess.GetLength(handle))
                        RandomAccess.Write(handle, sector, offset + at);
                }
            }

            _unsynced.Clear();
        }

        private void Remember(long offset, int length)
        {
            var before = new byte[length];
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            RandomAccess.Read(handle, before, offset);
            _unsynced.Add((offset, before));
        }
    }
}
