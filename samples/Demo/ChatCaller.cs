using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using OpenAI;
using OpenAI.Chat;

namespace Provost.Demo;

/// <summary>The customer-care application: the official OpenAI SDK, changed in base URL and key only.</summary>
internal sealed class ChatCaller(Uri gateway, string key, string prompt, string? customer = null)
{
    public const string Model = "gpt-5.2-2026-09-01";

    private readonly ChatClient _client = new(
        Model,
        new ApiKeyCredential(key),
        new OpenAIClientOptions
        {
            Endpoint = new Uri(gateway, "/v1"),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        });

    /// <summary>One plain call.</summary>
    public async Task<ChatAnswer> AskAsync(string question)
    {
        try
        {
            var answer = await _client.CompleteChatAsync(Messages(question), Options());
            var raw = answer.GetRawResponse();
            return new ChatAnswer(raw.Status, answer.Value.Content[0].Text, null, Headers(raw));
        }
        catch (ClientResultException refused)
        {
            return Refused(refused);
        }
    }

    /// <summary>One streamed call; the text is what had arrived when the stream ended or failed.</summary>
    public async Task<ChatAnswer> StreamAsync(string question)
    {
        var text = new StringBuilder();
        try
        {
            await foreach (var update in _client.CompleteChatStreamingAsync(Messages(question), Options()))
            {
                foreach (var part in update.ContentUpdate)
                {
                    text.Append(part.Text);
                }
            }

            return new ChatAnswer(200, text.ToString(), null, new Dictionary<string, string>());
        }
        catch (ClientResultException refused)
        {
            return Refused(refused) with { Text = text.ToString() };
        }
    }

    private ChatMessage[] Messages(string question) => [new SystemChatMessage(prompt), new UserChatMessage(question)];

    private ChatCompletionOptions Options() => new()
    {
        Temperature = 0.2f,
        EndUserId = customer,
        Metadata = { ["region"] = "eu", ["segment"] = "retail", ["data_class"] = "customer" },
    };

    private static ChatAnswer Refused(ClientResultException refused)
    {
        var raw = refused.GetRawResponse();
        return new ChatAnswer(
            refused.Status, "", raw?.Content.ToString() ?? refused.Message,
            raw is null ? new Dictionary<string, string>() : Headers(raw));
    }

    private static Dictionary<string, string> Headers(PipelineResponse raw) => raw.Headers
        .Where(h => h.Key.StartsWith("Provost-", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase);
}

/// <param name="Status">HTTP status.</param>
/// <param name="Text">What the client received.</param>
/// <param name="Error">Body of a refusal, null when there was none.</param>
/// <param name="Headers">The Provost headers.</param>
internal sealed record ChatAnswer(int Status, string Text, string? Error, IReadOnlyDictionary<string, string> Headers)
{
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    public bool RefusedWith(string code) => Error?.Contains(code, StringComparison.Ordinal) == true;
}
