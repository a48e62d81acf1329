using System.Buffers.Binary;

namespace Provost.Ledger.Verification;

/// <summary>Finds the files of a log folder as c2sp.org/tlog-tiles names them, with a reader of its own.</summary>
internal sealed class LogFolder(string folder)
{
    public const int Width = 256;

    public byte[]? Checkpoint() => ReadOrNull(Path.Combine(folder, "checkpoint"));

    /// <summary>Entries of a bundle, as many as can be told apart, at most the count.</summary>
    public List<ReadOnlyMemory<byte>> Bundle(long index, int count) => Bundle(index, count, out _);

    /// <summary>The same, and whether bytes follow them: in a full bundle none may.</summary>
    public List<ReadOnlyMemory<byte>> Bundle(long index, int count, out bool isFollowed)
    {
        var entries = new List<ReadOnlyMemory<byte>>(count);
        ReadOnlyMemory<byte> rest = Tile("entries", index, count);
        while (entries.Count < count && rest.Length >= 2)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest.Span);
            if (rest.Length < 2 + length)
                break;

            entries.Add(rest.Slice(2, length));
            rest = rest[(2 + length)..];
        }

        isFollowed = !rest.IsEmpty;
        return entries;
    }

    /// <summary>The bytes of the full tile, or of the narrowest that is wide enough; empty without one.</summary>
    public byte[] Tile(string level, long index, int width)
    {
        var path = Path.Combine(folder, "tile", level, Number(index));
        if (ReadOrNull(path) is { } full)
            return full;

        for (var wide = width; wide < Width; wide++)
        {
            if (ReadOrNull($"{path}.p/{wide}") is { } partial)
                return partial;
        }

        // Partial tiles go when the full one has come, which may have been in between.
        return ReadOrNull(path) ?? [];
    }

    private static string Number(long index)
    {
        var last = $"{index % 1000:000}";
        return index < 1000 ? last : $"{Groups(index / 1000)}/{last}";
    }

    private static string Groups(long index) =>
        index < 1000 ? $"x{index:000}" : $"{Groups(index / 1000)}/x{index % 1000:000}";

    private static byte[]? ReadOrNull(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
