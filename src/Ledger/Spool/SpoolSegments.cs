using System.Globalization;

namespace Provost.Ledger.Spool;

/// <summary>The segments of a spool's folder, oldest first, named by their first number.</summary>
internal static class SpoolSegments
{
    private const string Spent = ".spent";

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

    /// <summary>
    /// Drops a segment that the log holds, or, while fewer than so many are kept, leaves it to be written over: a file
    /// that has its blocks need not be filled with zeroes.
    /// </summary>
    public static void Drop(string path, int spare)
    {
        if (spare > 0 && Directory.GetFiles(Path.GetDirectoryName(path)!, "*" + Spent).Length < spare)
            File.Move(path, Path.ChangeExtension(path, Spent), overwrite: true);
        else
            File.Delete(path);
    }

    /// <summary>A segment to write over; null when there is none.</summary>
    public static string? FindSpent(string directory) => Directory.EnumerateFiles(directory, "*" + Spent).Min();

    /// <summary>Gives back the room of segments that wait to be written over.</summary>
    public static void DropSpent(string directory)
    {
        foreach (var path in Directory.GetFiles(directory, "*" + Spent))
            File.Delete(path);
    }
}
