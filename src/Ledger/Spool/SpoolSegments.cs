using System.Globalization;

namespace Provost.Ledger.Spool;

/// <summary>The segments of a spool's folder, oldest first, named by their first number.</summary>
internal static class SpoolSegments
{
    public static string PathOf(string directory, long first) =>
        Path.Combine(directory, first.ToString("D20", CultureInfo.InvariantCulture) + ".seg");

    public static List<(long First, string Path)> List(string directory)
    {
        var segments = new List<(long, string)>();
        if (!Directory.Exists(directory))
            return segments;

        foreach (var path in Directory.EnumerateFiles(directory, "*.seg"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var first))
                segments.Add((first, path));
        }

        segments.Sort();
        return segments;
    }
}
