using System.Text.Json;

namespace Provost.Ledger.Sequencing;

/// <summary>How many records of each node a log has, for who must know before the log is opened.</summary>
public static class NodeNumbers
{
    /// <summary>Of each node the number after its last record, as the log's saved cursor tells it: at most what the log
    /// holds. Empty where there is no cursor or none that can be read.</summary>
    public static IReadOnlyDictionary<string, long> LastKnown(string ledgerDirectory)
    {
        var path = CursorFile.PathIn(ledgerDirectory);
        if (!File.Exists(path))
            return new Dictionary<string, long>();

        try
        {
            using var cursor = JsonDocument.Parse(File.ReadAllBytes(path));
            return cursor.RootElement.GetProperty("nodes").EnumerateObject()
                .ToDictionary(n => n.Name, n => n.Value.GetInt64());
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException)
        {
            return new Dictionary<string, long>(); // the log tells when it is opened
        }
    }
}
