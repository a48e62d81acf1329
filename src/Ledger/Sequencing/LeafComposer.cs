using System.Buffers;
using System.Security.Cryptography;
using Provost.Ledger.Records;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Sequencing;

/// <summary>Makes an entry of the log of a node's record; its form stands at <see cref="Leaf"/>.</summary>
internal sealed class LeafComposer
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly CanonicalWriter _json;

    public LeafComposer() => _json = new CanonicalWriter(_buffer);

    /// <summary>The entry's bytes, good until the next call.</summary>
    public ReadOnlySpan<byte> Compose(in RecordHead head, ReadOnlySpan<byte> record, StreamEnd end)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.BeginObject();
        _json.Name("node"u8);
        _json.String(head.Node.AsSpan());
        _json.Name("nodeSeq"u8);
        _json.Integer(head.NodeSeq);
        _json.Name("prev"u8);
        WritePrev(end);
        _json.Name("record"u8);
        _json.Raw(record);
        _json.Name("seq"u8);
        _json.Integer(end.Next);
        _json.Name("stream"u8);
        _json.String(end.Stream.AsSpan());
        _json.Name("v"u8);
        _json.Integer(Leaf.Version);
        _json.EndObject();
        return _buffer.WrittenSpan;
    }

    private void WritePrev(StreamEnd end)
    {
        Span<byte> hex = stackalloc byte[SHA256.HashSizeInBytes * 2];
        if (end.Next == 0)
            hex = [];
        else
            Convert.TryToHexStringLower(end.LastHash, hex, out _);

        _json.String((ReadOnlySpan<byte>)hex);
    }
}
