using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>What a client had received in full.</summary>
/// <param name="Decision">From the header; empty when there was none.</param>
/// <param name="Code">Of a refusal.</param>
public sealed record Received(HttpStatusCode Status, string Decision, string? Code, string Body);

/// <summary>A client on the bare protocol, so that a test sees every byte.</summary>
public sealed class BareClient(Uri gateway, string key) : IDisposable
{
    public const string Question = "How long does it take?";

    public static readonly string Prompt = Repositories.Prompt();

    private readonly HttpClient _http = new() { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Whom the calls are about, null for nobody.</summary>
    public string? Customer { get; init; }

    /// <summary>What the application found in its index and sends along, null for nothing.</summary>
    public string? Passage { get; init; }

    /// <summary>One plain call, read to its end.</summary>
    public async Task<Received> AskAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(stream: false, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    /// <summary>One streamed call; null when it ended otherwise than with the terminal event.</summary>
    public async Task<Received?> StreamAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(stream: true, cancellationToken);
        var received = await ReadAsync(response, cancellationToken);
        var isWhole = received.Status != HttpStatusCode.OK
            || received.Body.Contains("data: [DONE]", StringComparison.Ordinal);
        return isWhole ? received : null;
    }

    /// <summary>The response as soon as its head is there.</summary>
    public Task<HttpResponseMessage> SendAsync(bool stream, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["model"] = "gpt-5.2-2026-09-01",
            ["temperature"] = 0.2,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = Prompt },
                new JsonObject { ["role"] = "user", ["content"] = Question }),
            ["metadata"] = new JsonObject { ["region"] = "eu", ["data_class"] = "customer" },
        };
        if (Customer is not null)
        {
            body["user"] = Customer;
        }

        if (Passage is not null)
        {
            body["messages"]!.AsArray().Add(JsonNode.Parse("""
                {"role":"assistant","content":null,
                 "tool_calls":[{"id":"c1","type":"function","function":{"name":"search","arguments":"{}"}}]}
                """));
            body["messages"]!.AsArray().Add(new JsonObject
            {
                ["role"] = "tool",
                ["tool_call_id"] = "c1",
                ["content"] = Passage,
            });
        }

        if (stream)
        {
            body["stream"] = true;
        }

        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Received> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var decision = response.Headers.TryGetValues("Provost-Decision", out var ids) ? ids.Single() : "";
        var code = response.IsSuccessStatusCode ? null : (string?)JsonNode.Parse(body)?["error"]?["code"];
        return new Received(response.StatusCode, decision, code, body);
    }
}
