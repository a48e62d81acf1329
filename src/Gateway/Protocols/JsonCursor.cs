using System.Text.Json;

namespace Provost.Gateway.Protocols;

/// <summary>Small steps over a body that is read in place. Positions are bytes from the start of the body.</summary>
internal static class JsonCursor
{
    /// <summary>Strict on purpose: what the upstream's parser might read otherwise must not come this far.</summary>
    public static readonly JsonReaderOptions Strict = new() { MaxDepth = 64 };

    /// <summary>Steps over the value that the reader stands on and tells where it lies.</summary>
    public static ByteRange TakeValue(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new ByteRange(start, (int)reader.BytesConsumed - start);
    }

    /// <summary>The name that the reader stands on, unescaped; a slice of the body where nothing is escaped.</summary>
    public static ReadOnlyMemory<byte> Name(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body) =>
        reader.ValueIsEscaped
            ? Unescaped(reader.ValueSpan)
            : body.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);

    /// <summary>
    /// The text of a JSON string with quotes, unescaped; a slice of the body where nothing is escaped.
    /// </summary>
    public static ReadOnlyMemory<byte> Text(ReadOnlyMemory<byte> body, ByteRange quoted)
    {
        var inner = body.Slice(quoted.Start + 1, quoted.Length - 2);
        return inner.Span.Contains((byte)'\\') ? Unescaped(inner.Span) : inner;
    }

    private static byte[] Unescaped(ReadOnlySpan<byte> raw)
    {
        using var text = new ByteBuffer();
        JsonText.Unescape(raw, text);
        return text.Span.ToArray();
    }
}
