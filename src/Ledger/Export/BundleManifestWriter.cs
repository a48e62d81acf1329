using System.Buffers;
using System.Globalization;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Export;

/// <summary>
/// Writes <c>manifest.json</c>: canonical <c>{count, delivered[{count, first, last, stream}], leaves, nodes[{last,
/// node}], query, requested[{first, last, stream}], reveals?, schema: "provost.bundle/2", since, size, tool,
/// vkeys[], window{from, until}}</c>; <c>leaves</c> is <c>sha256:…</c> over the leaf hashes in order. A bundle with
/// contents says in <c>reveals</c> how many, and is of version 3.
/// </summary>
internal static class BundleManifestWriter
{
    private const string Schema = "provost.bundle/2";
    private const string SchemaWithReveals = "provost.bundle/3";

    public static byte[] Write(BundleRequest request, EntryMeasure measure)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(buffer);
        writer.BeginObject();
        writer.Name("count"u8);
        writer.Integer(request.Indexes.Count);
        writer.Name("delivered"u8);
        writer.BeginArray();
        foreach (var stream in measure.Streams)
            Range(writer, stream.Stream, stream.First, stream.Last, stream.Count);

        writer.EndArray();
        writer.Name("leaves"u8);
        writer.String(measure.Leaves);
        writer.Name("nodes"u8);
        writer.BeginArray();
        foreach (var head in request.Nodes.OrderBy(n => n.Node, StringComparer.Ordinal))
        {
            writer.BeginObject();
            writer.Name("last"u8);
            writer.Integer(head.Last);
            writer.Name("node"u8);
            writer.String(head.Node);
            writer.EndObject();
        }

        writer.EndArray();
        writer.Name("query"u8);
        writer.Raw(request.Query is { } query ? CanonicalJson.From(query) : "null"u8);
        writer.Name("requested"u8);
        writer.BeginArray();
        foreach (var range in request.Requested)
            Range(writer, range.Stream, range.First, range.Last, count: null);

        writer.EndArray();
        if (request.Reveals is { } reveals)
        {
            writer.Name("reveals"u8);
            writer.Integer(reveals.Count);
        }

        writer.Name("schema"u8);
        writer.String(request.Reveals is null ? Schema : SchemaWithReveals);
        Tail(writer, request);
        writer.EndObject();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Tail(CanonicalWriter writer, BundleRequest request)
    {
        writer.Name("since"u8);
        if (request.Since is { } since)
            writer.Integer(since);
        else
            writer.Null();

        writer.Name("size"u8);
        writer.Integer(request.Size);
        writer.Name("tool"u8);
        writer.String(request.Tool);
        writer.Name("vkeys"u8);
        writer.BeginArray();
        foreach (var vkey in request.Vkeys)
            writer.String(vkey);

        writer.EndArray();
        writer.Name("window"u8);
        writer.BeginObject();
        Instant(writer, "from"u8, request.From);
        Instant(writer, "until"u8, request.Until);
        writer.EndObject();
    }

    private static void Instant(CanonicalWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? instant)
    {
        writer.Name(name);
        if (instant is { } at)
            writer.String(at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
        else
            writer.Null();
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
