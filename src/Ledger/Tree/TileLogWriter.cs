using System.Buffers;
using System.Buffers.Binary;

namespace Provost.Ledger.Tree;

/// <summary>
/// Writes the log as static files (entry bundles and hash tiles). One writer per folder, held by a lock file; readers
/// need no lock. <see cref="Append"/> only buffers; what <see cref="Flush"/> has returned for is durable. A failed
/// flush throws <see cref="IOException"/> and may be called again: everything not yet durable is written anew.
/// Not safe for concurrent use.
/// </summary>
/// <remarks>Source of the format: c2sp.org/tlog-tiles. Entries are durable before the hashes over them, so that what
/// a crash leaves is a prefix of the log whose tiles can be computed again.</remarks>
public sealed class TileLogWriter : IDisposable
{
    /// <summary>Largest entry, in bytes: its length is written in two.</summary>
    public const int MaxLeafBytes = ushort.MaxValue;

    private const int EntryLevel = -1;
    private const int SpareBundles = 64;

    private readonly string _root;
    private readonly FileStream _lock;
    private readonly List<OpenTile> _levels = [];
    private readonly List<PendingTile> _pendingHashes = [];
    private readonly List<PendingTile> _pendingBundles = [];
    private readonly Stack<ArrayBufferWriter<byte>> _spare = [];
    private readonly List<ArrayBufferWriter<byte>> _filled = [];
    private ArrayBufferWriter<byte> _bundle = new();

    private TileLogWriter(string root, FileStream heldLock, TileLogEnd end)
    {
        _root = root;
        _lock = heldLock;
        Size = end.Size;
        FlushedSize = end.Size;
        _bundle.Write(end.Bundle);
        for (var level = 0; level < end.Tiles.Count; level++)
            _levels.Add(new OpenTile(TilePath.LevelCount(Size, level) / TilePath.Width, end.Tiles[level]));
    }

    /// <summary>Entries appended, durable or not.</summary>
    public long Size { get; private set; }

    /// <summary>Entries that are durable.</summary>
    public long FlushedSize { get; private set; }

    /// <summary>
    /// Opens or begins the log in a folder. Its size is what the entry bundles hold without a gap; missing hash tiles
    /// are computed again from them. Throws <see cref="IOException"/> when another writer holds the folder.
    /// </summary>
    public static TileLogWriter Open(string directory)
    {
        Directory.CreateDirectory(directory);
        var heldLock = new FileStream(
            Path.Combine(directory, "writer.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            return new TileLogWriter(directory, heldLock, TileLogRecovery.Recover(directory));
        }
        catch
        {
            heldLock.Dispose();
            throw;
        }
    }

    /// <summary>Adds an entry, gives its index; <see cref="ArgumentException"/> beyond 65,535 bytes.</summary>
    public long Append(ReadOnlySpan<byte> leaf)
    {
        Span<byte> hash = stackalloc byte[MerkleHash.Size];
        MerkleHash.Leaf(leaf, hash);
        return Append(leaf, hash);
    }

    /// <summary>Adds an entry whose leaf hash is known, gives its index.</summary>
    internal long Append(ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> hash)
    {
        AddToBundle(leaf);
        AddHash(0, hash);
        if (Size % TilePath.Width == TilePath.Width - 1)
        {
            // the buffer itself waits for the flush: a copy of each bundle would be garbage of its size
            _pendingBundles.Add(new PendingTile(EntryLevel, Size / TilePath.Width, _bundle.WrittenMemory));
            _filled.Add(_bundle);
            _bundle = _spare.TryPop(out var spare) ? spare : new ArrayBufferWriter<byte>();
        }

        return Size++;
    }

    /// <summary>The root over everything appended (RFC 6962 section 2.1), durable or not.</summary>
    public byte[] Root()
    {
        var subtrees = new List<byte[]>();
        for (var level = _levels.Count - 1; level >= 0; level--)
        {
            var tile = _levels[level];
            for (int at = 0, rest = tile.Width; rest > 0;)
            {
                var count = 1 << (31 - int.LeadingZeroCount(rest));
                var hashes = tile.Hashes.AsSpan(at * MerkleHash.Size, count * MerkleHash.Size).ToArray();
                subtrees.Add(MerkleHash.Perfect(hashes));
                at += count;
                rest -= count;
            }
        }

        return MerkleHash.Fold(subtrees);
    }

    /// <summary>Makes everything appended durable: entries first, then hashes; superseded partial tiles go.</summary>
    public void Flush()
    {
        if (FlushedSize == Size)
            return;

        var bundles = _pendingBundles.ToList();
        var partialWidth = (int)(Size % TilePath.Width);
        if (partialWidth > 0)
        {
            bundles.Add(new PendingTile(
                EntryLevel, Size / TilePath.Width, _bundle.WrittenMemory, partialWidth));
        }

        TilePlacement.Place(_root, bundles);
        var hashes = _pendingHashes.ToList();
        for (var level = 0; level < _levels.Count; level++)
        {
            var tile = _levels[level];
            if (tile.Width > 0 && tile.Width != tile.FlushedWidth)
                hashes.Add(new PendingTile(level, tile.Index, tile.Content(), tile.Width));
        }

        TilePlacement.Place(_root, hashes);
        TilePlacement.RemoveSuperseded(_root, bundles);
        TilePlacement.RemoveSuperseded(_root, hashes);
        _pendingBundles.Clear();
        _pendingHashes.Clear();
        TakeBackFilled();
        foreach (var tile in _levels)
            tile.FlushedWidth = tile.Width;

        FlushedSize = Size;
    }

    /// <summary>Lets go of the folder; what was not flushed is forgotten.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Keeps as many buffers as a busy round needs; what a burst needed beyond goes.</summary>
    private void TakeBackFilled()
    {
        foreach (var buffer in _filled)
        {
            buffer.ResetWrittenCount();
            if (_spare.Count < SpareBundles)
                _spare.Push(buffer);
        }

        _filled.Clear();
    }

    private void AddToBundle(ReadOnlySpan<byte> leaf)
    {
        if (leaf.Length > MaxLeafBytes)
            throw new ArgumentException($"An entry has at most {MaxLeafBytes} bytes, not {leaf.Length}.", nameof(leaf));

        var span = _bundle.GetSpan(2 + leaf.Length);
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)leaf.Length);
        leaf.CopyTo(span[2..]);
        _bundle.Advance(2 + leaf.Length);
    }

    private void AddHash(int level, ReadOnlySpan<byte> hash)
    {
        if (level == _levels.Count)
            _levels.Add(new OpenTile(index: 0, content: []));

        var tile = _levels[level];
        hash.CopyTo(tile.Hashes.AsSpan(tile.Width * MerkleHash.Size));
        if (++tile.Width < TilePath.Width)
            return;

        var content = tile.Content();
        _pendingHashes.Add(new PendingTile(level, tile.Index, content));
        tile.Index++;
        tile.Width = 0;
        tile.FlushedWidth = 0;
        AddHash(level + 1, MerkleHash.Perfect(content.AsSpan().ToArray()));
    }

    /// <summary>The tile at the right end of a level, not full yet.</summary>
    private sealed class OpenTile
    {
        public OpenTile(long index, byte[] content)
        {
            Index = index;
            Width = content.Length / MerkleHash.Size;
            FlushedWidth = Width;
            content.CopyTo(Hashes, 0);
        }

        public byte[] Hashes { get; } = new byte[TilePath.Width * MerkleHash.Size];

        public long Index { get; set; }

        public int Width { get; set; }

        public int FlushedWidth { get; set; }

        public byte[] Content() => Hashes.AsSpan(0, Width * MerkleHash.Size).ToArray();
    }
}
