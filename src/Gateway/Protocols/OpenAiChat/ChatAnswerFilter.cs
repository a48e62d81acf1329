using System.Text.Json;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>
/// Filters a plain chat completion. Every text of it is inspected, in known and unknown members alike; log
/// probabilities
/// and audio data go, because they spell the answer in a form that is not inspected.
/// </summary>
internal sealed class ChatAnswerFilter(TextGuards guards, AnswerFacts facts, ApprovedAnswer approved)
{
    public AnswerFate Filter(ReadOnlySpan<byte> body, ByteBuffer output)
    {
        using var filter = new JsonFilter(guards, output);
        try
        {
            var reader = new Utf8JsonReader(body, JsonCursor.Strict);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return AnswerFate.Unreadable;
            }

            Root(ref reader, filter);
            if (reader.Read() || facts.IsError)
            {
                return AnswerFate.Unreadable;
            }
        }
        catch (JsonException)
        {
            return AnswerFate.Unreadable;
        }

        return guards.IsBlocked ? AnswerFate.Blocked : filter.Changed ? AnswerFate.Edited : AnswerFate.Untouched;
    }

    private void Root(ref Utf8JsonReader reader, JsonFilter filter)
    {
        filter.Output.Write((byte)'{');
        var isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                filter.BeginMember(ref reader, isFirst);
                Choices(ref reader, filter);
            }
            else
            {
                Note(reader);
                ScannedMember(ref reader, filter, isFirst, "output.other");
            }

            isFirst = false;
        }

        filter.Output.Write((byte)'}');
    }

    private void Note(Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("model"u8))
        {
            reader.Read();
            ChatFacts.TakeModel(ref reader, facts, approved);
        }
        else if (reader.ValueTextEquals("system_fingerprint"u8))
        {
            reader.Read();
            ChatFacts.TakeFingerprint(ref reader, facts, approved);
        }
        else if (reader.ValueTextEquals("usage"u8))
        {
            reader.Read();
            ChatUsage.Read(reader, facts);
        }
        else if (reader.ValueTextEquals("error"u8))
        {
            reader.Read();
            facts.IsError |= reader.TokenType != JsonTokenType.Null;
        }
    }

    private static void ScannedMember(ref Utf8JsonReader reader, JsonFilter filter, bool isFirst, string surface)
    {
        filter.BeginMember(ref reader, isFirst);
        filter.Scanned(ref reader, surface);
    }

    private void Choices(ref Utf8JsonReader reader, JsonFilter filter)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            filter.Scanned(ref reader, "output.other");
            return;
        }

        filter.Output.Write((byte)'[');
        var isFirst = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!isFirst)
            {
                filter.Output.Write((byte)',');
            }

            isFirst = false;
            Members(ref reader, filter, isMessage: false);
        }

        filter.Output.Write((byte)']');
    }

    /// <summary>Copies a choice, its message, or the audio of a message.</summary>
    private void Members(ref Utf8JsonReader reader, JsonFilter filter, bool isMessage)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            filter.Scanned(ref reader, "output.other");
            return;
        }

        filter.Output.Write((byte)'{');
        var isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Member(ref reader, filter, isMessage, ref isFirst);
        }

        filter.Output.Write((byte)'}');
    }

    private void Member(ref Utf8JsonReader reader, JsonFilter filter, bool isMessage, ref bool isFirst)
    {
        var opensMessage = !isMessage && reader.ValueTextEquals("message"u8);
        var opensAudio = isMessage && reader.ValueTextEquals("audio"u8);
        var spells = guards.IsActive && (reader.ValueTextEquals("logprobs"u8) || (isMessage && IsAudioData(reader)));
        var surface = ChatSurfaces.Of(reader);
        if (ChatSurfaces.IsUnknown(surface) && guards.IsActive && !IsCleanName(ref reader, filter))
        {
            filter.Drop(ref reader, filter.BeginMember(ref reader, isFirst));
            return;
        }

        filter.BeginMember(ref reader, isFirst);
        isFirst = false;
        if (opensMessage || (opensAudio && reader.TokenType == JsonTokenType.StartObject))
        {
            Members(ref reader, filter, isMessage: true);
        }
        else if (spells)
        {
            filter.Null(ref reader);
        }
        else
        {
            filter.Scanned(ref reader, surface);
        }
    }

    private bool IsCleanName(ref Utf8JsonReader reader, JsonFilter filter)
    {
        using var ignored = new ByteBuffer();
        return guards.Whole("output.other", filter.Decode(ref reader), ignored) == TextFate.Clean;
    }

    private static bool IsAudioData(Utf8JsonReader reader) => reader.ValueTextEquals("data"u8);
}
