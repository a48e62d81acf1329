using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Provost.Upstreams;

/// <summary>
/// A sample of a vendor's chat endpoint: speaks the wire format of chat completions, plain and streamed, and answers
/// from a short list instead of a model. A question about a "receipt" makes it leak a card number, split over chunks.
/// </summary>
public static class ChatUpstream
{
    /// <summary>The number it leaks: the public test number of the card schemes.</summary>
    public const string LeakedCard = "4111 1111 1111 1111";

    private const int ChunkLength = 7;

    private const string IdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Maps <c>POST /v1/chat/completions</c>.</summary>
    public static void MapChat(this WebApplication app, TimeProvider time) =>
        app.MapPost("/v1/chat/completions", (HttpContext call) => Complete(call, time));

    private static async Task Complete(HttpContext call, TimeProvider time)
    {
        call.Response.Headers["x-sample"] = "a sample upstream, not a model";
        var request = await JsonNode.ParseAsync(call.Request.Body, cancellationToken: call.RequestAborted);
        var model = (string?)request?["model"] ?? "sample";
        var question = LastQuestion(request);
        var answer = Answer(question);
        var id = $"chatcmpl-{RandomNumberGenerator.GetString(IdAlphabet, 29)}"; // the vendor's form
        var head = new Head(id, model, time.GetUtcNow().ToUnixTimeSeconds());
        var usage = new JsonObject
        {
            ["prompt_tokens"] = Tokens(request?["messages"]?.ToJsonString() ?? ""),
            ["completion_tokens"] = Tokens(answer),
            ["total_tokens"] = Tokens(request?["messages"]?.ToJsonString() ?? "") + Tokens(answer),
        };
        if ((bool?)request?["stream"] == true)
        {
            var wantsUsage = (bool?)request["stream_options"]?["include_usage"] == true;
            await Stream(call, head, answer, wantsUsage ? usage : null);
            return;
        }

        var body = head.Start("chat.completion");
        body["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = answer, ["refusal"] = null },
            ["logprobs"] = null,
            ["finish_reason"] = "stop",
        });
        body["usage"] = usage;
        call.Response.ContentType = "application/json";
        await call.Response.WriteAsync(body.ToJsonString(JsonSerializerOptions.Web), call.RequestAborted);
    }

    private static async Task Stream(HttpContext call, Head head, string answer, JsonObject? usage)
    {
        call.Response.ContentType = "text/event-stream";
        await Send(call, Chunk(head, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null));
        for (var at = 0; at < answer.Length; at += ChunkLength)
        {
            var piece = answer.Substring(at, Math.Min(ChunkLength, answer.Length - at));
            await Send(call, Chunk(head, new JsonObject { ["content"] = piece }, null));
        }

        await Send(call, Chunk(head, [], "stop"));
        if (usage is not null)
        {
            var last = head.Start("chat.completion.chunk");
            last["choices"] = new JsonArray();
            last["usage"] = usage;
            await Send(call, last);
        }

        await call.Response.WriteAsync("data: [DONE]\n\n", call.RequestAborted);
    }

    private static JsonObject Chunk(Head head, JsonObject delta, string? finish)
    {
        var chunk = head.Start("chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["delta"] = delta,
            ["logprobs"] = null,
            ["finish_reason"] = finish,
        });
        return chunk;
    }

    private static async Task Send(HttpContext call, JsonObject chunk)
    {
        var frame = $"data: {chunk.ToJsonString(JsonSerializerOptions.Web)}\n\n";
        await call.Response.WriteAsync(frame, call.RequestAborted);
        await call.Response.Body.FlushAsync(call.RequestAborted);
    }

    private static string LastQuestion(JsonNode? request)
    {
        var last = request?["messages"]?.AsArray().LastOrDefault(m => (string?)m?["role"] == "user")?["content"];
        return last is JsonValue text ? (string?)text ?? "" : last?.ToJsonString() ?? "";
    }

    private static string Answer(string question) => question switch
    {
        _ when question.Contains("receipt", StringComparison.OrdinalIgnoreCase) =>
            $"Here is the receipt. It was paid with card {LeakedCard} on 3 November; the refund went to the same card.",
        _ when question.Contains("how long", StringComparison.OrdinalIgnoreCase) =>
            "A refund takes five working days from the day the parcel reaches us.",
        _ => "You can send an unused item back within 30 days; the refund goes to the way you paid.",
    };

    /// <summary>Four characters a token: near enough for a sample that bills nobody.</summary>
    private static int Tokens(string text) => (text.Length + 3) / 4;

    private sealed record Head(string Id, string Model, long Created)
    {
        public JsonObject Start(string kind) => new()
        {
            ["id"] = Id,
            ["object"] = kind,
            ["created"] = Created,
            ["model"] = Model,
            ["system_fingerprint"] = "fp_sample",
        };
    }
}
