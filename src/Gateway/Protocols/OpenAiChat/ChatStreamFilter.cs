using System.Text.Json;
using Provost.Gateway.Pipeline;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>
/// Filters the chunks of a streamed chat completion. Each text of each choice is held back until no rule can still
/// match
/// it; tool calls are kept whole; members that are not known are left out. A chunk in which nothing changed is
/// forwarded
/// byte for byte.
/// </summary>
internal sealed class ChatStreamFilter(
    TextGuards guards, AnswerFacts facts, ApprovedAnswer approved, bool asksUsage) : IStreamFilter
{
    private const int MaxChoices = 128;

    private readonly SortedDictionary<int, ChatChoice> _choices = [];
    private readonly ChatHead _head = new();
    private readonly ByteBuffer _copy = new();
    private readonly ByteBuffer _released = new();

    public ReadOnlySpan<byte> Terminal => "data: [DONE]\n\n"u8;

    public StreamFate Feed(ReadOnlySpan<byte> data, ByteBuffer output)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return Finish(output);
        }

        _copy.Clear();
        using var filter = new JsonFilter(guards, _copy);
        try
        {
            var reader = new Utf8JsonReader(data, JsonCursor.Strict);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return StreamFate.Unreadable;
            }

            var chunk = new Chunk();
            Root(ref reader, filter, ref chunk, output);
            if (facts.IsError)
            {
                return StreamFate.Failed;
            }

            if (reader.Read() || chunk.IsBroken)
            {
                return StreamFate.Unreadable;
            }

            if (!guards.IsBlocked && facts.IsApprovedModel is not false && !(chunk.IsUsageOnly && !asksUsage))
            {
                WriteEvent(filter.Changed ? _copy.Span : data, output);
            }
        }
        catch (JsonException)
        {
            return StreamFate.Unreadable;
        }

        return guards.IsBlocked || facts.IsApprovedModel is false ? StreamFate.Blocked : StreamFate.Continue;
    }

    public void WriteError(Refusal refusal, ByteBuffer output)
    {
        output.Write("data: "u8);
        ChatWriter.WriteError(refusal, output);
        output.Write("\n\n"u8);
    }

    public void Dispose()
    {
        foreach (var choice in _choices.Values)
        {
            choice.Dispose();
        }

        _head.Dispose();
        _copy.Dispose();
        _released.Dispose();
    }

    private StreamFate Finish(ByteBuffer output)
    {
        foreach (var choice in _choices.Values)
        {
            if (!choice.IsFinished)
            {
                Flush(choice, fedInChunk: 0, output);
            }
        }

        return guards.IsBlocked ? StreamFate.Blocked : StreamFate.Done;
    }

    private static void WriteEvent(ReadOnlySpan<byte> data, ByteBuffer output)
    {
        // Data of several lines was joined; in JSON a line break stands between tokens only, so a blank does as well.
        output.Write("data: "u8);
        while (data.IndexOf((byte)'\n') is var at and >= 0)
        {
            output.Write(data[..at]);
            output.Write((byte)' ');
            data = data[(at + 1)..];
        }

        output.Write(data);
        output.Write("\n\n"u8);
    }

    private void Root(ref Utf8JsonReader reader, JsonFilter filter, ref Chunk chunk, ByteBuffer output)
    {
        filter.Output.Write((byte)'{');
        var isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var head = ChatHead.IndexOf(reader);
            var isChoices = reader.ValueTextEquals("choices"u8);
            var isUsage = reader.ValueTextEquals("usage"u8);
            var isCreated = reader.ValueTextEquals("created"u8);
            Note(reader);
            var mark = filter.BeginMember(ref reader, isFirst);
            var keep = true;
            if (isChoices)
            {
                Choices(ref reader, filter, ref chunk, output);
            }
            else if (isUsage && asksUsage)
            {
                chunk.IsUsageOnly = chunk.IsEmpty;
                ChatUsage.Copy(ref reader, filter);
            }
            else if (head >= 0 && guards.IsActive)
            {
                _head.Copy(head, ref reader, filter);
            }
            else if (isCreated && reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length <= 12)
            {
                filter.Raw(ref reader);
            }
            else
            {
                keep = !isUsage && !guards.IsActive;
                chunk.IsUsageOnly |= isUsage && reader.TokenType == JsonTokenType.StartObject;
                Other(ref reader, filter, mark, keep);
            }

            isFirst &= !keep;
        }

        chunk.IsUsageOnly &= chunk.IsEmpty;
        filter.Output.Write((byte)'}');
    }

    private static void Other(ref Utf8JsonReader reader, JsonFilter filter, int mark, bool keep)
    {
        if (keep)
        {
            filter.Scanned(ref reader, ChatSurfaces.Other);
        }
        else
        {
            filter.Drop(ref reader, mark);
        }
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

    private void Choices(ref Utf8JsonReader reader, JsonFilter filter, ref Chunk chunk, ByteBuffer output)
    {
        if (!guards.IsActive || reader.TokenType != JsonTokenType.StartArray)
        {
            chunk.IsBroken |= reader.TokenType != JsonTokenType.StartArray;
            chunk.IsEmpty &= IsEmptyArray(reader);
            filter.Scanned(ref reader, ChatSurfaces.Other);
            return;
        }

        filter.Output.Write((byte)'[');
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            filter.Output.Write(chunk.IsEmpty ? default : ","u8);
            chunk.IsEmpty = false;
            var (index, finishes) = ChatDelta.Peek(reader);
            if (index is < 0 or >= MaxChoices)
            {
                chunk.IsBroken = true;
                reader.Skip();
                continue;
            }

            var choice = At(index);
            chunk.IsBroken |= choice.IsFinished;
            var delta = new ChatDelta(choice, filter, _released, finishes && !choice.IsFinished);
            delta.Choice(ref reader);
            chunk.IsBroken |= delta.IsBroken;
            if (finishes)
            {
                Flush(choice, delta.Fed, output);
            }
        }

        filter.Output.Write((byte)']');
    }

    private static bool IsEmptyArray(Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.EndArray;

    private ChatChoice At(int index) =>
        _choices.TryGetValue(index, out var choice) ? choice : _choices[index] = new ChatChoice(index, guards);

    /// <summary>
    /// Ends a choice: what is still held is decided and goes out in a chunk of its own, before the one that says why
    /// it ended.
    /// </summary>
    private void Flush(ChatChoice choice, int fedInChunk, ByteBuffer output)
    {
        choice.IsFinished = true;
        var mark = output.Length;
        _head.Begin(output);
        output.Write("\"choices\":[{\"index\":"u8);
        choice.Index.TryFormat(output.GetSpan(11), out var digits);
        output.Advance(digits);
        output.Write(",\"delta\":{"u8);
        var isEmpty = true;
        for (var member = 0; member < ChatChoice.Members.Length; member++)
        {
            if (choice.IsOpen(member) && (fedInChunk & (1 << member)) == 0)
            {
                isEmpty &= !FlushText(choice, member, isEmpty, output);
            }
        }

        if (!choice.ToolCalls.IsEmpty)
        {
            output.Write(isEmpty ? default : ","u8);
            isEmpty = false;
            using var filter = new JsonFilter(guards, output);
            choice.ToolCalls.Release(filter);
        }

        output.Write("},\"finish_reason\":null}]}\n\n"u8);
        if (isEmpty || guards.IsBlocked)
        {
            output.Truncate(mark);
        }
    }

    private bool FlushText(ChatChoice choice, int member, bool isFirst, ByteBuffer output)
    {
        _released.Clear();
        if (!choice.Feed(member, default, end: true, _released) || _released.Length == 0)
        {
            return false;
        }

        output.Write(isFirst ? "\""u8 : ",\""u8);
        output.Write(member == ChatChoice.Transcript ? "audio\":{\"transcript"u8 : ChatChoice.Members[member]);
        output.Write("\":"u8);
        JsonText.WriteQuoted(_released.Span, output);
        output.Write(member == ChatChoice.Transcript ? "}"u8 : default);
        return true;
    }

    private struct Chunk()
    {
        /// <summary>It holds no choice.</summary>
        public bool IsEmpty = true;

        public bool IsUsageOnly;

        public bool IsBroken;
    }
}
