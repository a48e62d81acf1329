using System.Text;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>What the chain of a stream and the count of a node need of a leaf.</summary>
internal sealed record LeafFacts(string Node, long NodeSeq, string Prev, long Seq, string Stream)
{
    /// <summary>
    /// Reads canonical <c>{"node","nodeSeq","prev","record","seq","stream","v":1}</c>, whose record repeats node and
    /// nodeSeq; null and a reason otherwise. Versions that are not known fail.
    /// </summary>
    public static LeafFacts? Read(ReadOnlySpan<byte> leaf, out string reason)
    {
        reason = "";
        if (!CanonicalJson.IsCanonical(leaf) || leaf[0] != (byte)'{')
        {
            reason = "its bytes are not canonical JSON";
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(leaf, new JsonReaderOptions { MaxDepth = CanonicalWriter.MaxDepth });
            reader.Read();
            var node = Text(ref reader, "node"u8);
            var nodeSeq = Integer(ref reader, "nodeSeq"u8);
            var prev = Text(ref reader, "prev"u8);
            Name(ref reader, "record"u8, JsonTokenType.StartObject);
            var (recordNode, recordNodeSeq) = Record(ref reader);
            var facts = new LeafFacts(
                node, nodeSeq, prev, Integer(ref reader, "seq"u8), Text(ref reader, "stream"u8));
            if (Integer(ref reader, "v"u8) != 1)
                throw new FormatException("its version is not 1, the only one this program knows");

            if (!reader.Read() || reader.TokenType != JsonTokenType.EndObject)
                throw new FormatException("it has members that a leaf does not have");

            if (recordNode != node || recordNodeSeq != nodeSeq)
                throw new FormatException("its record names another node or number than the leaf does");

            return facts;
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException)
        {
            reason = wrong.Message;
            return null;
        }
    }

    private static (string? Node, long? NodeSeq) Record(ref Utf8JsonReader reader)
    {
        string? node = null;
        long? nodeSeq = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNode = reader.ValueTextEquals("node"u8);
            var isNumber = reader.ValueTextEquals("nodeSeq"u8);
            reader.Read();
            if (isNode && reader.TokenType == JsonTokenType.String)
                node = reader.GetString();
            else if (isNumber && reader.TokenType == JsonTokenType.Number)
                nodeSeq = reader.GetInt64();

            reader.Skip();
        }

        return (node, nodeSeq);
    }

    private static string Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        Name(ref reader, name, JsonTokenType.String);
        return reader.GetString()!;
    }

    private static long Integer(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        Name(ref reader, name, JsonTokenType.Number);
        return reader.GetInt64();
    }

    private static void Name(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(name)
            || !reader.Read() || reader.TokenType != type)
        {
            throw new FormatException($"\"{Encoding.ASCII.GetString(name)}\" is missing or of another type");
        }
    }
}
