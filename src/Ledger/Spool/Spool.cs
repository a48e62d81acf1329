using Provost.Ledger.Records;

namespace Provost.Ledger.Spool;

/// <summary>
/// A node's durable buffer. Appends queue under a short lock; one thread writes what queued during the last sync as the
/// next batch and syncs it, so the price of a sync is shared by all that wait for it. Numbers are given when a batch is
/// written: gapless, and never spent on a record that failed.
/// </summary>
/// <remarks>
/// Segments are named by their first number, zero-filled ahead, and cut to their length when they are left. A failed
/// sync is never tried again on its descriptor: the segment is cut back to what is known to be durable, what waited is
/// refused, and a new segment is begun when the disk allows. Safe for concurrent use.
/// </remarks>
public sealed class Spool : IAsyncDisposable
{
    private const long MaxBatchBytes = 8 << 20;

    /// <summary>The shortest wait that the framework's monitors know; records that were expected come sooner.</summary>
    private static readonly TimeSpan GatherAtMost = TimeSpan.FromMilliseconds(1);

    /// <summary>An entry of the log has at most 65,535 bytes, the record's place in it included.</summary>
    private const int MaxRecordBytes = 64_000;

    private readonly object _gate = new();
    private readonly Lock _raising = new();
    private readonly SpoolOptions _options;
    private readonly TimeProvider _time;
    private readonly FileStream _lock;
    private readonly SpoolWriter _writer;
    private readonly Thread _thread;
    private readonly Queue<SpoolBatch> _full = new();
    private SpoolBatch _next = new();
    private long _backlog;

    /// <summary>Records queued that the thread is to be woken for.</summary>
    private int _wanted = 1;
    private bool _stopping;

    private Spool(SpoolOptions options, TimeProvider time, FileStream held, SpoolWriter writer, byte[] nodeKey)
    {
        NodeKey = nodeKey;
        _time = time;
        _options = options;
        _lock = held;
        _writer = writer;
        _thread = new Thread(Run) { IsBackground = true, Name = $"spool {options.Node}" };
        _thread.Start();
    }

    public string Node => _options.Node;

    public string Directory => _options.Directory;

    /// <summary>Number of the last durable record, -1 before the first.</summary>
    public long DurableThrough => _writer.DurableThrough;

    /// <summary>The newest durable record, to be told to whoever keeps watch elsewhere; null before the first that this
    /// process wrote.</summary>
    public SpoolHead? Head() => _writer.Head();

    /// <summary>The highest snapshot epoch this node ever took.</summary>
    public long HighestEpoch { get; private set; }

    /// <summary>The node's public key (P-256), SubjectPublicKeyInfo.</summary>
    public byte[] NodeKey { get; }

    public SpoolHealth Health
    {
        get
        {
            lock (_gate)
            {
                return new SpoolHealth(
                    _writer.Refusal, _backlog, _writer.FreeBytes, _writer.DurableThrough, _writer.LastSync);
            }
        }
    }

    /// <summary>Opens (or begins) a node's spool: takes its lock, cuts a torn tail, continues its numbers.</summary>
    /// <exception cref="IOException">Another process has it, or the disk cannot be used.</exception>
    public static Spool Open(SpoolOptions options, TimeProvider time) => Open(options, time, new DiskStorage());

    internal static Spool Open(SpoolOptions options, TimeProvider time, ISpoolStorage storage)
    {
        System.IO.Directory.CreateDirectory(
            options.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var held = TakeLock(options.Directory);
        try
        {
            var next = SpoolRecovery.CutTornTail(options.Directory, storage);
            var key = SpoolNodeKey.LoadOrMake(options.Directory);
            var signature = new SpoolSignature(key);
            SpoolRecovery.AddUnsigned(options.Directory, signature);
            var epoch = SpoolEpoch.Read(options.Directory);
            var writer = new SpoolWriter(options, time, storage, signature, next);
            return new Spool(options, time, held, writer, key.ExportSubjectPublicKeyInfo()) { HighestEpoch = epoch };
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Queues a record. The spool owns the draft from here on, whatever happens.</summary>
    /// <returns>A ticket; a refusal is a ticket whose task has faulted.</returns>
    public SpoolTicket Append(RecordDraft draft)
    {
        lock (_gate)
        {
            if (Refuse(draft) is { } reason)
            {
                draft.Dispose();
                return new SpoolTicket(SpoolBatch.Refused(new SpoolUnavailableException(reason)), 0);
            }

            if (_next.Bytes + draft.Size > MaxBatchBytes && _next.Drafts.Count > 0)
            {
                _full.Enqueue(_next);
                _next = new SpoolBatch();
            }

            _next.Drafts.Add(draft);
            _next.Bytes += draft.Size;
            _backlog += draft.Size;
            if (_next.Drafts.Count >= _wanted || _full.Count > 0)
                Monitor.Pulse(_gate);
            return new SpoolTicket(_next, _next.Drafts.Count - 1);
        }
    }

    /// <summary>Remembers a snapshot's epoch, durably, before the snapshot may be used.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is lower than one taken before.</exception>
    public void RaiseEpoch(long epoch)
    {
        lock (_raising)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(epoch, HighestEpoch);
            if (epoch == HighestEpoch)
                return;

            SpoolEpoch.Write(_options.Directory, epoch);
            HighestEpoch = epoch;
        }
    }

    /// <summary>Writes what is queued, signs it and lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_stopping)
                return;

            _stopping = true;
            Monitor.Pulse(_gate);
        }

        await Task.Factory.StartNew(
            _thread.Join, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _writer.Dispose();
        await _lock.DisposeAsync();
    }

    private string? Refuse(RecordDraft draft)
    {
        if (_stopping)
            return "The spool is closing.";

        if (_writer.Refusal is { } reason && !(draft.IsGovernance && _writer.OnlyReserveIsLeft))
            return reason;

        if (_backlog + draft.Size > _options.MaxBacklogBytes)
            return "More records wait for the disk than may wait.";

        if (draft.Record.Length > MaxRecordBytes)
            return $"The record has {draft.Record.Length} bytes; an entry of the log takes {MaxRecordBytes} of it.";

        return draft.Size > _options.SegmentBytes - 4096 ? "The record is larger than a segment." : null;
    }

    private void Run()
    {
        var gathering = new Gathering(_options, _time);
        while (true)
        {
            SpoolBatch? batch;
            lock (_gate)
            {
                while (_full.Count == 0 && _next.Drafts.Count == 0 && !_stopping)
                {
                    // woken by an append, or in time for a signature that is due or a disk that is to be tried again
                    if (!Monitor.Wait(_gate, _writer.IdleFor()))
                        break;
                }

                if (_full.Count == 0 && _next.Drafts.Count > 0 && _next.Drafts.Count < gathering.Expected && !_stopping)
                {
                    _wanted = gathering.Expected;
                    Monitor.Wait(_gate, GatherAtMost);
                    _wanted = 1;
                }

                batch = TakeNext();
                if (batch is null && _stopping)
                    break;
            }

            if (batch is null)
            {
                _writer.Idle();
                continue;
            }

            var bytes = batch.Bytes;
            gathering.Wrote(batch.Drafts.Count);
            _writer.Write(batch);
            lock (_gate)
            {
                _backlog -= bytes;
            }
        }

        _writer.SignRest();
    }

    private SpoolBatch? TakeNext()
    {
        if (_full.TryDequeue(out var full))
            return full;

        if (_next.Drafts.Count == 0)
            return null;

        var taken = _next;
        _next = new SpoolBatch();
        return taken;
    }

    private static FileStream TakeLock(string directory)
    {
        try
        {
            return new FileStream(
                Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new IOException($"The spool {directory} is in use by another process.", fault);
        }
    }
}
