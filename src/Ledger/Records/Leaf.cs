using System.Text.Json;

namespace Provost.Ledger.Records;

/// <summary>
/// One entry of the log: a node's record, verbatim, and its place. Canonical JSON
/// <c>{"node","nodeSeq","prev","record","seq","stream","v":1}</c>.
/// </summary>
/// <param name="Node">Who wrote the record.</param>
/// <param name="NodeSeq">The record's number at its node, from 0 without a gap.</param>
/// <param name="Prev">Hex leaf hash of the stream's previous entry, empty for the first.</param>
/// <param name="Seq">The entry's number in its stream, from 0 without a gap.</param>
/// <param name="Stream"><c>sys:&lt;name&gt;</c>, <c>gov</c> or <c>unbound</c>.</param>
/// <param name="Record">The record's canonical bytes; a slice of the entry's.</param>
public sealed record Leaf(
    string Node, long NodeSeq, string Prev, long Seq, string Stream, ReadOnlyMemory<byte> Record)
{
    /// <summary>The stream of governance.</summary>
    public const string GovernanceStream = "gov";

    /// <summary>The stream of what belongs to no system.</summary>
    public const string UnboundStream = "unbound";

    /// <summary>The one version of the form that this build writes and reads.</summary>
    public const int Version = 1;

    /// <summary>The stream of a system.</summary>
    public static string StreamOf(string system) => "sys:" + system;
}

/// <summary>
/// Reads entries of the log. They were checked when they were written and are covered by a checkpoint, so bytes of
/// another form are a fault of the log: <see cref="FormatException"/>. A version not known is refused.
/// </summary>
public static class LeafReader
{
    /// <exception cref="FormatException">The bytes are no entry of version 1.</exception>
    public static Leaf Read(ReadOnlyMemory<byte> entry)
    {
        try
        {
            return ReadMembers(entry);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new FormatException("The entry is not JSON of the log's form.", broken);
        }
    }

    private static Leaf ReadMembers(ReadOnlyMemory<byte> entry)
    {
        var json = new Utf8JsonReader(entry.Span);
        Expect(json.Read() && json.TokenType == JsonTokenType.StartObject, "an object");
        Open(ref json, "node"u8);
        var node = json.GetString()!;
        Open(ref json, "nodeSeq"u8);
        var nodeSeq = json.GetInt64();
        Open(ref json, "prev"u8);
        var prev = json.GetString()!;
        Open(ref json, "record"u8);
        var start = (int)json.TokenStartIndex;
        json.Skip();
        var record = entry[start..(int)json.BytesConsumed];
        Open(ref json, "seq"u8);
        var seq = json.GetInt64();
        Open(ref json, "stream"u8);
        var stream = json.GetString()!;
        Open(ref json, "v"u8);
        Expect(json.GetInt64() == Leaf.Version, $"version {Leaf.Version}");
        Expect(json.Read() && json.TokenType == JsonTokenType.EndObject && !json.Read(), "nothing after \"v\"");
        return new Leaf(node, nodeSeq, prev, seq, stream, record);
    }

    private static void Open(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        var isNamed = json.Read() && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals(name);
        Expect(isNamed && json.Read() && json.TokenType != JsonTokenType.Null, "its members in canonical order");
    }

    private static void Expect(bool holds, string what)
    {
        if (!holds)
            throw new FormatException($"The entry is not of the log's form: {what} expected.");
    }
}
