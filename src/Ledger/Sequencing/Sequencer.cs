using Provost.Ledger.Checkpoints;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Sequencing;

/// <summary>
/// Makes the log of the nodes' spools: the one writer of entries and the one that has checkpoints signed. A round is
/// <code>
/// frames → payload parts copied and synced → tiles synced → read back → checkpoint signed → spools trimmed
/// </code>
/// and may be cut anywhere: which record comes next is a function of the log, so the next round repeats what was not
/// durable and nothing that was. Needs no database. Safe for concurrent use.
/// </summary>
/// <remarks>Rounds run on a thread of their own (<see cref="RunAsync"/>): they wait for disks.</remarks>
public sealed class Sequencer : IDisposable
{
    private const int FrameOverhead = 256;

    /// <summary>A node writes one segment and has the next at hand.</summary>
    private const int SpareSegments = 2;

    private readonly Lock _round = new();
    private readonly SequencerOptions _options;
    private readonly IReadOnlyList<SpoolSource> _sources;
    private readonly ICheckpointSigner _signer;
    private readonly TimeProvider _time;
    private readonly TileLogWriter _writer;
    private readonly TileLogReader _reader;
    private readonly PayloadWriter _payloads;
    private readonly LogPosition _position;
    private readonly LeafComposer _composer = new();
    private readonly List<SpoolReader> _readers;
    private readonly List<byte[]> _fresh = [];
    private readonly CommitSignal _committed;
    private long _savedAt;
    private long _signedTimestamp;
    private volatile string? _fault;

    /// <summary>Opens the log and finds where it stands. Throws <see cref="IOException"/> when another process writes
    /// it, <see cref="SequencerFaultException"/> when its entries do not follow on each other.</summary>
    public Sequencer(
        SequencerOptions options, IReadOnlyList<SpoolSource> sources, ICheckpointSigner signer, TimeProvider time)
    {
        (_options, _sources, _signer, _time) = (options, sources, signer, time);
        _writer = TileLogWriter.Open(options.LedgerDirectory);
        try
        {
            _reader = new TileLogReader(options.LedgerDirectory);
            _position = CursorFile.Load(CursorPath, _reader, _writer.Size);
            _position.Replay(_reader, _writer.Size);
        }
        catch
        {
            _writer.Dispose();
            throw;
        }

        _payloads = new PayloadWriter(options.PayloadDirectory);
        _readers = [.. sources.Select(s => new SpoolReader(s.Directory))];
        var published = PublishedSize(); // the signer is not asked: a start must not wait for it
        _committed = new CommitSignal(
            Math.Min(published, _writer.Size),
            published >= _writer.Size ? _position.NextOfNode : new Dictionary<string, long>());
        _signedTimestamp = time.GetTimestamp();
    }

    /// <summary>Entries that a signed checkpoint covers; what readers of the log may read.</summary>
    public long CommittedSize => _committed.Now.Size;

    /// <summary>What a signed checkpoint covers, as one state: entries, and of each node the number after its last
    /// record. Of nodes nothing is known before the first round of this process when the last one was cut.</summary>
    public (long Size, IReadOnlyDictionary<string, long> NextOfNode) Committed
    {
        get
        {
            var committed = _committed.Now;
            return (committed.Size, committed.Nodes);
        }
    }

    public SequencerHealth Health
    {
        get
        {
            var committed = _committed.Now;
            var size = Math.Max(_writer.Size, committed.Size);
            return new SequencerHealth(size, committed.Size, committed.SignedAt, _fault);
        }
    }

    /// <summary>The log as its files hold it, signed or not: its first entries, at most so many, and the root over
    /// them.</summary>
    public (long Size, byte[] Root) Stored(long atMost)
    {
        lock (_round)
        {
            var size = Math.Min(atMost, _writer.FlushedSize);
            return (size, _reader.RootAt(size));
        }
    }

    /// <summary>Reads the log's files; up to <see cref="CommittedSize"/>.</summary>
    public TileLogReader Log => _reader;

    /// <summary>Decisions that have an intent and no outcome in the log as it is now sequenced.</summary>
    public IReadOnlyList<OpenIntent> OpenIntents
    {
        get
        {
            lock (_round)
            {
                return [.. _position.Open.OrderBy(o => o.Value).Select(o => new OpenIntent(o.Key, o.Value))];
            }
        }
    }

    /// <summary>Completes once a checkpoint covers so many entries.</summary>
    public Task WaitForSizeAsync(long size, CancellationToken cancellationToken) =>
        _committed.WaitAsync(c => c.Size >= size, cancellationToken);

    /// <summary>Completes once a checkpoint covers that record of a node.</summary>
    public Task WaitForNodeAsync(string node, long nodeSeq, CancellationToken cancellationToken) =>
        _committed.WaitAsync(c => c.NextOf(node) > nodeSeq, cancellationToken);

    /// <summary>Sequences and signs until cancelled; <see cref="Health"/> shows a fault; it is tried again.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(ended, cancellationToken)) { IsBackground = true, Name = "sequencer" }.Start();
        return ended.Task;
    }

    /// <summary>Takes in all that is durable and signs it. Throws <see cref="IOException"/> on a fault.</summary>
    public void RunOnce()
    {
        while (Round())
        {
        }
    }

    /// <summary>Takes in all that is durable and signs nothing: what a start needs while the signer is still starting.
    /// Throws <see cref="IOException"/> on a fault.</summary>
    public void TakeIn()
    {
        while (Round(isSigned: false))
        {
        }
    }

    /// <summary>Saves the cursor and lets go of the log; not to be called while <see cref="RunAsync"/> runs.</summary>
    public void Dispose()
    {
        lock (_round)
        {
            try
            {
                if (_writer.FlushedSize == _writer.Size && _savedAt != _writer.Size)
                    SaveCursor();
            }
            catch (IOException)
            {
                // the cursor is a convenience; the next start folds the log again
            }

            _payloads.Dispose();
            _writer.Dispose();
        }
    }

    private string CheckpointPath => Path.Combine(_options.LedgerDirectory, "checkpoint");

    private string CursorPath => CursorFile.PathIn(_options.LedgerDirectory);

    private void Run(TaskCompletionSource ended, CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var pause = TryRounds(isLast: false) ? _options.Poll : _options.RetryAfter;
                cancellationToken.WaitHandle.WaitOne(pause);
            }

            TryRounds(isLast: true); // what became durable while the nodes were drained, due or not
            ended.SetResult();
        }
        catch (Exception bug)
        {
            _fault = bug.Message;
            ended.SetException(bug); // handed to whoever awaits the run
        }
    }

    private bool TryRounds(bool isLast)
    {
        try
        {
            // who is behind does not wait for the next checkpoint to be due: that would bound the rate of the log
            var isBehind = false;
            while ((isLast || isBehind || IsDue()) && (isBehind = Round()))
            {
            }

            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _fault = fault.Message;
            return false;
        }
    }

    private bool IsDue()
    {
        lock (_round)
        {
            var since = _time.GetElapsedTime(_signedTimestamp);
            var isNew = _writer.Size > CommittedSize
                || _sources.Any(s => s.DurableThrough() >= _position.NextOf(s.Node));
            return _committed.Now.SignedAt is null || since >= (isNew ? _options.CheckpointEvery : _options.Heartbeat);
        }
    }

    /// <summary>True when more waits than one checkpoint takes in.</summary>
    private bool Round(bool isSigned = true)
    {
        lock (_round)
        {
            // what a fault left unwritten goes first
            var (isMore, fault) = _writer.FlushedSize < _writer.Size ? (true, null) : Take();
            Store();
            if (isSigned)
                Commit();

            if (fault is not null)
                throw fault;

            _fault = null;
            return isMore;
        }
    }

    /// <summary>A node whose spool is at fault does not keep the others waiting.</summary>
    private (bool IsMore, SequencerFaultException? Fault) Take()
    {
        var left = _options.MaxBytesPerCheckpoint;
        SequencerFaultException? first = null;
        for (var i = 0; i < _sources.Count; i++)
        {
            try
            {
                Take(_sources[i], _readers[i], ref left);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                first ??= fault as SequencerFaultException
                    ?? new SequencerFaultException($"Node {_sources[i].Node}: {fault.Message}", fault);
            }
        }

        return (left <= 0, first);
    }

    private void Take(SpoolSource source, SpoolReader reader, ref int left)
    {
        var below = source.DurableThrough() + 1;
        var next = _position.NextOf(source.Node);
        if (below < next && source.IsLive)
        {
            throw new SequencerFaultException(
                $"The spool of node {source.Node} ends before record {below}, the log holds {next} of them: "
                + "a node that lost its disk returns under a new name.");
        }

        while (left > 0 && _position.NextOf(source.Node) < below)
        {
            var frames = ReadFrames(source, reader, below, left);
            _payloads.Copy(source.Node, frames);
            foreach (var frame in frames)
            {
                Append(source, frame);
                left -= FrameOverhead + frame.Record.Length + frame.Parts.Sum(p => p.Bytes.Length);
            }
        }
    }

    private List<SpoolFrame> ReadFrames(SpoolSource source, SpoolReader reader, long below, int maxBytes)
    {
        var next = _position.NextOf(source.Node);
        var frames = reader.ReadWindow(next, below, maxBytes);
        return frames.Count > 0
            ? frames
            : throw new SequencerFaultException(
                $"The spool of node {source.Node} lacks record {next}, though {below - 1} is durable there.");
    }

    private void Append(SpoolSource source, SpoolFrame frame)
    {
        RecordHead head;
        try
        {
            head = RecordHead.Read(frame.Record.Span);
        }
        catch (FormatException broken)
        {
            throw new SequencerFaultException(
                $"Record {frame.NodeSeq} of node {source.Node} cannot be read: {broken.Message}", broken);
        }

        if (head.Node != source.Node || head.NodeSeq != frame.NodeSeq)
        {
            throw new SequencerFaultException(
                $"Record {frame.NodeSeq} of node {source.Node} says that it is {head.NodeSeq} of {head.Node}.");
        }

        var end = _position.Stream(head.Stream);
        var leaf = _composer.Compose(head, frame.Record.Span, end);
        var hash = MerkleHash.Leaf(leaf);
        _writer.Append(leaf, hash);
        _fresh.Add(hash);
        _position.Add(head, end, hash);
    }

    private void Store()
    {
        _payloads.Sync();
        _writer.Flush();
        ReadBack();
    }

    private void Commit()
    {
        Sign();
        foreach (var source in _sources)
        {
            var spare = source.IsLive ? SpareSegments : 0;
            SpoolReader.DeleteBelow(source.Directory, _position.NextOf(source.Node), spare);
        }

        if (_writer.Size - _savedAt >= _options.SaveCursorEvery)
            SaveCursor();
    }

    /// <summary>A flipped bit is found before it is signed, while the spool still holds the record.</summary>
    private void ReadBack()
    {
        var first = _writer.Size - _fresh.Count;
        var index = first;
        Span<byte> hash = stackalloc byte[MerkleHash.Size];
        foreach (var entry in _reader.ScanLeaves(index, _fresh.Count))
        {
            MerkleHash.Leaf(entry.Span, hash);
            if (!hash.SequenceEqual(_fresh[(int)(index - first)]))
                throw new SequencerFaultException($"Entry {index} is on the disk as another than was written.");

            index++;
        }

        if (!_reader.RootAt(_writer.Size).AsSpan().SequenceEqual(_writer.Root()))
            throw new SequencerFaultException($"The tiles of size {_writer.Size} are not what was written.");

        _fresh.Clear();
    }

    private void Sign()
    {
        var last = _signer.LastSigned;
        var next = new Checkpoint(last.Origin, _writer.Size, _writer.Root());
        var proof = next.Size > last.Size ? _reader.ConsistencyProof(last.Size, next.Size) : [];
        switch (_signer.Sign(next, proof))
        {
            case SignOutcome.Signed signed:
                DurableFile.Replace(CheckpointPath, signed.Note);
                _signedTimestamp = _time.GetTimestamp();
                _committed.Advance(next.Size, _position.NextOfNode, _time.GetUtcNow());
                break;
            case SignOutcome.Refused refused:
                throw new SequencerFaultException($"The signer refuses the checkpoint: {refused.Reason}");
        }
    }

    private void SaveCursor()
    {
        CursorFile.Save(CursorPath, _position, _writer.Root());
        _savedAt = _writer.Size;
    }

    /// <summary>Size of the checkpoint that stands in the folder; 0 when there is none that can be read. At a start
    /// nothing more is known to be committed.</summary>
    private long PublishedSize() =>
        File.Exists(CheckpointPath)
        && SignedNote.TryParse(File.ReadAllBytes(CheckpointPath), out var note, out _)
        && Checkpoint.TryParse(note.Text, out var checkpoint, out _)
            ? checkpoint.Size
            : 0;
}
