using System.Text.Json;
using Provost.Ledger.Tree;

namespace Provost.Control.Decisions;

/// <summary>A leaf, parsed once for the index.</summary>
internal sealed class LeafView : IDisposable
{
    private readonly JsonDocument _document;

    private LeafView(JsonDocument document, long index, byte[] hash)
    {
        _document = document;
        Index = index;
        Hash = hash;
        var leaf = document.RootElement;
        Stream = leaf.GetProperty("stream").GetString()!;
        Seq = leaf.GetProperty("seq").GetInt64();
        Node = leaf.GetProperty("node").GetString()!;
        NodeSeq = leaf.GetProperty("nodeSeq").GetInt64();
        Record = leaf.GetProperty("record");
        Type = Record.GetProperty("type").GetString()!;
        Time = Record.GetProperty("time").GetDateTimeOffset();
        Decision = Record.TryGetProperty("decision", out var id) ? id.GetGuid() : Guid.Empty;
    }

    public long Index { get; }

    public byte[] Hash { get; }

    public string Node { get; }

    public long NodeSeq { get; }

    public string Stream { get; }

    public long Seq { get; }

    public string Type { get; }

    public DateTimeOffset Time { get; }

    public Guid Decision { get; }

    public JsonElement Record { get; }

    /// <summary>Null when the bytes are no leaf of a known form; the caller says so and goes on.</summary>
    public static LeafView? Parse(LogLeaf leaf)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(leaf.Bytes);
            return new LeafView(document, leaf.Index, MerkleHash.Leaf(leaf.Bytes.Span));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            document?.Dispose();
            return null;
        }
    }

    public void Dispose() => _document.Dispose();
}
