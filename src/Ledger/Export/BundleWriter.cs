using System.Buffers;
using System.Text;
using System.Text.Json;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Proofs;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Export;

/// <summary>
/// Writes a bundle: a zip of stored files that proves entries of the log to someone who holds only the trust file.
/// <list type="bullet">
/// <item><c>manifest.json</c>: what was asked and what is here, see <see cref="BundleManifestWriter"/></item>
/// <item><c>manifest.tlog-proof</c>: the receipt (c2sp.org/tlog-proof) of the entry that names the manifest's
/// digest</item>
/// <item><c>checkpoint</c>: the signed note, verbatim, with the cosignatures it carries</item>
/// <item><c>consistency</c>: only with <see cref="BundleRequest.Since"/>; a line of base64 per hash</item>
/// <item><c>entries.jsonl</c>: a canonical <c>{index, leaf, proof[]}</c> per line, all base64</item>
/// <item><c>decisions.csv</c>: a copy for spreadsheets, see <see cref="DecisionCopy"/>; never evidence</item>
/// <item><c>reveals.jsonl</c>: only with <see cref="BundleRequest.Reveals"/>; contents, see
/// <see cref="RevealedPayload"/></item>
/// </list>
/// The container is fixed to the byte (stored, no times, no extra fields), so that no byte of the file goes unchecked.
/// </summary>
public static class BundleWriter
{
    /// <summary>
    /// Streams the bundle out; memory does not grow with it. The log is read three times, because sizes stand in front.
    /// Throws <see cref="ArgumentException"/> when the checkpoint covers less than the request's size or not the entry
    /// of the export, and <see cref="NotSupportedException"/> beyond 4 GiB (export a narrower range).
    /// </summary>
    /// <param name="output">The zip; it need not be seekable.</param>
    /// <param name="draft">What goes in, measured.</param>
    /// <param name="exported">Index of the entry that names the manifest's digest.</param>
    /// <param name="reader">The log.</param>
    /// <param name="checkpointNote">A signed checkpoint that covers that entry.</param>
    /// <param name="cancellationToken">Breaks it off; what was written is no bundle then.</param>
    public static async Task WriteAsync(
        Stream output, BundleDraft draft, long exported, TileLogReader reader, byte[] checkpointNote,
        CancellationToken cancellationToken)
    {
        var (request, checkpoint) = (draft.Request, Read(checkpointNote));
        if (checkpoint.Size < request.Size || exported < request.Size || exported >= checkpoint.Size)
        {
            throw new ArgumentException(
                $"A checkpoint of {checkpoint.Size} does not cover {request.Size} entries and the export's {exported}.",
                nameof(checkpointNote));
        }

        var (crc, length) = (0u, 0L);
        foreach (var line in Lines(request, reader, checkpoint.Size))
        {
            cancellationToken.ThrowIfCancellationRequested();
            crc = Crc32.Append(crc, line.Span);
            length += line.Length;
        }

        var zip = new StoredZip(output);
        await zip.AddAsync("manifest.json", draft.Manifest, cancellationToken);
        var receipt = new TlogProof(exported, reader.InclusionProof(exported, checkpoint.Size), checkpointNote)
        {
            Extra = reader.ReadLeaf(exported).ToArray(),
        };
        await zip.AddAsync("manifest.tlog-proof", receipt.ToBytes(), cancellationToken);
        await zip.AddAsync("checkpoint", checkpointNote, cancellationToken);
        if (request.Since is { } since)
            await zip.AddAsync("consistency", Consistency(reader, since, checkpoint.Size), cancellationToken);

        await zip.BeginAsync("entries.jsonl", crc, length, cancellationToken);
        foreach (var line in Lines(request, reader, checkpoint.Size))
            await output.WriteAsync(line, cancellationToken);

        await zip.BeginAsync("decisions.csv", draft.Copy.Crc, draft.Copy.Length, cancellationToken);
        foreach (var row in Rows(request, reader))
            await output.WriteAsync(row, cancellationToken);

        if (request.Reveals is { } reveals)
            await zip.AddAsync("reveals.jsonl", RevealedPayload.Lines(reveals), cancellationToken);

        await zip.EndAsync(cancellationToken);
    }

    private static Checkpoint Read(byte[] note) =>
        SignedNote.TryParse(note, out var signed, out var fault)
        && Checkpoint.TryParse(signed.Text, out var checkpoint, out fault)
            ? checkpoint
            : throw new ArgumentException(fault, nameof(note));

    /// <summary>The lines of entries.jsonl; each is valid until the next is asked for.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Lines(BundleRequest request, TileLogReader reader, long size)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(buffer);
        foreach (var (index, leaf) in reader.ScanAt(request.Indexes))
        {
            buffer.ResetWrittenCount();
            writer.Reset(buffer);
            writer.BeginObject();
            writer.Name("index"u8);
            writer.Integer(index);
            writer.Name("leaf"u8);
            writer.String(Convert.ToBase64String(leaf.Span));
            writer.Name("proof"u8);
            writer.BeginArray();
            foreach (var hash in reader.InclusionProof(index, size))
                writer.String(Convert.ToBase64String(hash));

            writer.EndArray();
            writer.EndObject();
            buffer.Write("\n"u8);
            yield return buffer.WrittenMemory;
        }
    }

    /// <summary>The lines of decisions.csv; each is valid until the next is asked for.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Rows(BundleRequest request, TileLogReader reader)
    {
        yield return DecisionCopy.Header.ToArray();
        var copy = new DecisionCopy();
        foreach (var (index, leaf) in reader.ScanAt(request.Indexes))
        {
            using var document = JsonDocument.Parse(leaf);
            yield return copy.Row(index, MerkleHash.Leaf(leaf.Span), document.RootElement);
        }
    }

    private static byte[] Consistency(TileLogReader reader, long since, long size)
    {
        var lines = reader.ConsistencyProof(since, size).Select(h => Convert.ToBase64String(h) + "\n");
        return Encoding.ASCII.GetBytes(string.Concat(lines));
    }
}
