using System.Buffers;
using System.Text.Json;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>Reads and copies the usage object of a chat answer.</summary>
internal static class ChatUsage
{
    private const int MaxDigits = 12;

    /// <summary>Takes the two counts from the value that a copy of the reader stands on.</summary>
    public static void Read(Utf8JsonReader reader, AnswerFacts facts)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIn = reader.ValueTextEquals("prompt_tokens"u8);
            var isOut = reader.ValueTextEquals("completion_tokens"u8);
            reader.Read();
            if ((isIn || isOut) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count))
            {
                facts.HasUsage = true;
                (facts.TokensIn, facts.TokensOut) = isIn ? (count, facts.TokensOut) : (facts.TokensIn, count);
            }

            reader.Skip();
        }
    }

    /// <summary>Copies counts only: names of the protocol's kind, short numbers, objects of such.</summary>
    public static void Copy(ref Utf8JsonReader reader, JsonFilter filter)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            filter.Null(ref reader);
            return;
        }

        filter.Output.Write((byte)'{');
        var isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = IsPlainName(reader.ValueSpan);
            var mark = filter.BeginMember(ref reader, isFirst);
            var isCount = reader.TokenType is JsonTokenType.Number && reader.ValueSpan.Length <= MaxDigits;
            var isCounts = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.Null;
            if (!isName || !(isCount || isCounts))
            {
                filter.Drop(ref reader, mark);
                continue;
            }

            isFirst = false;
            if (isCount)
            {
                filter.Raw(ref reader);
            }
            else
            {
                Copy(ref reader, filter);
            }
        }

        filter.Output.Write((byte)'}');
    }

    private static bool IsPlainName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= 40 && !name.ContainsAnyExcept(PlainLetters);

    private static readonly SearchValues<byte> PlainLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_"u8);
}
