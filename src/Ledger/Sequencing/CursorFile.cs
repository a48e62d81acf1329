using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Sequencing;

/// <summary>
/// Keeps a <see cref="LogPosition"/> so that a start need not fold the whole log. Only a convenience: it names the root
/// of the log it was made of, and one that does not fit the log is as good as none.
/// </summary>
internal static class CursorFile
{
    private const int Version = 1;

    public static string PathIn(string ledgerDirectory) => Path.Combine(ledgerDirectory, "state", "cursor.json");

    public static void Save(string path, LogPosition position, byte[] root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteNumber("size", position.Size);
            json.WriteString("root", Convert.ToHexStringLower(root));
            json.WriteStartObject("nodes");
            foreach (var (node, next) in position.NextOfNode)
                json.WriteNumber(node, next);
            json.WriteEndObject();
            json.WriteStartObject("streams");
            foreach (var end in position.Streams)
                json.WriteString(end.Stream, $"{end.Next} {Convert.ToHexStringLower(end.LastHash)}");
            json.WriteEndObject();
            json.WriteStartObject("open");
            foreach (var (decision, index) in position.Open)
                json.WriteNumber(decision.ToString(), index);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFile.Replace(path, buffer.WrittenSpan);
    }

    /// <summary>The saved position if it is one of this log, otherwise the position before the first entry.</summary>
    public static LogPosition Load(string path, TileLogReader log, long size)
    {
        if (!File.Exists(path))
            return new LogPosition();

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var json = document.RootElement;
            var saved = json.GetProperty("size").GetInt64();
            var isOfThisLog = json.GetProperty("v").GetInt32() == Version
                && saved <= size
                && json.GetProperty("root").GetString() == Convert.ToHexStringLower(log.RootAt(saved));
            return isOfThisLog ? Read(json, saved) : new LogPosition();
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException)
        {
            // a cursor that cannot be read is derived from the log again; only the log is the truth
            return new LogPosition();
        }
    }

    private static LogPosition Read(JsonElement json, long size) => LogPosition.Restore(
        size,
        json.GetProperty("nodes").EnumerateObject().Select(n => KeyValuePair.Create(n.Name, n.Value.GetInt64())),
        json.GetProperty("streams").EnumerateObject().Select(ReadStream),
        json.GetProperty("open").EnumerateObject()
            .Select(o => KeyValuePair.Create(Guid.Parse(o.Name), o.Value.GetInt64())));

    private static StreamEnd ReadStream(JsonProperty stream)
    {
        var text = stream.Value.GetString()!;
        var space = text.IndexOf(' ');
        var end = new StreamEnd(stream.Name)
        {
            Next = long.Parse(text.AsSpan(0, Math.Max(0, space)), NumberStyles.None, CultureInfo.InvariantCulture),
        };
        Convert.FromHexString(text.AsSpan(space + 1)).CopyTo(end.LastHash, 0);
        return end;
    }
}
