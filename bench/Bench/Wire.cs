using System.Text;

namespace Provost.Bench;

/// <summary>The bytes every target is asked for and answers with: the same for all.</summary>
internal static class Wire
{
    public const string Model = "bench-model-1";

    public const string SystemPrompt = "You answer customers' questions about refunds, in two sentences.";

    /// <summary>Chunks of one streamed answer, twenty characters each.</summary>
    public const int StreamChunks = 100;

    private const string Sentence =
        "A refund takes five working days from the day the parcel reaches us, and goes back to the way it was paid. ";

    /// <summary>About 1.3 KB: system prompt as approved, a question, a little metadata.</summary>
    public static byte[] RequestBody(bool stream) => Bytes(
        $$"""
        {"model":"{{Model}}","temperature":0.2,"messages":[
        {"role":"system","content":"{{SystemPrompt}}"},
        {"role":"user","content":"{{Filler(900)}}"}],
        "metadata":{"region":"eu","segment":"retail"}{{(stream ? ",\"stream\":true" : "")}}}
        """);

    /// <summary>About 1.1 KB of a plain completion.</summary>
    public static byte[] Completion() => Bytes(
        $$"""
        {"id":"chatcmpl-bench","object":"chat.completion","created":1790000000,"model":"{{Model}}",
        "choices":[{"index":0,"message":{"role":"assistant","content":"{{Filler(700)}}","refusal":null},
        "logprobs":null,"finish_reason":"stop"}],
        "usage":{"prompt_tokens":300,"completion_tokens":175,"total_tokens":475},"system_fingerprint":"fp_bench"}
        """);

    public static byte[] StreamFrame(string content, bool last)
    {
        var delta = last ? "{}" : $"{{\"content\":\"{content}\"}}";
        var finish = last ? "\"stop\"" : "null";
        return Bytes(
            "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
            + $"\"model\":\"{Model}\",\"choices\":[{{\"index\":0,\"delta\":{delta},"
            + $"\"logprobs\":null,\"finish_reason\":{finish}}}]}}\n\n");
    }

    public static byte[] Request(int port, string key, bool stream)
    {
        var body = RequestBody(stream);
        var head = $"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        return [.. Bytes(head), .. body];
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Filler(int length)
    {
        var builder = new StringBuilder(length + Sentence.Length);
        while (builder.Length < length)
        {
            builder.Append(Sentence);
        }

        builder.Length = length;
        return builder.ToString();
    }
}
