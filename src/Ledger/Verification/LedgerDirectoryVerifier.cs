using Provost.Ledger.Checkpoints;

namespace Provost.Ledger.Verification;

/// <summary>
/// Verifies a whole log folder with nothing but the trust file. It may be the live one: what is written behind
/// the checkpoint is left alone.
/// </summary>
public static class LedgerDirectoryVerifier
{
    /// <summary>
    /// Checks the checkpoint's signature, builds the root again from every entry, and follows every stream and node
    /// without a gap. <paramref name="previous"/> is the checkpoint that an earlier verification gave.
    /// </summary>
    /// <param name="ledgerFolder">The folder that holds <c>checkpoint</c> and <c>tile</c>.</param>
    /// <param name="trust">Keys, origin and genesis, from a place of one's own.</param>
    /// <param name="previous">The last checkpoint seen of this log, or null.</param>
    /// <param name="witnesses">Whose cosignatures count; null for nobody's.</param>
    /// <param name="acceptReset">Index of a reset that may explain why <paramref name="previous"/> is not continued;
    /// null for none.</param>
    /// <param name="anchors">Checkpoints of this log that were kept elsewhere: each must be continued too.</param>
    /// <param name="progress">Told now and then how many entries were read, and of how many.</param>
    public static VerificationReport Verify(
        string ledgerFolder, TrustFile trust, Checkpoint? previous, WitnessPolicy? witnesses = null,
        long? acceptReset = null, IReadOnlyList<AnchorFound>? anchors = null, Action<long, long>? progress = null) =>
        new DirectoryCheck(
            new LogFolder(ledgerFolder), trust, previous, witnesses ?? WitnessPolicy.None, acceptReset, progress,
            anchors ?? []).Run();
}

/// <summary>One verification of one folder.</summary>
internal sealed class DirectoryCheck(
    LogFolder folder, TrustFile trust, Checkpoint? previous, WitnessPolicy witnesses, long? acceptReset,
    Action<long, long>? progress, IReadOnlyList<AnchorFound> anchors)
{
    private readonly List<string> _checked = [];
    private readonly List<string> _notChecked = [];
    private readonly RunningRoot _root = new();
    private readonly StreamChains _chains = new(isWholeLog: true);
    private readonly ResetCheck _resets = new(folder, trust, acceptReset);
    private readonly LogKeyHistory _keys = new(trust);
    private readonly AnchorCheck _anchors = new(anchors);
    private readonly HeadCheck _heads = new();
    private byte[]? _rootAtPrevious;
    private long? _surplus;
    private VerificationFault? _firstInEntries;
    private bool _isReplaced;

    /// <summary>The entry that a chain break points back to.</summary>
    private long? _predecessor;

    public VerificationReport Run()
    {
        var verified = CheckpointCheck.Verify(folder.Checkpoint(), trust, witnesses, out var fault);
        if (verified is not null)
        {
            verified.Report(trust, witnesses, _checked, _notChecked);
            fault = CheckLog(verified.Checkpoint) ?? CheckKeys(verified);
        }

        return new VerificationReport
        {
            EntriesChecked = fault is null ? _root.Size : fault.Index ?? 0,
            FirstFault = fault,
            Checked = _checked,
            NotChecked = _notChecked,
            Checkpoint = fault is null ? verified?.Checkpoint : null,
            CheckpointNote = fault is null ? verified?.Note : null,
            ContinuesPrevious = fault is null && previous is not null && !_isReplaced,
            ReplacesPrevious = fault is null && _isReplaced,
        };
    }

    private VerificationFault? CheckLog(Checkpoint checkpoint)
    {
        if (previous is not null && previous.Origin != checkpoint.Origin)
            return new VerificationFault(FaultKind.OtherLog, "The remembered checkpoint is of another log.");

        var tiles = new TileCheck(folder, checkpoint.Size);
        if (previous is { Size: 0 })
            _rootAtPrevious = _root.Root();

        if (_anchors.Wants(0))
            _anchors.Take(0, _root.Root());

        var cut = ReadEntries(checkpoint.Size, tiles);
        return CheckLength(checkpoint) ?? cut ?? CheckRoot(checkpoint, tiles) ?? _firstInEntries ?? CheckTiles(tiles)
            ?? _resets.Conclude(_checked) ?? CheckPrevious() ?? _anchors.Conclude(_resets, _checked) ?? Conclude();
    }

    private VerificationFault? CheckLength(Checkpoint checkpoint) =>
        previous is not null && previous.Size > checkpoint.Size && _resets.Accepts(previous) is null
            ? new VerificationFault(
                FaultKind.Consistency,
                $"The log was rolled back: {previous.Size} entries were signed before.{_resets.Explain(previous)}")
            : null;

    private VerificationFault? ReadEntries(long size, TileCheck tiles)
    {
        for (long first = 0; first < size; first += LogFolder.Width)
        {
            var count = (int)Math.Min(LogFolder.Width, size - first);
            var bundle = folder.Bundle(first / LogFolder.Width, count, out var isFollowed);
            if (isFollowed && count == LogFolder.Width && bundle.Count == count)
                _surplus ??= first / LogFolder.Width;

            foreach (var entry in bundle)
                ReadEntry(entry, tiles);

            progress?.Invoke(_root.Size, size);
            if (bundle.Count < count)
            {
                // A changed length cuts the bundle wrongly from that entry on, and its hash tells so.
                var index = tiles.FirstDifferentEntry ?? first + bundle.Count;
                return EntryFault(index, "it is missing or cut short in its bundle");
            }
        }

        return null;
    }

    private void ReadEntry(ReadOnlyMemory<byte> entry, TileCheck tiles)
    {
        var index = _root.Size;
        var hash = RootHash.Leaf(entry.Span);
        tiles.Add(hash);
        _root.Add(hash);
        if (_root.Size == previous?.Size)
            _rootAtPrevious = _root.Root();

        if (_anchors.Wants(_root.Size))
            _anchors.Take(_root.Size, _root.Root());

        if (_firstInEntries is not null)
            return;

        if (index == 0 && Convert.ToHexStringLower(hash) != trust.Genesis)
        {
            _firstInEntries = new VerificationFault(
                FaultKind.Genesis, "Entry 0 is not the genesis that the trust file names.", 0);
            return;
        }

        if (LeafFacts.Read(entry.Span, out var reason) is not { } leaf)
        {
            _firstInEntries = new VerificationFault(FaultKind.Form, $"Entry {index}: {reason}.", index);
            return;
        }

        var before = _chains.Before(leaf);
        _firstInEntries = _chains.Next(index, leaf, hash) ?? _resets.Next(index, leaf, entry)
            ?? _keys.Next(index, leaf, entry) ?? _heads.Next(index, leaf, entry);
        _predecessor = _firstInEntries?.Kind == FaultKind.Chain ? before : null;
    }

    private VerificationFault? CheckRoot(Checkpoint checkpoint, TileCheck tiles)
    {
        if (_root.Root().AsSpan().SequenceEqual(checkpoint.Root))
            return null;

        // A tile that holds the committed hash tells on its entry, a leaf that names another predecessor tells on that
        // one, unless the leaf itself is what was changed. The earliest counts.
        var different = tiles.FirstDifferentEntry;
        var byLeaf = _firstInEntries?.Index == different ? null : _predecessor ?? _firstInEntries?.Index;
        var index = Earliest(different, byLeaf);
        return index is { } place
            ? EntryFault(place, "its bytes are not those that the checkpoint covers")
            : new VerificationFault(
                FaultKind.Checkpoint, "The entries do not give the checkpoint's root, and no single one stands out.");
    }

    private VerificationFault? CheckKeys(VerifiedCheckpoint verified)
    {
        _checked.AddRange(_keys.Told);
        if (_keys.IsTrustBehind)
            _notChecked.Add("The newest key of the log: the trust file does not name it. Run provost ledger trust.");

        return _keys.Check(verified);
    }

    private static long? Earliest(long? one, long? other) =>
        one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;

    private VerificationFault EntryFault(long index, string what)
    {
        var bundle = folder.Bundle(index / LogFolder.Width, (int)(index % LogFolder.Width) + 1);
        var leaf = index % LogFolder.Width < bundle.Count
            ? LeafFacts.Read(bundle[(int)(index % LogFolder.Width)].Span, out _)
            : null;
        var name = leaf is null ? $"Entry {index}" : $"Entry {index} ({leaf.Stream} {leaf.Seq})";
        return new VerificationFault(FaultKind.Entry, $"{name}: {what}.", index, leaf?.Stream, leaf?.Seq);
    }

    private VerificationFault? CheckTiles(TileCheck tiles)
    {
        if (_surplus is { } bundle)
        {
            return new VerificationFault(
                FaultKind.Tile, $"The entries are right, but something follows those of the full bundle {bundle}.");
        }

        if (tiles.FirstDifference is { } difference)
            return new VerificationFault(FaultKind.Tile, $"The entries are right, but {difference} is not.");

        _checked.Add($"Each of {_root.Size} entries is, byte for byte, what the checkpoint covers; the tiles agree.");
        _checked.Add("Every stream runs from 0 without a gap, each entry naming the one before by its hash.");
        _checked.Add("The records of every node are here without a gap.");
        _checked.Add("Entry 0 is the genesis that the trust file names.");
        return null;
    }

    private VerificationFault? CheckPrevious()
    {
        if (previous is null)
        {
            _notChecked.Add("That the log was not rewritten before this checkpoint: no earlier one was given.");
            return null;
        }

        if (_rootAtPrevious is null || !_rootAtPrevious.AsSpan().SequenceEqual(previous.Root))
        {
            if (_resets.Accepts(previous) is { } reset)
            {
                _isReplaced = true;
                _checked.Add($"The checkpoint remembered at size {previous.Size} is given up, as you say: {reset}.");
                return null;
            }

            return new VerificationFault(
                FaultKind.Consistency,
                $"The log was rewritten below size {previous.Size}, which was signed before."
                + _resets.Explain(previous));
        }

        _checked.Add($"The log continues the checkpoint remembered at size {previous.Size}.");
        return null;
    }

    private VerificationFault? Conclude()
    {
        if (_root.Size == 0)
            _notChecked.Add("The genesis: the log is empty.");

        if (_heads.Conclude(_checked, _notChecked) is { } lost)
            return lost;

        _notChecked.Add("What was written behind the checkpoint: it is not committed yet.");
        _notChecked.Add("The payloads behind the commitments.");
        return null;
    }
}
