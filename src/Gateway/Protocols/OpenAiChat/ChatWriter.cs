using System.Text.Json;
using Provost.Gateway.Pipeline;
using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>Writes what the gateway itself says to a chat client: errors and approved fallbacks.</summary>
internal static class ChatWriter
{
    public static void WriteError(Refusal refusal, ByteBuffer output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, refusal.Message);
        json.WriteString("type"u8, "provost_refusal"u8);
        json.WriteNull("param"u8);
        json.WriteString("code"u8, refusal.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A plain completion, or the whole of a stream where the client asked for one.</summary>
    public static bool TryWriteFallback(GatewayCall call, CompiledRelease release, ByteBuffer output)
    {
        if (release.Fallback?.Answer is not { } answer)
        {
            return false;
        }

        if (!call.View.IsStream)
        {
            WriteCompletion(call, release, answer, output);
            return true;
        }

        output.Write("data: "u8);
        WriteChunk(call, release, answer, finish: null, output);
        output.Write("\n\ndata: "u8);
        WriteChunk(call, release, answer: null, finish: "stop", output);
        if (call.View.AsksUsage)
        {
            output.Write("\n\ndata: "u8);
            WriteUsageChunk(call, release, output);
        }

        output.Write("\n\ndata: [DONE]\n\n"u8);
        return true;
    }

    private static void WriteCompletion(GatewayCall call, CompiledRelease release, string answer, ByteBuffer output)
    {
        using var json = new Utf8JsonWriter(output);
        Head(call, release, "chat.completion"u8, json);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, answer);
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        json.WriteString("finish_reason"u8, "stop"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        Usage(json);
        json.WriteEndObject();
    }

    private static void WriteChunk(
        GatewayCall call, CompiledRelease release, string? answer, string? finish, ByteBuffer output)
    {
        using var json = new Utf8JsonWriter(output);
        Head(call, release, "chat.completion.chunk"u8, json);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("delta"u8);
        if (answer is not null)
        {
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("content"u8, answer);
        }

        json.WriteEndObject();
        json.WriteString("finish_reason"u8, finish);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteUsageChunk(GatewayCall call, CompiledRelease release, ByteBuffer output)
    {
        using var json = new Utf8JsonWriter(output);
        Head(call, release, "chat.completion.chunk"u8, json);
        json.WriteStartArray("choices"u8);
        json.WriteEndArray();
        Usage(json);
        json.WriteEndObject();
    }

    private static void Head(GatewayCall call, CompiledRelease release, ReadOnlySpan<byte> kind, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, $"chatcmpl-{call.Decision:N}");
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, call.Time.ToUnixTimeSeconds());
        json.WriteString("model"u8, release.ApprovedModel);
    }

    private static void Usage(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, 0);
        json.WriteNumber("completion_tokens"u8, 0);
        json.WriteNumber("total_tokens"u8, 0);
        json.WriteEndObject();
    }
}
