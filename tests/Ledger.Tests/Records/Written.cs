using System.Text;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Records;

/// <summary>Records and entries as bytes, without a spool.</summary>
internal static class Written
{
    /// <summary>What a draft becomes once the spool has filled in its number.</summary>
    public static byte[] Record(Action<RecordDraft> write, long nodeSeq = 0)
    {
        using var draft = RecordDraft.Rent();
        write(draft);
        var text = draft.Record;
        return [.. text[..draft.NumberAt], .. Encoding.ASCII.GetBytes($"{nodeSeq}"), .. text[(draft.NumberAt + 1)..]];
    }

    public static byte[] Entry(
        ReadOnlySpan<byte> record, string node = "n1", long nodeSeq = 0, string prev = "", long seq = 0,
        string stream = "gov")
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var json = new CanonicalWriter(buffer);
        json.BeginObject();
        json.Text("node"u8, node);
        json.Number("nodeSeq"u8, nodeSeq);
        json.Text("prev"u8, prev);
        json.Name("record"u8);
        json.Raw(record);
        json.Number("seq"u8, seq);
        json.Text("stream"u8, stream);
        json.Number("v"u8, 1);
        json.EndObject();
        return buffer.WrittenSpan.ToArray();
    }
}
