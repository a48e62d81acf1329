using System.Security.Cryptography;
using System.Text.Json;

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
            return new LeafView(document, leaf.Index, HashOf(leaf.Bytes.Span));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            document?.Dispose();
            return null;
        }
    }

    /// <summary>RFC 6962 section 2.1: SHA-256 over 0x00 and the leaf.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> leaf)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(leaf);
        return hash.GetHashAndReset();
    }

    public void Dispose() => _document.Dispose();
}
