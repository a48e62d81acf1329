using System.Globalization;
using Provost.Ledger.Sequencing;
using Provost.Ledger.Spool;

namespace Provost.Server.Start;

/// <summary>
/// The name that this gateway writes records under. It goes with the disk: numbers that were on a lost one are not
/// given twice, so who comes back without it, or with an older copy of it, comes back under a new name.
/// </summary>
internal static class NodeName
{
    private const string Prefix = "gateway-";

    /// <summary>The newest spool that can be written on; the next name where there is none.</summary>
    /// <param name="spoolRoot">Holds a folder for each node.</param>
    /// <param name="payloadRoot">Holds a folder for each node whose records were ever taken in.</param>
    /// <param name="ledger">The log's folder.</param>
    /// <returns>The name, and the one whose disk was lost; null where none was.</returns>
    public static (string Name, string? Lost) Choose(string spoolRoot, string payloadRoot, string ledger)
    {
        var newest = Numbers(spoolRoot).Concat(Numbers(payloadRoot)).DefaultIfEmpty(0).Max();
        if (newest == 0)
            return (Prefix + "1", null);

        var name = Name(newest);
        var folder = Path.Combine(spoolRoot, name);
        var isWhole = File.Exists(Path.Combine(folder, SpoolOptions.KeyFile))
            && SpoolReader.EndOf(folder) >= NodeNumbers.LastKnown(ledger).GetValueOrDefault(name);
        return isWhole ? (name, null) : (Name(newest + 1), name);
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}");

    private static IEnumerable<int> Numbers(string root) => Directory.Exists(root)
        ? Directory.EnumerateDirectories(root).Select(Path.GetFileName)
            .Where(n => n!.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(n => int.TryParse(n.AsSpan(Prefix.Length), CultureInfo.InvariantCulture, out var at) ? at : 0)
        : [];
}
