using System.Text;
using System.Text.Json;
using Provost.Gateway.Binding;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>
/// Reads the messages of a chat request: which are the system's and the developer's, which strings are text that
/// guardrails look at, which parts nobody here can look into.
/// </summary>
internal static class ChatMessageReader
{
    private static readonly byte[][] Known =
    [
        [.. "role"u8], [.. "content"u8], [.. "name"u8], [.. "tool_calls"u8], [.. "tool_call_id"u8],
        [.. "refusal"u8], [.. "audio"u8], [.. "function_call"u8],
    ];

    public static ReadFault? ReadAll(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, CallView view)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return new ReadFault("messages", "messages is an array");
        }

        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new ReadFault($"messages[{index}]", "a message is an object");
            }

            if (ReadMessage(ref reader, body, view) is { } fault)
            {
                return fault with { Path = $"messages[{index}]{fault.Path}" };
            }
        }

        return null;
    }

    /// <summary>Adds every string at or under the reader's value as a text.</summary>
    public static void TakeStrings(ref Utf8JsonReader reader, string surface, CallView view)
    {
        var depth = reader.CurrentDepth;
        while (true)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                view.Texts.Add(new InputText(surface, Quoted(ref reader), IsJson: false));
            }

            var opens = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if ((!opens && reader.CurrentDepth <= depth) || !reader.Read())
            {
                return;
            }
        }
    }

    private static ReadFault? ReadMessage(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, CallView view)
    {
        var role = default(ByteRange);
        var content = default(ByteRange);
        var seen = 0;
        var others = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var known = IndexOf(JsonCursor.Name(ref reader, body).Span, out var differsInCase);
            if (differsInCase || (known >= 0 && (seen & (1 << known)) != 0))
            {
                return new ReadFault("", "a member appears twice, or is written in another case than the protocol's");
            }

            seen |= known >= 0 ? 1 << known : 0;
            others |= known > 1 || known < 0;
            reader.Read();
            switch (known)
            {
                case 0:
                    role = JsonCursor.TakeValue(ref reader);
                    break;
                case 1:
                    var start = (int)reader.TokenStartIndex;
                    ReadContent(ref reader, view);
                    content = new ByteRange(start, (int)reader.BytesConsumed - start);
                    break;
                case 3 or 7:
                    ReadToolCalls(ref reader, view);
                    break;
                case 6:
                    view.UncheckedPart ??= "input.audio";
                    TakeStrings(ref reader, "input.audio", view);
                    break;
                default:
                    TakeStrings(ref reader, known == 2 ? "input.name" : "input.other", view);
                    break;
            }
        }

        return AddPrompt(body, role, content, others, view);
    }

    private static ReadFault? AddPrompt(
        ReadOnlyMemory<byte> body, ByteRange role, ByteRange content, bool others, CallView view)
    {
        var text = role.Length > 2 ? body.Span.Slice(role.Start, role.Length) : default;
        if (text.SequenceEqual("\"system\""u8) || text.SequenceEqual("\"developer\""u8))
        {
            var kind = text[1] == 's' ? ObservedRole.System : ObservedRole.Developer;
            view.Prompt.Add(new ObservedMessage(kind, body.Slice(content.Start, content.Length), others));
            return content.IsEmpty ? new ReadFault(".content", "a system message has content") : null;
        }

        var isOther = text.SequenceEqual("\"user\""u8) || text.SequenceEqual("\"assistant\""u8)
            || text.SequenceEqual("\"tool\""u8) || text.SequenceEqual("\"function\""u8);
        return isOther
            ? null
            : new ReadFault(".role", "the role is system, developer, user, assistant, tool or function");
    }

    private static void ReadContent(ref Utf8JsonReader reader, CallView view)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            TakeStrings(ref reader, "input.content", view);
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject || !IsText(reader))
            {
                view.UncheckedPart ??= "input.content";
            }

            TakeStrings(ref reader, "input.content", view);
        }
    }

    /// <summary>Whether the part under the reader (a copy) says that it is text.</summary>
    private static bool IsText(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
            {
                return reader.TokenType == JsonTokenType.String
                    && (reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("refusal"u8));
            }

            reader.Skip();
        }

        return false;
    }

    private static void ReadToolCalls(ref Utf8JsonReader reader, CallView view)
    {
        var depth = reader.CurrentDepth;
        var isArguments = false;
        while (true)
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                isArguments = reader.ValueTextEquals("arguments"u8);
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                view.Texts.Add(new InputText("input.tool_calls", Quoted(ref reader), isArguments));
            }

            var opens = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if ((!opens && reader.CurrentDepth <= depth) || !reader.Read())
            {
                return;
            }
        }
    }

    private static ByteRange Quoted(ref Utf8JsonReader reader) =>
        new((int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex));

    private static int IndexOf(ReadOnlySpan<byte> name, out bool differsInCase)
    {
        for (var i = 0; i < Known.Length; i++)
        {
            if (name.SequenceEqual(Known[i]))
            {
                differsInCase = false;
                return i;
            }
        }

        differsInCase = false;
        foreach (var known in Known)
        {
            differsInCase |= Ascii.EqualsIgnoreCase(name, known);
        }

        return -1;
    }
}
