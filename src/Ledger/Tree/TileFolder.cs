namespace Provost.Ledger.Tree;

/// <summary>What lies in the folder of one level: full tiles and at most a partial one behind them.</summary>
internal static class TileFolder
{
    private const int GroupSize = 1000;

    /// <summary>How many full tiles stand without a gap from 0.</summary>
    public static long CountFull(string root, int level)
    {
        for (long first = 0; ; first += GroupSize)
        {
            var folder = GroupFolder(root, level, first);
            if (!Directory.Exists(folder))
                return first;

            var names = Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!).ToHashSet();
            for (var i = 0; i < GroupSize; i++)
            {
                if (!names.Contains(i.ToString("000")))
                    return first + i;
            }
        }
    }

    /// <summary>The width of the widest partial tile at a place, 0 when there is none.</summary>
    public static int WidestPartial(string root, int level, long index)
    {
        try
        {
            var widths = Directory.EnumerateFiles(TilePath.PartialFolder(root, level, index))
                .Select(f => int.TryParse(Path.GetFileName(f), out var width) ? width : 0)
                .Where(w => w is > 0 and < TilePath.Width);
            return widths.DefaultIfEmpty(0).Max();
        }
        catch (DirectoryNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>
    /// Removes what a crash may have left behind the end: full tiles from <paramref name="full"/> on and partial ones
    /// that are not the one of <paramref name="width"/> at that place.
    /// </summary>
    public static void Truncate(string root, int level, long full, int width)
    {
        for (var first = full - (full % GroupSize); ; first += GroupSize)
        {
            var folder = GroupFolder(root, level, first);
            if (!Directory.Exists(folder))
                return;

            foreach (var path in Directory.EnumerateFileSystemEntries(folder).ToList())
                RemoveBehind(path, first, full, width);

            // a tile that comes back after the next crash would stand behind entries it was not made of
            DurableFile.SyncFolder(folder);
        }
    }

    private static void RemoveBehind(string path, long first, long full, int width)
    {
        var name = Path.GetFileName(path);
        var isPartial = name.EndsWith(".p", StringComparison.Ordinal);
        if (name.EndsWith(".tmp", StringComparison.Ordinal))
        {
            File.Delete(path);
            return;
        }

        if (!int.TryParse(isPartial ? name[..^2] : name, out var number))
            return;

        var index = first + number;
        if (!isPartial && index >= full)
            File.Delete(path);
        else if (isPartial && (index != full || width == 0))
            Directory.Delete(path, recursive: true);
        else if (isPartial)
            RemoveOthers(path, width);
    }

    /// <summary>Leaves one partial tile in its folder.</summary>
    public static void RemoveOthers(string partialFolder, int width)
    {
        foreach (var file in Directory.EnumerateFiles(partialFolder).ToList())
        {
            if (Path.GetFileName(file) != width.ToString())
                File.Delete(file);
        }
    }

    private static string GroupFolder(string root, int level, long first) =>
        Path.GetDirectoryName(TilePath.Full(root, level, first))!;
}
