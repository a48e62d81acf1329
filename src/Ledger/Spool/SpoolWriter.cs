using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Provost.Ledger.Records;

namespace Provost.Ledger.Spool;

/// <summary>The one thread's side of a spool: segments, numbers, syncs, signatures, and a disk that fails.</summary>
internal sealed class SpoolWriter : IDisposable
{
    private readonly SpoolOptions _options;
    private readonly TimeProvider _time;
    private readonly ISpoolStorage _storage;
    private readonly PooledBuffer _buffer = new();
    private readonly SpoolSignature _signature;
    private ISegmentFile? _segment;
    private string _path = "";
    private long _offset;
    private string? _toCut;
    private long _cutAt;
    private long _nextSeq;
    private long? _unsignedSince;
    private bool _holdsRecords;
    private long _checkedAt = long.MinValue;
    private volatile string? _refusal;
    private long _durableThrough;
    private readonly Lock _newest = new();
    private readonly PooledBuffer _newestRecord = new();
    private int _newestAt;
    private Task<(string Path, ISegmentFile File)>? _prepared;

    public SpoolWriter(
        SpoolOptions options, TimeProvider time, ISpoolStorage storage, SpoolSignature signature, long nextSeq)
    {
        (_options, _time, _storage, _signature, _nextSeq) = (options, time, storage, signature, nextSeq);
        _durableThrough = nextSeq - 1;
        _unsignedSince = signature.IsDue ? time.GetTimestamp() : null;
        CheckSpace();
        if (_refusal is null || OnlyReserveIsLeft)
            TryBegin();
    }

    public long DurableThrough => Volatile.Read(ref _durableThrough);

    /// <summary>The newest durable record; null before the first that this process wrote.</summary>
    public SpoolHead? Head()
    {
        lock (_newest)
        {
            return _newestRecord.Length == 0
                ? null
                : new SpoolHead(_durableThrough, Convert.ToHexStringLower(SHA256.HashData(_newestRecord.Span)));
        }
    }

    public string? Refusal => _refusal;

    /// <summary>True while space is low and a segment is open: governance may still write.</summary>
    public bool OnlyReserveIsLeft { get; private set; }

    public long FreeBytes { get; private set; }

    public TimeSpan LastSync { get; private set; }

    /// <summary>How long the thread may sleep when nothing is queued.</summary>
    public TimeSpan IdleFor() => _unsignedSince is not null && _holdsRecords ? _options.SignWithin
        : _refusal is not null ? _options.RetryAfter
        : Timeout.InfiniteTimeSpan;

    /// <summary>Nothing is queued: sign what is unsigned, or see whether the disk is well again.</summary>
    public void Idle()
    {
        if (!TryCheckSpace())
            return;

        if (_segment is null)
            TryBegin();
        else if (_unsignedSince is not null && _holdsRecords)
            Write(new SpoolBatch(), sign: true);
    }

    public void Write(SpoolBatch batch) => Write(batch, SignatureIsDue());

    public void SignRest()
    {
        if (_segment is not null && _unsignedSince is not null && _holdsRecords)
            Write(new SpoolBatch(), sign: true);
    }

    public void Dispose()
    {
        try
        {
            Leave();
            if (_prepared is { } ahead)
            {
                var (path, file) = ahead.GetAwaiter().GetResult();
                file.Dispose();
                File.Delete(path);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // leaving tidily is a courtesy: the next opening cuts the tail and removes what was made ahead
        }

        _buffer.Dispose();
        _newestRecord.Dispose();
        _signature.Dispose();
    }

    private void Write(SpoolBatch batch, bool sign)
    {
        try
        {
            CheckSpace();
            var first = _nextSeq;
            var records = Compose(batch, sign);
            if (_segment is null || (batch.Drafts.Count > 0 && _holdsRecords && !Fits(_buffer.Length)))
                Roll();

            var start = Stopwatch.GetTimestamp();
            _segment.Write(_buffer.Span, _offset);
            _segment.Sync();
            LastSync = Stopwatch.GetElapsedTime(start);
            _offset += _buffer.Length;
            Succeeded(batch, first, records, sign);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Failed(batch, fault);
        }
    }

    /// <summary>
    /// A signature covers the frames before it and so stands first in its batch. Gives the place of the first record.
    /// </summary>
    private int Compose(SpoolBatch batch, bool sign)
    {
        _buffer.Clear();
        if (sign)
            SpoolFrame.WriteSignature(_buffer, _nextSeq - 1, _signature.Sign());

        var records = _buffer.Length;
        var number = _nextSeq;
        foreach (var draft in batch.Drafts)
        {
            _newestAt = _buffer.Length;
            SpoolFrame.Write(_buffer, draft, number++);
        }

        return records;
    }

    private void Succeeded(SpoolBatch batch, long first, int records, bool signed)
    {
        if (signed)
        {
            _signature.Written();
            _unsignedSince = null;
        }

        var count = batch.Drafts.Count;
        batch.First = first;
        _nextSeq = first + count;
        lock (_newest)
        {
            Volatile.Write(ref _durableThrough, _nextSeq - 1);
            if (count > 0)
            {
                _newestRecord.Clear();
                _newestRecord.Write(SpoolFrame.RecordOf(_buffer.Span[_newestAt..]));
            }
        }

        if (_refusal is not null && !OnlyReserveIsLeft)
            _refusal = null;
        batch.Succeed();
        if (count > 0)
        {
            // after the batch, so that nobody waits while it is hashed
            _holdsRecords = true;
            _signature.Add(_buffer.Span[records..], first);
            _unsignedSince ??= _time.GetTimestamp();
        }

        Prepare();
    }

    private void Failed(SpoolBatch batch, Exception fault)
    {
        // the kernel may have dropped the pages: what is on the disk beyond the last success is unknown and is cut
        if (_segment is not null)
        {
            (_toCut, _cutAt) = (_path, _offset);
            _segment.Dispose();
            _segment = null;
        }

        _refusal = $"Records cannot be made durable: {fault.Message}";
        OnlyReserveIsLeft = false;
        batch.Fail(new SpoolUnavailableException(_refusal, fault));
    }

    private bool SignatureIsDue() =>
        _unsignedSince is { } since && _time.GetElapsedTime(since) >= _options.SignWithin;

    private bool Fits(int bytes) => _offset + bytes <= _options.SegmentBytes;

    /// <summary>
    /// Segments are named by their first record, so one is left only once it holds a record, and a signature alone
    /// never begins one: a name is not used twice.
    /// </summary>
    [MemberNotNull(nameof(_segment))]
    private void Roll()
    {
        Leave();
        Begin();
    }

    private void TryBegin()
    {
        try
        {
            Begin();
            if (!OnlyReserveIsLeft)
                _refusal = null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _refusal = $"Records cannot be made durable: {fault.Message}";
        }
    }

    [MemberNotNull(nameof(_segment))]
    private void Begin()
    {
        if (_toCut is { } broken)
        {
            _storage.Truncate(broken, _cutAt);
            _toCut = null;
        }

        _path = SpoolSegments.PathOf(_options.Directory, _nextSeq);
        if (_prepared is { } ahead)
        {
            // waits for the rest of it when a segment filled faster than its successor was made
            _prepared = null;
            var (path, file) = ahead.GetAwaiter().GetResult();
            File.Move(path, _path, overwrite: true);
            Tree.DurableFile.SyncFolder(_options.Directory);
            _segment = file;
        }
        else
        {
            _segment = Make(_path);
        }

        (_offset, _holdsRecords) = (0, false);
    }

    private void Leave()
    {
        if (_segment is null)
            return;

        _segment.Dispose();
        _segment = null;
        _storage.Truncate(_path, _offset);
    }

    private ISegmentFile Make(string path) => SpoolSegments.FindSpent(_options.Directory) is { } spent
        ? _storage.Reuse(spent, path, _options.SegmentBytes)
        : _storage.Create(path, _options.SegmentBytes);

    /// <summary>Makes the next segment while this one is written: a roll must not wait until it is filled with
    /// zeroes.</summary>
    private void Prepare()
    {
        if (_prepared is not null || _offset < _options.SegmentBytes / 8 || _storage is not DiskStorage)
            return;

        var path = Path.Combine(_options.Directory, "ahead");
        _prepared = Task.Run(() => (path, Make(path)));
    }

    private bool TryCheckSpace()
    {
        try
        {
            CheckSpace();
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _refusal = $"The disk cannot be asked for its free space: {fault.Message}";
            OnlyReserveIsLeft = false;
            return false;
        }
    }

    private void CheckSpace()
    {
        var isRecent = _checkedAt != long.MinValue && _time.GetElapsedTime(_checkedAt) < TimeSpan.FromSeconds(1);
        if (isRecent && _refusal is null)
            return;

        _checkedAt = _time.GetTimestamp();
        FreeBytes = _storage.FreeBytes(_options.Directory);
        var low = FreeBytes < _options.MinFreeBytes;
        if (low)
        {
            SpoolSegments.DropSpent(_options.Directory);
            _refusal = string.Create(
                CultureInfo.InvariantCulture,
                $"Only {FreeBytes >> 20} MiB are free; {_options.MinFreeBytes >> 20} are kept for governance.");
        }
        else if (OnlyReserveIsLeft)
        {
            _refusal = null;
        }

        OnlyReserveIsLeft = low;
    }
}
