using System.Text.Json;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>Copies one choice of one chunk, its texts as far as they may be released.</summary>
internal ref struct ChatDelta(ChatChoice choice, JsonFilter filter, ByteBuffer released, bool finishes)
{
    private static readonly byte[][] Roles =
        [[.. "assistant"u8], [.. "tool"u8], [.. "user"u8], [.. "system"u8], [.. "developer"u8], [.. "function"u8]];

    private static readonly byte[][] Reasons =
        [[.. "stop"u8], [.. "length"u8], [.. "tool_calls"u8], [.. "content_filter"u8], [.. "function_call"u8]];

    /// <summary>Bit i: text i was fed by this chunk.</summary>
    public int Fed { get; private set; }

    /// <summary>The chunk is not what the protocol says.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Index of the choice under the reader (a copy), and whether this chunk ends it.</summary>
    public static (int Index, bool Finishes) Peek(Utf8JsonReader reader)
    {
        var index = 0;
        var finishes = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = reader.ValueTextEquals("index"u8);
            var isReason = reader.ValueTextEquals("finish_reason"u8);
            reader.Read();
            if (isIndex)
            {
                index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var i) ? i : -1;
            }

            finishes |= isReason && reader.TokenType == JsonTokenType.String;
            reader.Skip();
        }

        return (index, finishes);
    }

    public void Choice(ref Utf8JsonReader reader)
    {
        filter.Output.Write((byte)'{');
        var isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = reader.ValueTextEquals("index"u8);
            var isReason = reader.ValueTextEquals("finish_reason"u8);
            var isDelta = reader.ValueTextEquals("delta"u8);
            var isLogprobs = reader.ValueTextEquals("logprobs"u8);
            var mark = filter.BeginMember(ref reader, isFirst);
            if (isDelta && reader.TokenType == JsonTokenType.StartObject)
            {
                Delta(ref reader);
            }
            else if (isIndex && reader.TokenType == JsonTokenType.Number)
            {
                filter.Raw(ref reader);
            }
            else if (isReason)
            {
                OneOf(Reasons, ref reader);
            }
            else if (isLogprobs)
            {
                filter.Null(ref reader);
            }
            else
            {
                filter.Drop(ref reader, mark);
                continue;
            }

            isFirst = false;
        }

        filter.Output.Write((byte)'}');
    }

    private void Delta(ref Utf8JsonReader reader)
    {
        filter.Output.Write((byte)'{');
        var isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var text = TextIndex(reader);
            var isRole = reader.ValueTextEquals("role"u8);
            var isTools = reader.ValueTextEquals("tool_calls"u8);
            var isFunction = reader.ValueTextEquals("function_call"u8);
            var isAudio = reader.ValueTextEquals("audio"u8);
            var isAnnotations = reader.ValueTextEquals("annotations"u8);
            var mark = filter.BeginMember(ref reader, isFirst);
            if (text >= 0 && reader.TokenType is JsonTokenType.String or JsonTokenType.Null)
            {
                Text(text, ref reader);
            }
            else if (isRole)
            {
                OneOf(Roles, ref reader);
            }
            else if (isAudio && reader.TokenType == JsonTokenType.StartObject)
            {
                Audio(ref reader);
            }
            else if (isAnnotations)
            {
                filter.Scanned(ref reader, ChatSurfaces.Annotations);
            }
            else
            {
                Gather(ref reader, isTools, isFunction);
                filter.Drop(ref reader, mark);
                continue;
            }

            isFirst = false;
        }

        filter.Output.Write((byte)'}');
    }

    private void Gather(ref Utf8JsonReader reader, bool isTools, bool isFunction)
    {
        var ok = isTools ? choice.ToolCalls.TryAdd(ref reader, filter)
            : !isFunction || choice.ToolCalls.TryAddFunction(ref reader, filter);
        if (!ok)
        {
            IsBroken = true;
        }
    }

    private void Audio(ref Utf8JsonReader reader)
    {
        filter.Output.Write((byte)'{');
        var isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTranscript = reader.ValueTextEquals("transcript"u8);
            var mark = filter.BeginMember(ref reader, isFirst);
            if (isTranscript && reader.TokenType == JsonTokenType.String)
            {
                Text(ChatChoice.Transcript, ref reader);
                isFirst = false;
            }
            else
            {
                filter.Drop(ref reader, mark);
            }
        }

        filter.Output.Write((byte)'}');
    }

    private void Text(int member, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            filter.Raw(ref reader);
            return;
        }

        if ((Fed & (1 << member)) != 0)
        {
            // The same member twice: two readers could take different ones.
            IsBroken = true;
        }

        var text = filter.Decode(ref reader);
        released.Clear();
        Fed |= 1 << member;
        if (choice.Feed(member, text, finishes, released) && released.Span.SequenceEqual(text))
        {
            filter.Raw(ref reader);
            return;
        }

        filter.Changed = true;
        JsonText.WriteQuoted(released.Span, filter.Output);
    }

    private readonly void OneOf(byte[][] words, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (var word in words)
            {
                if (reader.ValueTextEquals(word))
                {
                    filter.Raw(ref reader);
                    return;
                }
            }
        }

        filter.Null(ref reader);
    }

    private static int TextIndex(Utf8JsonReader reader)
    {
        for (var i = 0; i < ChatChoice.Transcript; i++)
        {
            if (reader.ValueTextEquals(ChatChoice.Members[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
