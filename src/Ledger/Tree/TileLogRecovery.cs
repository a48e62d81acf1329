namespace Provost.Ledger.Tree;

/// <summary>The right end of a log: its size, the bytes of the open bundle, the hashes of each open tile.</summary>
internal sealed record TileLogEnd(long Size, byte[] Bundle, IReadOnlyList<byte[]> Tiles);

/// <summary>Finds where a log ends after any crash, and makes its files whole again.</summary>
internal static class TileLogRecovery
{
    /// <summary>Changes files: only the holder of the writer's lock calls this.</summary>
    public static TileLogEnd Recover(string root)
    {
        var fullBundles = TileFolder.CountFull(root, level: -1);
        var widest = TileFolder.WidestPartial(root, level: -1, fullBundles);
        TileFolder.Truncate(root, level: -1, fullBundles, widest);

        var size = (fullBundles * TilePath.Width) + widest;
        var reader = new TileLogReader(root);
        var openTiles = new List<byte[]>();
        for (var level = 0; TilePath.LevelCount(size, level) > 0; level++)
            openTiles.Add(CompleteLevel(root, reader, level, TilePath.LevelCount(size, level)));

        for (var level = openTiles.Count; Directory.Exists(TilePath.LevelFolder(root, level)); level++)
            TileFolder.Truncate(root, level, full: 0, width: 0);

        return new TileLogEnd(size, widest == 0 ? [] : reader.EntryBundle(fullBundles, widest)!, openTiles);
    }

    /// <summary>Writes the tiles a level lacks, from the level below; gives the hashes of its open tile.</summary>
    private static byte[] CompleteLevel(string root, TileLogReader reader, int level, long count)
    {
        var full = count / TilePath.Width;
        var missing = new List<PendingTile>();
        for (var index = TileFolder.CountFull(root, level); index < full; index++)
            missing.Add(new PendingTile(level, index, Compute(reader, level, index, TilePath.Width)));

        var width = (int)(count % TilePath.Width);
        byte[] open = [];
        if (width > 0)
        {
            // The open tile is always computed: the levels below are whole, and it costs 255 subtrees at most.
            open = Compute(reader, level, full, width);
            missing.Add(new PendingTile(level, full, open, width));
        }

        TilePlacement.Place(root, missing);
        TileFolder.Truncate(root, level, full, width);
        return open;
    }

    private static byte[] Compute(TileLogReader reader, int level, long index, int width)
    {
        var hashes = new byte[width * MerkleHash.Size];
        if (level == 0)
        {
            var at = 0;
            foreach (var leaf in reader.ScanLeaves(index * TilePath.Width, width))
                MerkleHash.Leaf(leaf.Span, hashes.AsSpan(at++ * MerkleHash.Size, MerkleHash.Size));

            return hashes;
        }

        for (var i = 0; i < width; i++)
        {
            var below = (index * TilePath.Width) + i;
            var tile = reader.Tile(level - 1, below, TilePath.Width)
                ?? throw new TileLogCorruptException(
                    $"The tile {TilePath.Number(below)} of level {level - 1} is gone.");
            MerkleHash.Perfect(tile).CopyTo(hashes, i * MerkleHash.Size);
        }

        return hashes;
    }
}
