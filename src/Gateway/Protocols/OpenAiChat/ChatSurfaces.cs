using System.Text;
using System.Text.Json;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>The names that records give to the texts of an answer.</summary>
internal static class ChatSurfaces
{
    public const string Content = "output.content";
    public const string Refusal = "output.refusal";
    public const string Reasoning = "output.reasoning";
    public const string Transcript = "output.audio";
    public const string Annotations = "output.annotations";
    public const string ToolCall = "tool_call";
    public const string Other = "output.other";

    /// <summary>The surface of the member whose name the reader stands on.</summary>
    public static string Of(Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("content"u8))
        {
            return Content;
        }

        if (reader.ValueTextEquals("refusal"u8))
        {
            return Refusal;
        }

        if (reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8))
        {
            return Reasoning;
        }

        if (reader.ValueTextEquals("tool_calls"u8) || reader.ValueTextEquals("function_call"u8))
        {
            return ToolCall;
        }

        return reader.ValueTextEquals("transcript"u8) ? Transcript
            : reader.ValueTextEquals("annotations"u8) ? Annotations
            : Other;
    }

    public static bool IsUnknown(string surface) => ReferenceEquals(surface, Other);
}

/// <summary>Takes what an answer says about itself.</summary>
internal static class ChatFacts
{
    private const int MaxLength = 200;

    public static void TakeModel(ref Utf8JsonReader reader, AnswerFacts facts, ApprovedAnswer approved)
    {
        if (reader.TokenType == JsonTokenType.String && facts.IsApprovedModel is not false)
        {
            facts.IsApprovedModel = approved.TakesModel(reader);
            facts.ModelServed = Text(ref reader);
        }
    }

    public static void TakeFingerprint(ref Utf8JsonReader reader, AnswerFacts facts, ApprovedAnswer approved)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return;
        }

        if (!approved.TakesFingerprint(reader))
        {
            // the record names the one that was refused, wherever in a stream it came
            facts.Fingerprint = facts.IsApprovedModel is false ? facts.Fingerprint : Text(ref reader);
            facts.IsApprovedModel = false;
        }

        facts.Fingerprint ??= Text(ref reader);
    }

    // What an upstream calls itself goes into records: bounded, and with nothing but printable ASCII.
    private static string Text(ref Utf8JsonReader reader)
    {
        var raw = reader.ValueSpan;
        return string.Create(Math.Min(raw.Length, MaxLength), raw, (text, bytes) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = bytes[i] is >= 32 and < 127 ? (char)bytes[i] : '?';
            }
        });
    }
}
