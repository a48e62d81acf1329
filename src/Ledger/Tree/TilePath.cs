using System.Text;

namespace Provost.Ledger.Tree;

/// <summary>
/// Where tiles lie under the log's folder: <c>tile/LEVEL/N</c> and <c>tile/entries/N</c>, partial ones with
/// <c>.p/WIDTH</c> behind; N in groups of three digits, all but the last with an x in front.
/// </summary>
/// <remarks>Source of the format: c2sp.org/tlog-tiles.</remarks>
internal static class TilePath
{
    /// <summary>Hashes of a full tile, entries of a full bundle.</summary>
    public const int Width = 256;

    /// <summary>The folder of a level; -1 is the level of the entries themselves.</summary>
    public static string LevelFolder(string root, int level) =>
        Path.Combine(root, "tile", level < 0 ? "entries" : level.ToString());

    public static string Full(string root, int level, long index) =>
        Path.Combine(LevelFolder(root, level), Number(index));

    public static string PartialFolder(string root, int level, long index) => Full(root, level, index) + ".p";

    public static string Partial(string root, int level, long index, int width) =>
        Path.Combine(PartialFolder(root, level, index), width.ToString());

    /// <summary>1234067 becomes x001/x234/067.</summary>
    public static string Number(long index)
    {
        var text = new StringBuilder((index % 1000).ToString("000"));
        for (var rest = index / 1000; rest > 0; rest /= 1000)
            text.Insert(0, $"x{rest % 1000:000}/");

        return text.ToString();
    }

    /// <summary>How many hashes a level has once the log has this size.</summary>
    public static long LevelCount(long size, int level) => level < 0 ? size : level > 7 ? 0 : size >> (8 * level);
}
