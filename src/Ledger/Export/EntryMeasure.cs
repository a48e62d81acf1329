using System.Security.Cryptography;
using System.Text.Json;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Export;

/// <summary>What one stream gave to a bundle.</summary>
internal sealed record DeliveredStream(string Stream, long First, long Last, long Count);

/// <summary>Gathers, on the first reading, what stands in front of the entries: ranges, the digest of the leaves, and
/// the measure of the copy.</summary>
internal sealed class EntryMeasure
{
    private readonly SortedDictionary<string, DeliveredStream> _streams = new(StringComparer.Ordinal);
    private readonly IncrementalHash _leaves = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly DecisionCopy _copy = new();

    public EntryMeasure() => Count(DecisionCopy.Header);

    public IEnumerable<DeliveredStream> Streams => _streams.Values;

    /// <summary><c>sha256:…</c> over the leaf hashes so far, one behind the other.</summary>
    public string Leaves => "sha256:" + Convert.ToHexStringLower(_leaves.GetCurrentHash());

    public uint CopyCrc { get; private set; }

    public long CopyLength { get; private set; }

    public void Note(long index, ReadOnlyMemory<byte> leaf)
    {
        var hash = MerkleHash.Leaf(leaf.Span);
        _leaves.AppendData(hash);
        using var document = JsonDocument.Parse(leaf);
        var stream = document.RootElement.GetProperty("stream").GetString()!;
        var seq = document.RootElement.GetProperty("seq").GetInt64();
        _streams[stream] = _streams.TryGetValue(stream, out var known)
            ? known with { Last = seq, Count = known.Count + 1 }
            : new DeliveredStream(stream, seq, seq, 1);
        Count(_copy.Row(index, hash, document.RootElement).Span);
    }

    private void Count(ReadOnlySpan<byte> copy)
    {
        CopyCrc = Crc32.Append(CopyCrc, copy);
        CopyLength += copy.Length;
    }
}
