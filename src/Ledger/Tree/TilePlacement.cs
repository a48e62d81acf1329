namespace Provost.Ledger.Tree;

/// <summary>A tile or bundle (level -1) that is to be written, full or of a width below 256.</summary>
internal sealed record PendingTile(int Level, long Index, ReadOnlyMemory<byte> Content, int Width = TilePath.Width)
{
    public bool IsFull => Width == TilePath.Width;

    public string PathIn(string root) =>
        IsFull ? TilePath.Full(root, Level, Index) : TilePath.Partial(root, Level, Index, Width);
}

/// <summary>Puts tiles into the folder durably and removes what they supersede.</summary>
internal static class TilePlacement
{
    /// <summary>On return every tile and its name are durable.</summary>
    public static void Place(string root, IReadOnlyList<PendingTile> tiles)
    {
        var unsynced = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var tile in tiles)
        {
            var path = tile.PathIn(root);
            MakeFolder(Path.GetDirectoryName(path)!, unsynced);
            DurableFile.Place(path, tile.Content.Span);
        }

        // Longest path first: a folder's content is durable before its own name is.
        foreach (var folder in unsynced.Reverse())
            DurableFile.SyncFolder(folder);
    }

    /// <summary>
    /// Removes partial tiles that a wider or full one replaces. Nothing depends on it being durable: a reader takes
    /// the widest, and the next opening of the log cleans up again.
    /// </summary>
    public static void RemoveSuperseded(string root, IReadOnlyList<PendingTile> tiles)
    {
        foreach (var tile in tiles)
        {
            var folder = TilePath.PartialFolder(root, tile.Level, tile.Index);
            if (!tile.IsFull)
                TileFolder.RemoveOthers(folder, tile.Width);
            else if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static void MakeFolder(string folder, SortedSet<string> unsynced)
    {
        unsynced.Add(folder);
        for (var missing = folder; !Directory.Exists(missing); missing = Path.GetDirectoryName(missing)!)
            unsynced.Add(Path.GetDirectoryName(missing)!);

        Directory.CreateDirectory(folder);
    }
}
