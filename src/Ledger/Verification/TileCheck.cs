namespace Provost.Ledger.Verification;

/// <summary>
/// Holds the stored hash tiles against the hashes of the entries as these come by. A tile that differs at an entry
/// tells where a log that does not give its root was changed.
/// </summary>
internal sealed class TileCheck(LogFolder folder, long size)
{
    private readonly List<Level> _levels = [];

    /// <summary>The first entry whose hash is not the one in its tile.</summary>
    public long? FirstDifferentEntry { get; private set; }

    /// <summary>The first tile that differs, described.</summary>
    public string? FirstDifference { get; private set; }

    public void Add(byte[] leafHash) => Add(0, leafHash);

    private void Add(int number, byte[] hash)
    {
        if (number == _levels.Count)
            _levels.Add(new Level());

        var level = _levels[number];
        var at = (int)(level.Count % LogFolder.Width);
        if (at == 0)
        {
            var width = (int)Math.Min(LogFolder.Width, (size >> (8 * number)) - level.Count);
            level.Stored = folder.Tile(number.ToString(), level.Count / LogFolder.Width, width);
            level.Subtree = new RunningRoot();
            if (width == LogFolder.Width && level.Stored.Length > width * 32)
                FirstDifference ??= $"what follows tile {level.Count / LogFolder.Width} on level {number}";
        }

        if (!level.Stored.AsSpan(Math.Min(level.Stored.Length, at * 32)).StartsWith(hash))
        {
            FirstDifference ??= $"hash {at} of tile {level.Count / LogFolder.Width} on level {number}";
            if (number == 0)
                FirstDifferentEntry ??= level.Count;
        }

        level.Count++;
        level.Subtree.Add(hash);
        if (level.Subtree.Size == LogFolder.Width)
            Add(number + 1, level.Subtree.Root());
    }

    private sealed class Level
    {
        public long Count { get; set; }

        public byte[] Stored { get; set; } = [];

        public RunningRoot Subtree { get; set; } = new();
    }
}
