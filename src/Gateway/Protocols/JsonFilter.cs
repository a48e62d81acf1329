using System.Text.Json;

namespace Provost.Gateway.Protocols;

/// <summary>
/// Copies JSON while guardrails look at every text in it: strings, member names, and numbers long enough to be one.
/// What
/// is found is rewritten or dropped. When nothing changed, the caller forwards the original bytes instead of the
/// copy.
/// </summary>
internal sealed class JsonFilter(TextGuards guards, ByteBuffer output) : IDisposable
{
    /// <summary>Shorter numbers cannot be anything that a guardrail looks for.</summary>
    private const int ShortNumber = 12;

    private readonly ByteBuffer _decoded = new();
    private readonly ByteBuffer _rewritten = new();

    /// <summary>The copy differs from the original in more than white space.</summary>
    public bool Changed { get; set; }

    public ByteBuffer Output => output;

    public TextGuards Guards => guards;

    /// <summary>
    /// Writes the name that the reader stands on and steps to its value; returns where to cut to undo it.
    /// </summary>
    public int BeginMember(ref Utf8JsonReader reader, bool isFirst)
    {
        var mark = output.Length;
        if (!isFirst)
        {
            output.Write((byte)',');
        }

        output.Write((byte)'"');
        output.Write(reader.ValueSpan);
        output.Write("\":"u8);
        reader.Read();
        return mark;
    }

    /// <summary>Leaves the member out, value and all. The reader stands on the value.</summary>
    public void Drop(ref Utf8JsonReader reader, int mark)
    {
        reader.Skip();
        output.Truncate(mark);
        Changed = true;
    }

    /// <summary>Copies a scalar as it is.</summary>
    public void Raw(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            output.Write((byte)'"');
            output.Write(reader.ValueSpan);
            output.Write((byte)'"');
        }
        else
        {
            output.Write(reader.ValueSpan);
        }
    }

    /// <summary>Writes null where another value stood.</summary>
    public void Null(ref Utf8JsonReader reader)
    {
        Changed |= reader.TokenType != JsonTokenType.Null;
        reader.Skip();
        output.Write("null"u8);
    }

    /// <summary>Copies a value of any kind, every text in it inspected.</summary>
    public void Scanned(ref Utf8JsonReader reader, string surface)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ScannedObject(ref reader, surface);
                break;
            case JsonTokenType.StartArray:
                ScannedArray(ref reader, surface);
                break;
            case JsonTokenType.String:
                Text(ref reader, surface);
                break;
            case JsonTokenType.Number when reader.ValueSpan.Length > ShortNumber:
                LongNumber(ref reader, surface);
                break;
            default:
                output.Write(reader.ValueSpan);
                break;
        }
    }

    /// <summary>Copies a string, inspected.</summary>
    public void Text(ref Utf8JsonReader reader, string surface)
    {
        var text = Decode(ref reader);
        _rewritten.Clear();
        switch (guards.Whole(surface, text, _rewritten))
        {
            case TextFate.Rewritten:
                Changed = true;
                JsonText.WriteQuoted(_rewritten.Span, output);
                break;
            case TextFate.Blocked:
                output.Write("null"u8);
                break;
            default:
                Raw(ref reader);
                break;
        }
    }

    /// <summary>
    /// Copies a string that holds JSON (tool arguments): the texts inside it are inspected, then the whole.
    /// </summary>
    public void TextOfJson(ref Utf8JsonReader reader, string surface)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            Scanned(ref reader, surface);
            return;
        }

        using var result = new ByteBuffer();
        if (JsonInside(Decode(ref reader), surface, result))
        {
            Changed = true;
            JsonText.WriteQuoted(result.Span, output);
        }
        else
        {
            Raw(ref reader);
        }
    }

    /// <summary>
    /// Inspects a text that holds JSON. True when <paramref name="result"/> is to stand in its place.
    /// </summary>
    public bool JsonInside(ReadOnlySpan<byte> text, string surface, ByteBuffer result)
    {
        if (!guards.IsActive)
        {
            return false;
        }

        var rewrote = TryRewriteInside(text, surface, result);
        var outer = rewrote ? result.Span : text;
        using var whole = new ByteBuffer();
        if (guards.Whole(surface, outer, whole) != TextFate.Rewritten)
        {
            return rewrote;
        }

        // A replacement across structure can break the JSON: the reader of the arguments then fails, and nothing leaks.
        result.Clear();
        result.Write(whole.Span);
        return true;
    }

    public void Dispose()
    {
        _decoded.Dispose();
        _rewritten.Dispose();
    }

    private bool TryRewriteInside(ReadOnlySpan<byte> text, string surface, ByteBuffer result)
    {
        using var inner = new JsonFilter(guards, result);
        try
        {
            var reader = new Utf8JsonReader(text, JsonCursor.Strict);
            if (!reader.Read())
            {
                return false;
            }

            inner.Scanned(ref reader, surface);
            if (!reader.Read() && inner.Changed)
            {
                return true;
            }
        }
        catch (JsonException)
        {
            // Not JSON: the text as a whole is all there is to inspect.
        }

        result.Clear();
        return false;
    }

    /// <summary>The string's text; valid until the next call.</summary>
    public ReadOnlySpan<byte> Decode(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        _decoded.Clear();
        JsonText.Unescape(reader.ValueSpan, _decoded);
        return _decoded.Span;
    }

    private void ScannedObject(ref Utf8JsonReader reader, string surface)
    {
        output.Write((byte)'{');
        var isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _rewritten.Clear();
            var nameIsClean = guards.Whole(surface, Decode(ref reader), _rewritten) == TextFate.Clean;
            var isArguments = reader.ValueTextEquals("arguments"u8);
            var mark = BeginMember(ref reader, isFirst);
            if (!nameIsClean)
            {
                Drop(ref reader, mark);
                continue;
            }

            isFirst = false;
            if (isArguments)
            {
                TextOfJson(ref reader, surface);
            }
            else
            {
                Scanned(ref reader, surface);
            }
        }

        output.Write((byte)'}');
    }

    private void ScannedArray(ref Utf8JsonReader reader, string surface)
    {
        output.Write((byte)'[');
        var isFirst = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!isFirst)
            {
                output.Write((byte)',');
            }

            isFirst = false;
            Scanned(ref reader, surface);
        }

        output.Write((byte)']');
    }

    private void LongNumber(ref Utf8JsonReader reader, string surface)
    {
        _rewritten.Clear();
        if (guards.Whole(surface, reader.ValueSpan, _rewritten) == TextFate.Clean)
        {
            output.Write(reader.ValueSpan);
            return;
        }

        Changed = true;
        output.Write("null"u8);
    }
}
