using System.Globalization;

namespace Provost.Control.Evidence;

/// <summary>
/// The address of a tile in C2SP tlog-tiles: groups of three digits, all but the last after an <c>x</c>, and
/// <c>.p/W</c> for the first W of a tile that is not full.
/// </summary>
internal static class TileAddress
{
    private const int Width = 256;

    public static bool TryParse(string path, out long index, out int width)
    {
        (index, width) = (0, Width);
        var parts = path.Split('/');
        if (parts is [.., var stem, var partial] && stem.EndsWith(".p", StringComparison.Ordinal))
        {
            if (!int.TryParse(partial, NumberStyles.None, CultureInfo.InvariantCulture, out width)
                || width is < 1 or >= Width)
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

            index = (index * 1000) + group;
        }

        return parts.Length > 0;
    }
}
