using System.Buffers.Binary;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>Finds the files of a log folder as c2sp.org/tlog-tiles names them, with a reader of its own.</summary>
internal sealed class LogFolder(string folder)
{
    public const int Width = 256;

    private const int MaxBundleBytes = Width * (2 + ushort.MaxValue);
    private const int MaxTileBytes = Width * 32;

    public byte[]? Checkpoint() => ReadOrNull(Path.Combine(folder, "checkpoint"), SignedNote.MaxBytes);

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

    /// <summary>All entries of a bundle, however many there are.</summary>
    public List<ReadOnlyMemory<byte>> WidestBundle(long index)
    {
        for (var width = Width; width > 0; width--)
        {
            if (Bundle(index, width) is { Count: > 0 } entries && entries.Count == width)
                return entries;
        }

        return [];
    }

    /// <summary>The bytes of the full tile, or of the narrowest that is wide enough; empty without one, or where it is
    /// larger than any.</summary>
    public byte[] Tile(string level, long index, int width)
    {
        var most = level == "entries" ? MaxBundleBytes : MaxTileBytes;
        var tile = Tile(Path.Combine(folder, "tile", level, Number(index)), width, most);
        return tile.Length > most ? [] : tile;
    }

    private static byte[] Tile(string path, int width, int most)
    {
        if (ReadOrNull(path, most) is { } full)
            return full;

        for (var wide = width; wide < Width; wide++)
        {
            if (ReadOrNull($"{path}.p/{wide}", most) is { } partial)
                return partial;
        }

        // Partial tiles go when the full one has come, which may have been in between.
        return ReadOrNull(path, most) ?? [];
    }

    private static string Number(long index)
    {
        var last = $"{index % 1000:000}";
        return index < 1000 ? last : $"{Groups(index / 1000)}/{last}";
    }

    private static string Groups(long index) =>
        index < 1000 ? $"x{index:000}" : $"{Groups(index / 1000)}/x{index % 1000:000}";

    /// <summary>A file that is larger than any of its kind is read one byte too far and no further: it is not what it
    /// should be, whatever follows.</summary>
    private static byte[]? ReadOrNull(string path, int most)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var bytes = new byte[(int)Math.Min(RandomAccess.GetLength(file), most + 1L)];
            var length = 0;
            while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is > 0 and var read)
                length += read;

            return length == bytes.Length ? bytes : bytes[..length];
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
