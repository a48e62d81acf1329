using System.Text.Json;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Control.Decisions;

/// <summary>Reads leaves and records in one pass over their bytes. Safe for concurrent use.</summary>
/// <remarks>The form of a leaf stands at <see cref="Leaf"/>. The ledger's own readers refuse a record that is not
/// whole; here, what can be shown is shown, so unknown and missing members of the record are passed over.</remarks>
internal sealed class LeafParser
{
    private readonly RecordParser _records = new();

    /// <summary>The leaf, with <see cref="LogLeaf.Fault"/> set where the bytes are no leaf of a known form.</summary>
    public LogLeaf Read(long index, ReadOnlySpan<byte> bytes) => Read(index, bytes, MerkleHash.Leaf(bytes));

    /// <summary>The same where the leaf's hash is known.</summary>
    public LogLeaf Read(long index, ReadOnlySpan<byte> bytes, byte[] hash)
    {
        try
        {
            return ReadMembers(index, bytes, hash);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
        {
            // Messages of the JSON reader may quote what they stumbled over; nothing of a record goes into a message.
            var fault = broken is FormatException ? broken.Message : broken.GetType().Name;
            return new LogLeaf { Index = index, Hash = hash, Length = bytes.Length, Fault = fault };
        }
    }

    /// <summary>A record alone, as <see cref="LogLeaf.Intent"/> keeps it.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="FormatException">It lacks its type or time.</exception>
    public RecordFields ReadRecord(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        json.Read();
        return _records.Read(ref json, bytes);
    }

    private LogLeaf ReadMembers(long index, ReadOnlySpan<byte> bytes, byte[] hash)
    {
        var json = new Utf8JsonReader(bytes);
        string? node = null, stream = null;
        long? nodeSeq = null, seq = null, version = null;
        RecordFields? record = null;
        byte[]? intent = null;
        Expect(json.Read() && json.TokenType == JsonTokenType.StartObject, "an object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("record"u8))
            {
                json.Read();
                var start = (int)json.TokenStartIndex;
                record = _records.Read(ref json, bytes);
                if (record.Type == "decision.intent")
                    intent = bytes[start..(int)json.BytesConsumed].ToArray();
            }
            else if (json.ValueTextEquals("node"u8))
                node = _records.Text(ref json);
            else if (json.ValueTextEquals("nodeSeq"u8))
                nodeSeq = RecordParser.Number(ref json);
            else if (json.ValueTextEquals("seq"u8))
                seq = RecordParser.Number(ref json);
            else if (json.ValueTextEquals("stream"u8))
                stream = _records.Text(ref json);
            else if (json.ValueTextEquals("v"u8))
                version = RecordParser.Number(ref json);
            else
                json.Skip();
        }

        json.Read(); // throws where anything follows
        Expect(version == Leaf.Version, $"version {Leaf.Version}");
        Expect(node is not null && stream is not null && nodeSeq is not null && seq is not null && record is not null,
            "node, nodeSeq, record, seq and stream");
        return new LogLeaf
        {
            Index = index,
            Hash = hash,
            Length = bytes.Length,
            Node = node!,
            NodeSeq = nodeSeq!.Value,
            Stream = stream!,
            Seq = seq!.Value,
            Record = record!,
            Intent = intent,
        };
    }

    private static void Expect(bool holds, string what)
    {
        if (!holds)
            throw new FormatException($"The entry is not of the log's form: {what} expected.");
    }
}
