using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Export;

/// <summary>
/// A bundle before its manifest is signed. Signing is an entry of the log: a record that names
/// <see cref="ManifestDigest"/>, covered by a checkpoint, says what was exported for as long as the log stands.
/// </summary>
public sealed class BundleDraft
{
    private BundleDraft(BundleRequest request, EntryMeasure measure)
    {
        Request = request;
        Count = request.Indexes.Count;
        Copy = (measure.CopyCrc, measure.CopyLength);
        Manifest = BundleManifestWriter.Write(request, measure);
        ManifestDigest = Digest.Of(Manifest);
    }

    /// <summary>Entries.</summary>
    public long Count { get; }

    /// <summary>The bytes of <c>manifest.json</c>.</summary>
    public byte[] Manifest { get; }

    /// <summary><c>sha256:…</c>, what the record of the export names.</summary>
    public string ManifestDigest { get; }

    internal BundleRequest Request { get; }

    /// <summary>CRC-32 and length of <c>decisions.csv</c>.</summary>
    internal (uint Crc, long Length) Copy { get; }

    /// <summary>
    /// Reads the entries once for what stands in front of them. Throws <see cref="ArgumentException"/> for indexes that
    /// do not ascend or lie at or beyond the size.
    /// </summary>
    public static BundleDraft Measure(BundleRequest request, TileLogReader reader, CancellationToken cancellationToken)
    {
        Require(request);
        var measure = new EntryMeasure();
        foreach (var (index, leaf) in reader.ScanAt(request.Indexes))
        {
            cancellationToken.ThrowIfCancellationRequested();
            measure.Note(index, leaf);
        }

        return new BundleDraft(request, measure);
    }

    private static void Require(BundleRequest request)
    {
        long previous = -1;
        foreach (var index in request.Indexes)
        {
            if (index <= previous || index >= request.Size)
            {
                throw new ArgumentException(
                    $"Index {index} does not follow {previous} or lies beyond the log's {request.Size}.",
                    nameof(request));
            }

            previous = index;
        }

        var known = request.Indexes.ToHashSet();
        foreach (var reveal in request.Reveals ?? [])
        {
            if (!known.Contains(reveal.Index))
                throw new ArgumentException($"Entry {reveal.Index} of a content is not asked for.", nameof(request));
        }

        if (request.Since is { } since && (since < 0 || since > request.Size))
            throw new ArgumentException($"Since {since} lies beyond the log's {request.Size}.", nameof(request));
    }
}
