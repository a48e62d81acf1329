using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Provost.Gateway.Binding;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>
/// Reads a chat completions request in place. Strict where two parsers could differ: invalid UTF-8, repeated members
/// and
/// members that differ from a known one in case only are refused, because the upstream might read another
/// request than the one that was checked.
/// </summary>
internal static class ChatRequestReader
{
    public static ReadFault? Read(ReadOnlyMemory<byte> body, CallView view)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return new ReadFault("", "the body is not valid UTF-8");
        }

        try
        {
            var reader = new Utf8JsonReader(body.Span, JsonCursor.Strict);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                ? ReadRoot(ref reader, body, view) ?? Trailing(ref reader) ?? Required(view)
                : new ReadFault("", "the body is not a JSON object");
        }
        catch (JsonException broken)
        {
            return new ReadFault("", $"not JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}");
        }
    }

    private static ReadFault? Required(CallView view)
    {
        if (view.ModelJson.IsEmpty)
        {
            return new ReadFault("model", "a model is required");
        }

        return view.Payload.IsEmpty ? new ReadFault("messages", "messages are required") : null;
    }

    private static ReadFault? Trailing(ref Utf8JsonReader reader) =>
        reader.Read() ? new ReadFault("", "something follows the JSON object") : null;

    private static ReadFault? ReadRoot(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, CallView view)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonCursor.Name(ref reader, body);
            reader.Read();
            if (!view.Find(name.Span).IsEmpty)
            {
                return new ReadFault(Encoding.UTF8.GetString(name.Span), "this member appears twice");
            }

            var start = (int)reader.TokenStartIndex;
            if (ReadMember(ref reader, name, body, view) is { } fault)
            {
                return fault;
            }

            view.Members.Add(new RootMember(name, new ByteRange(start, (int)reader.BytesConsumed - start)));
        }

        return null;
    }

    private static ReadFault? ReadMember(
        ref Utf8JsonReader reader, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> body, CallView view)
    {
        var span = name.Span;
        if (span.SequenceEqual("messages"u8))
        {
            var start = (int)reader.TokenStartIndex;
            var fault = ChatMessageReader.ReadAll(ref reader, body, view);
            view.Payload = new ByteRange(start, (int)reader.BytesConsumed - start);
            return fault;
        }

        var token = reader.TokenType;
        var truth = token == JsonTokenType.True;
        if (span.SequenceEqual("metadata"u8))
        {
            ChatMessageReader.TakeStrings(ref reader, "input.metadata", view);
            return null;
        }

        var range = JsonCursor.TakeValue(ref reader);
        if (span.SequenceEqual("model"u8))
        {
            view.ModelJson = range;
            view.Model = token == JsonTokenType.String ? JsonCursor.Text(body, range) : default;
            return token == JsonTokenType.String ? null : new ReadFault("model", "the model is a string");
        }

        if (span.SequenceEqual("stream"u8))
        {
            view.IsStream = truth;
            return token is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
                ? null
                : new ReadFault("stream", "stream is true or false");
        }

        if (span.SequenceEqual("stream_options"u8))
        {
            view.StreamOptions = range;
            return ReadStreamOptions(body, range, token, view);
        }

        if (span.SequenceEqual("tools"u8))
        {
            view.Tools = token == JsonTokenType.Null ? default : range;
            return null;
        }

        if (span.SequenceEqual("user"u8) || span.SequenceEqual("safety_identifier"u8))
        {
            if (token == JsonTokenType.String)
            {
                view.Texts.Add(new InputText("input.user", range, IsJson: false));
            }

            return null;
        }

        return ReadParameter(name, range, body, view);
    }

    private static ReadFault? ReadParameter(
        ReadOnlyMemory<byte> name, ByteRange range, ReadOnlyMemory<byte> body, CallView view)
    {
        var json = body.Slice(range.Start, range.Length);
        view.Parameters.Add(new ObservedParameter(name, json));
        var bounds = name.Span.SequenceEqual("max_tokens"u8) || name.Span.SequenceEqual("max_completion_tokens"u8);
        if (bounds && System.Buffers.Text.Utf8Parser.TryParse(json.Span, out int tokens, out _) && tokens > 0)
        {
            view.MaxTokens = tokens;
        }

        return null;
    }

    private static ReadFault? ReadStreamOptions(
        ReadOnlyMemory<byte> body, ByteRange range, JsonTokenType token, CallView view)
    {
        if (token == JsonTokenType.Null)
        {
            return null;
        }

        if (token != JsonTokenType.StartObject)
        {
            return new ReadFault("stream_options", "stream_options is an object");
        }

        var reader = new Utf8JsonReader(body.Span.Slice(range.Start, range.Length), JsonCursor.Strict);
        reader.Read();
        var seen = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = reader.ValueTextEquals("include_usage"u8);
            if (!isUsage && !reader.ValueTextEquals("include_obfuscation"u8))
            {
                return new ReadFault("stream_options", "knows include_usage and include_obfuscation only");
            }

            reader.Read();
            if (isUsage)
            {
                if (seen || reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                {
                    return new ReadFault("stream_options.include_usage", "is one true or false");
                }

                seen = true;
                view.AsksUsage = reader.TokenType == JsonTokenType.True;
            }

            reader.Skip();
        }

        return null;
    }
}
