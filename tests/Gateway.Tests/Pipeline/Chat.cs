using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Provost.Gateway.Tests.Pipeline;

/// <summary>Bodies of the chat dialect, as clients and upstreams write them.</summary>
internal static class Chat
{
    public const string Prompt = "You answer questions about refunds. The customer is Kim.";

    public const string Done = "data: [DONE]\n\n";

    public const string Head =
        "\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
        + "\"model\":\"gpt-1\",\"system_fingerprint\":\"fp_1\"";

    public const string Counts = "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18}";

    public const string UsageChunk = "{" + Head + ",\"choices\":[]," + Counts + "}";

    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Ask(
        string question = "How long?", string extra = "", string prompt = Prompt, string model = "gpt-1",
        string temperature = "0.2") =>
        $"{{\"model\":\"{model}\",\"temperature\":{temperature},{extra}\"messages\":["
        + $"{{\"role\":\"system\",\"content\":{Json(prompt)}}},{{\"role\":\"user\",\"content\":{Json(question)}}}]}}";

    public static string AskStream(string question = "How long?", string extra = "") =>
        Ask(question, "\"stream\":true," + extra);

    public static string Answer(string content = "Five days.", string model = "gpt-1", string message = "") =>
        $"{{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"{model}\","
        + "\"system_fingerprint\":\"fp_1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        + $"\"content\":{Json(content)}{message}}},\"finish_reason\":\"stop\"}}],{Counts}}}";

    public static string Chunk(string delta, string finish = "null", int index = 0, string extra = "") =>
        $"{{{Head},\"choices\":[{{\"index\":{index},\"delta\":{delta},\"finish_reason\":{finish}{extra}}}]}}";

    public static string Event(string data) => $"data: {data}\n\n";

    /// <summary>A whole stream of one text in pieces.</summary>
    public static string Stream(IEnumerable<string> pieces, string member = "content") =>
        Event(Chunk("{\"role\":\"assistant\",\"content\":\"\"}"))
        + string.Concat(pieces.Select(p => Event(Chunk($"{{\"{member}\":{Json(p)}}}"))))
        + Event(Chunk("{}", "\"stop\"")) + Event(UsageChunk) + Done;

    public static string Json(string text) => JsonSerializer.Serialize(text, Options);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
