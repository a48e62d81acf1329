using System.Buffers;
using System.Text.Json;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Export;

/// <summary>
/// Writes a bundle: a zip of stored files that proves entries of the log to someone who holds only the trust file.
/// <list type="bullet">
/// <item><c>manifest.json</c>: canonical <c>{checkpointSize, count, delivered[{count, first, last, stream}], origin,
/// query, requested[{first, last, stream}], schema: "provost.bundle/1", since, tool}</c></item>
/// <item><c>checkpoint</c>: the signed note, verbatim</item>
/// <item><c>consistency</c>: only with <see cref="BundleRequest.Since"/>; a line of base64 per hash</item>
/// <item><c>entries.jsonl</c>: a canonical <c>{index, leaf, proof[]}</c> per line, all base64</item>
/// </list>
/// The container is fixed to the byte (stored, no times, no extra fields), so that no byte of the file goes unchecked.
/// </summary>
public static class BundleWriter
{
    private const string Schema = "provost.bundle/1";

    /// <summary>
    /// Streams the bundle out. The log is read twice, because sizes and ranges stand in front. Throws
    /// <see cref="ArgumentException"/> for indexes that do not ascend or lie beyond the checkpoint, and
    /// <see cref="NotSupportedException"/> beyond 4 GiB (export a narrower range).
    /// </summary>
    public static async Task WriteAsync(
        Stream output,
        BundleRequest request,
        TileLogReader reader,
        byte[] checkpointNote,
        CancellationToken cancellationToken)
    {
        var checkpoint = Read(checkpointNote);
        Require(request, checkpoint);
        var measure = new EntryMeasure();
        foreach (var line in Lines(request, reader, checkpoint.Size, measure))
        {
            cancellationToken.ThrowIfCancellationRequested();
            measure.Count(line.Span);
        }

        var zip = new StoredZip(output);
        var manifest = Manifest(request, checkpoint, measure);
        await zip.AddAsync("manifest.json", manifest, cancellationToken);
        await zip.AddAsync("checkpoint", checkpointNote, cancellationToken);
        if (request.Since is { } since)
            await zip.AddAsync("consistency", Consistency(reader, since, checkpoint.Size), cancellationToken);

        await zip.BeginAsync("entries.jsonl", measure.Crc, measure.Length, cancellationToken);
        foreach (var line in Lines(request, reader, checkpoint.Size, measure: null))
            await output.WriteAsync(line, cancellationToken);

        await zip.EndAsync(cancellationToken);
    }

    private static Checkpoint Read(byte[] note) =>
        SignedNote.TryParse(note, out var signed, out var fault)
        && Checkpoint.TryParse(signed.Text, out var checkpoint, out fault)
            ? checkpoint
            : throw new ArgumentException(fault, nameof(note));

    private static void Require(BundleRequest request, Checkpoint checkpoint)
    {
        long previous = -1;
        foreach (var index in request.Indexes)
        {
            if (index <= previous || index >= checkpoint.Size)
            {
                throw new ArgumentException(
                    $"Index {index} does not follow {previous} or lies beyond the checkpoint's {checkpoint.Size}.",
                    nameof(request));
            }

            previous = index;
        }

        if (request.Since is { } since && (since < 0 || since > checkpoint.Size))
        {
            throw new ArgumentException(
                $"Since {since} lies beyond the checkpoint's {checkpoint.Size}.", nameof(request));
        }
    }

    /// <summary>The lines of entries.jsonl; each is valid until the next is asked for.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Lines(
        BundleRequest request, TileLogReader reader, long size, EntryMeasure? measure)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(buffer);
        foreach (var (index, leaf) in Leaves(request.Indexes, reader))
        {
            measure?.Note(leaf);
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

    /// <summary>Reads neighbours together, so that a bundle of 256 entries is opened once and not 256 times. Each leaf
    /// is valid until the next is asked for.</summary>
    private static IEnumerable<(long Index, ReadOnlyMemory<byte> Leaf)> Leaves(
        IReadOnlyList<long> indexes, TileLogReader reader)
    {
        for (var at = 0; at < indexes.Count;)
        {
            var run = 1;
            while (at + run < indexes.Count && indexes[at + run] == indexes[at] + run)
                run++;

            foreach (var leaf in reader.ScanLeaves(indexes[at], run))
                yield return (indexes[at++], leaf);
        }
    }

    private static byte[] Consistency(TileLogReader reader, long since, long size)
    {
        var lines = reader.ConsistencyProof(since, size).Select(h => Convert.ToBase64String(h) + "\n");
        return System.Text.Encoding.ASCII.GetBytes(string.Concat(lines));
    }

    private static byte[] Manifest(BundleRequest request, Checkpoint checkpoint, EntryMeasure measure)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(buffer);
        writer.BeginObject();
        writer.Name("checkpointSize"u8);
        writer.Integer(checkpoint.Size);
        writer.Name("count"u8);
        writer.Integer(request.Indexes.Count);
        writer.Name("delivered"u8);
        writer.BeginArray();
        foreach (var stream in measure.Streams)
            Range(writer, stream.Stream, stream.First, stream.Last, stream.Count);

        writer.EndArray();
        writer.Name("origin"u8);
        writer.String(checkpoint.Origin);
        writer.Name("query"u8);
        writer.Raw(request.Query is { } query ? CanonicalJson.From(query) : "null"u8);
        writer.Name("requested"u8);
        writer.BeginArray();
        foreach (var range in request.Requested)
            Range(writer, range.Stream, range.First, range.Last, count: null);

        writer.EndArray();
        writer.Name("schema"u8);
        writer.String(Schema);
        writer.Name("since"u8);
        if (request.Since is { } since)
            writer.Integer(since);
        else
            writer.Null();

        writer.Name("tool"u8);
        writer.String(request.Tool);
        writer.EndObject();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Range(CanonicalWriter writer, string stream, long first, long last, long? count)
    {
        writer.BeginObject();
        if (count is { } number)
        {
            writer.Name("count"u8);
            writer.Integer(number);
        }

        writer.Name("first"u8);
        writer.Integer(first);
        writer.Name("last"u8);
        writer.Integer(last);
        writer.Name("stream"u8);
        writer.String(stream);
        writer.EndObject();
    }
}
