using System.Globalization;

namespace Provost.Control.Evidence;

/// <summary>
/// The address of a tile in C2SP tlog-tiles: groups of three digits, all but the last after an <c>x</c>, and
/// <c>.p/W</c> for the first W of a tile that is not full.
/// </summary>
internal static class TileAddress
{
    public const int Width = 256;
    private const int Levels = 8;

    /// <summary>The level of a hash tile in its one spelling; a log of 2^63 entries has no level above 7.</summary>
    public static bool TryParseLevel(string text, out int level)
    {
        level = 0;
        if (text.Length != 1 || !char.IsAsciiDigit(text[0]))
            return false;

        level = text[0] - '0';
        return level < Levels;
    }

    /// <summary>Whether a log of this size holds so many hashes or entries at the place: never what no checkpoint
    /// covers.</summary>
    public static bool IsWithin(long size, int level, long index, int width)
    {
        var count = size >> (8 * level);
        return index < count / Width || (index == count / Width && width <= count % Width);
    }

    /// <summary>Reads a number and a width in their one spelling.</summary>
    public static bool TryParse(string path, out long index, out int width)
    {
        (index, width) = (0, Width);
        var parts = path.Split('/');
        if (parts is [.., var stem, var partial] && stem.EndsWith(".p", StringComparison.Ordinal))
        {
            if (!int.TryParse(partial, NumberStyles.None, CultureInfo.InvariantCulture, out width)
                || width is < 1 or >= Width || partial[0] == '0')
            {
                return false;
            }

            parts = [.. parts[..^2], stem[..^2]];
        }

        for (var i = 0; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            var digits = isLast ? parts[i] : parts[i].StartsWith('x') ? parts[i][1..] : "";
            if (digits.Length != 3 || index > long.MaxValue / 2000
                || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var group))
            {
                return false;
            }

            // a group of zeroes in front would be a second address of the same tile
            if (i == 0 && !isLast && group == 0)
                return false;

            index = (index * 1000) + group;
        }

        return true;
    }
}
