using System.Text.Json;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>
/// The tool calls of one choice, gathered from their deltas. A partial argument is never forwarded: only the
/// complete call can be inspected. Capped; a call above the cap cannot be checked and blocks.
/// </summary>
internal sealed class ToolCallBuffer : IDisposable
{
    private const int MaxCalls = 128;
    private const int MaxBytes = 1 << 20;

    private readonly SortedDictionary<int, Call> _calls = [];
    private int _bytes;

    public bool IsEmpty => _calls.Count == 0;

    /// <summary>
    /// Takes the value of <c>tool_calls</c> in a delta. False when it is no list of calls, or too long.
    /// </summary>
    public bool TryAdd(ref Utf8JsonReader reader, JsonFilter filter)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var index = IndexOf(reader);
            if (index is < 0 or >= MaxCalls)
            {
                return false;
            }

            TakeCall(ref reader, At(index), filter);
        }

        return reader.TokenType == JsonTokenType.EndArray && _bytes <= MaxBytes;
    }

    /// <summary>Takes the value of the older <c>function_call</c> in a delta.</summary>
    public bool TryAddFunction(ref Utf8JsonReader reader, JsonFilter filter)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        TakeFunction(ref reader, At(-1), filter);
        return _bytes <= MaxBytes;
    }

    /// <summary>
    /// Writes the inspected calls as members of a delta, in index order; the first member gets no comma.
    /// </summary>
    public void Release(JsonFilter filter)
    {
        var output = filter.Output;
        var isFirst = true;
        foreach (var (index, call) in _calls)
        {
            if (index < 0)
            {
                output.Write("\"function_call\":"u8);
                WriteFunction(call, filter);
                output.Write(_calls.Count > 1 ? ","u8 : default);
                continue;
            }

            output.Write(isFirst ? "\"tool_calls\":[{\"index\":"u8 : ",{\"index\":"u8);
            isFirst = false;
            index.TryFormat(output.GetSpan(11), out var digits);
            output.Advance(digits);
            output.Write(",\"id\":"u8);
            WriteInspected(call.Id.Span, filter);
            output.Write(",\"type\":\"function\",\"function\":"u8);
            WriteFunction(call, filter);
            output.Write((byte)'}');
        }

        if (!isFirst)
        {
            output.Write((byte)']');
        }
    }

    public void Dispose()
    {
        foreach (var call in _calls.Values)
        {
            call.Dispose();
        }

        _calls.Clear();
    }

    private Call At(int index) => _calls.TryGetValue(index, out var call) ? call : _calls[index] = new Call();

    private void TakeCall(ref Utf8JsonReader reader, Call call, JsonFilter filter)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            var isFunction = reader.ValueTextEquals("function"u8);
            reader.Read();
            if (isId && reader.TokenType == JsonTokenType.String && call.Id.Length == 0)
            {
                Add(filter.Decode(ref reader), call.Id);
            }
            else if (isFunction && reader.TokenType == JsonTokenType.StartObject)
            {
                TakeFunction(ref reader, call, filter);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void TakeFunction(ref Utf8JsonReader reader, Call call, JsonFilter filter)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals("name"u8);
            var isArguments = reader.ValueTextEquals("arguments"u8);
            reader.Read();
            if ((isName || isArguments) && reader.TokenType == JsonTokenType.String)
            {
                Add(filter.Decode(ref reader), isName ? call.Name : call.Arguments);
            }

            reader.Skip();
        }
    }

    private void Add(ReadOnlySpan<byte> text, ByteBuffer to)
    {
        _bytes += text.Length;
        if (_bytes <= MaxBytes)
        {
            to.Write(text);
        }
    }

    private static void WriteFunction(Call call, JsonFilter filter)
    {
        filter.Output.Write("{\"name\":"u8);
        WriteInspected(call.Name.Span, filter);
        filter.Output.Write(",\"arguments\":"u8);
        using var rewritten = new ByteBuffer();
        var changed = filter.JsonInside(call.Arguments.Span, ChatSurfaces.ToolCall, rewritten);
        JsonText.WriteQuoted(changed ? rewritten.Span : call.Arguments.Span, filter.Output);
        filter.Output.Write((byte)'}');
    }

    private static void WriteInspected(ReadOnlySpan<byte> text, JsonFilter filter)
    {
        using var rewritten = new ByteBuffer();
        var fate = filter.Guards.Whole(ChatSurfaces.ToolCall, text, rewritten);
        JsonText.WriteQuoted(fate == TextFate.Rewritten ? rewritten.Span : text, filter.Output);
    }

    private static int IndexOf(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = reader.ValueTextEquals("index"u8);
            reader.Read();
            if (isIndex)
            {
                return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index) ? index : -1;
            }

            reader.Skip();
        }

        return 0;
    }

    private sealed class Call : IDisposable
    {
        public ByteBuffer Id { get; } = new();

        public ByteBuffer Name { get; } = new();

        public ByteBuffer Arguments { get; } = new();

        public void Dispose()
        {
            Id.Dispose();
            Name.Dispose();
            Arguments.Dispose();
        }
    }
}
