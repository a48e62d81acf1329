using System.Collections.Concurrent;

namespace Provost.Ledger.Tree;

/// <summary>
/// Reads a log's files. Any number of readers work beside the one writer, each with the sizes of checkpoints it knows;
/// what is asked for must lie below a size that was flushed. A file that is missing or broken throws
/// <see cref="TileLogCorruptException"/>. Safe for concurrent use.
/// </summary>
public sealed class TileLogReader(string directory)
{
    private const int MaxCachedTiles = 1024; // of 16 KiB each
    private const int MaxAttempts = 64;

    private readonly ConcurrentDictionary<(int Level, long Index), TilePyramid> _tiles = new();

    /// <summary>The bytes of one entry; they stay as they are.</summary>
    public ReadOnlyMemory<byte> ReadLeaf(long index) => ReadLeaves(index, 1).Single();

    /// <summary>Entries in order, read bundle by bundle as they are enumerated. Each has memory of its own and stays as
    /// it is; who is done with one entry before the next is better served by <see cref="ScanLeaves"/>.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadLeaves(long from, long count) =>
        ScanLeaves(from, count).Select(entry => new ReadOnlyMemory<byte>(entry.ToArray()));

    /// <summary>
    /// Entries in order like <see cref="ReadLeaves"/>, but each is good only until the next is asked for: they lie in a
    /// pooled buffer, because a bundle is large enough to be costly garbage.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> ScanLeaves(long from, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Enumerate(from, from + count);
    }

    /// <summary>Chosen entries, ascending, each good only until the next is asked for; a bundle that holds several of
    /// them is opened once.</summary>
    public IEnumerable<(long Index, ReadOnlyMemory<byte> Entry)> ScanAt(IReadOnlyList<long> indexes)
    {
        for (var at = 0; at < indexes.Count;)
        {
            var (index, end) = (indexes[at], at);
            while (end < indexes.Count && indexes[end] / TilePath.Width == index / TilePath.Width)
                end++;

            foreach (var entry in ScanLeaves(index, indexes[end - 1] - index + 1))
            {
                if (index++ == indexes[at])
                    yield return (indexes[at++], entry);
            }
        }
    }

    /// <summary>The root of the log's first <paramref name="size"/> entries.</summary>
    public byte[] RootAt(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return RangeHash(0, size);
    }

    /// <summary>
    /// The neighbours' hashes from the leaf up to the root of <paramref name="size"/> entries (RFC 6962 section 2.1.1).
    /// </summary>
    public IReadOnlyList<byte[]> InclusionProof(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var proof = new List<byte[]>();
        AddPath(proof, index, 0, size);
        return proof;
    }

    /// <summary>
    /// The hashes that show that the log of size <paramref name="to"/> begins with the one of size
    /// <paramref name="from"/> (RFC 6962 section 2.1.2); empty when one of them is trivial.
    /// </summary>
    public IReadOnlyList<byte[]> ConsistencyProof(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        var proof = new List<byte[]>();
        if (from > 0)
            AddConsistency(proof, from, 0, to, isWholeOldTree: true);

        return proof;
    }

    /// <summary>
    /// The first <paramref name="width"/> hashes of a tile, cut from a wider one if the narrow file was superseded;
    /// null when the log does not hold that many.
    /// </summary>
    public byte[]? Tile(int level, long index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        return Pyramid(level, index, width)?.Tile[..(width * MerkleHash.Size)].ToArray();
    }

    /// <summary>
    /// The first <paramref name="width"/> entries of a bundle in the format of the file; null when the log does not
    /// hold that many.
    /// </summary>
    public byte[]? EntryBundle(long index, int width)
    {
        using var bundle = ReadWidest(level: -1, index, width);
        if (bundle is null)
            return null;

        var length = 0;
        for (var i = 0; i < width; i++)
            length += Tree.EntryBundle.LengthBytes + EntryAt(bundle.Memory[length..], index).Length;

        return bundle.Memory.Span[..length].ToArray();
    }

    private IEnumerable<ReadOnlyMemory<byte>> Enumerate(long from, long end)
    {
        while (from < end)
        {
            var index = from / TilePath.Width;
            var first = index * TilePath.Width;
            var width = (int)Math.Min(TilePath.Width, end - first);
            using var bundle = ReadWidest(level: -1, index, width)
                ?? throw new TileLogCorruptException($"The entry bundle {TilePath.Number(index)} is missing.");
            var rest = bundle.Memory;
            for (var i = 0; i < width; i++)
            {
                var entry = EntryAt(rest, index);
                rest = rest[(Tree.EntryBundle.LengthBytes + entry.Length)..];
                if (first + i >= from)
                    yield return entry;
            }

            from = first + width;
        }
    }

    /// <summary>The first entry of the rest of a bundle.</summary>
    private static ReadOnlyMemory<byte> EntryAt(ReadOnlyMemory<byte> rest, long index) =>
        Tree.EntryBundle.First(rest)
        ?? throw new TileLogCorruptException($"The entry bundle {TilePath.Number(index)} is cut short.");

    /// <summary>
    /// The writer puts the wider file in place before it removes the narrower, so a file that vanishes between listing
    /// and reading means that a wider one is there: look again.
    /// </summary>
    private PooledFile? ReadWidest(int level, long index, int width)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            try
            {
                var full = TilePath.Full(directory, level, index);
                if (File.Exists(full))
                    return PooledFile.Read(full);

                var widest = TileFolder.WidestPartial(directory, level, index);
                if (widest >= width)
                    return PooledFile.Read(TilePath.Partial(directory, level, index, widest));

                if (!File.Exists(full))
                    return null;
            }
            catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
            {
                // superseded while it was being opened
            }
        }

        throw new TileLogCorruptException($"The tile {TilePath.Number(index)} of level {level} changes without end.");
    }

    /// <summary>A tile only ever grows, so what is cached stays right up to the width it had.</summary>
    private TilePyramid? Pyramid(int level, long index, int width)
    {
        if (_tiles.TryGetValue((level, index), out var known) && known.Width >= width)
            return known;

        using var file = ReadWidest(level, index, width);
        if (file is null)
            return null;

        var tile = file.Memory.ToArray(); // stays in the cache; at most 8 KiB
        if (tile.Length % MerkleHash.Size != 0 || tile.Length < width * MerkleHash.Size
            || tile.Length > TilePath.Width * MerkleHash.Size)
        {
            throw new TileLogCorruptException($"The tile {TilePath.Number(index)} of level {level} is cut short.");
        }

        if (_tiles.Count >= MaxCachedTiles)
            _tiles.Clear();

        return _tiles[(level, index)] = new TilePyramid(tile);
    }

    private void AddPath(List<byte[]> proof, long index, long start, long count)
    {
        if (count == 1)
            return;

        var split = Split(count);
        if (index < split)
        {
            AddPath(proof, index, start, split);
            proof.Add(RangeHash(start + split, count - split));
        }
        else
        {
            AddPath(proof, index - split, start + split, count - split);
            proof.Add(RangeHash(start, split));
        }
    }

    private void AddConsistency(List<byte[]> proof, long old, long start, long count, bool isWholeOldTree)
    {
        if (old == count)
        {
            if (!isWholeOldTree)
                proof.Add(RangeHash(start, count));

            return;
        }

        var split = Split(count);
        if (old <= split)
        {
            AddConsistency(proof, old, start, split, isWholeOldTree);
            proof.Add(RangeHash(start + split, count - split));
        }
        else
        {
            AddConsistency(proof, old - split, start + split, count - split, isWholeOldTree: false);
            proof.Add(RangeHash(start, split));
        }
    }

    /// <summary>The largest power of two below the count.</summary>
    private static long Split(long count) => 1L << (63 - (int)long.LeadingZeroCount(count - 1));

    /// <summary>The hash over entries from a start that is aligned to the range's largest perfect subtree.</summary>
    private byte[] RangeHash(long start, long count)
    {
        var subtrees = new List<byte[]>();
        while (count > 0)
        {
            var height = 63 - (int)long.LeadingZeroCount(count);
            subtrees.Add(PerfectHash(start, height));
            start += 1L << height;
            count -= 1L << height;
        }

        return MerkleHash.Fold(subtrees);
    }

    private byte[] PerfectHash(long start, int height)
    {
        var level = height / 8;
        var first = start >> (8 * level);
        var offset = (int)(first % TilePath.Width);
        var count = 1 << (height % 8);
        var tile = Pyramid(level, first / TilePath.Width, offset + count)
            ?? throw new TileLogCorruptException(
                $"The tile {TilePath.Number(first / TilePath.Width)} of level {level} lacks {offset + count} hashes.");
        return tile.Hash(height % 8, offset);
    }
}
