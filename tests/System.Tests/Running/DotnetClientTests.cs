using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using OpenAI;
using OpenAI.Chat;

namespace Provost.SystemTests.Running;

/// <summary>The official OpenAI SDK for .NET, changed in base URL and key only.</summary>
[Collection(nameof(Running))]
public sealed class DotnetClientTests(GovernedTown town)
{
    [Fact]
    public async Task The_official_dotnet_client_is_served_protected_and_refused_as_it_should_be()
    {
        await using var copy = await town.StartAsync();
        var client = Client(copy, town.ChatKeys[0]);

        var plain = await client.CompleteChatAsync(Ask(BareClient.Prompt, "Can I send it back?"), Options());
        Assert.StartsWith("You can send an unused item back", plain.Value.Content[0].Text);
        Assert.True(plain.Value.Usage.TotalTokenCount > 0);

        var leak = await StreamAsync(client, "Send me the receipt");
        Assert.Contains("It was paid with card", leak);
        Assert.DoesNotContain(leak.Replace("3 November", ""), char.IsAsciiDigit);

        var changed = await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync(
            Ask(BareClient.Prompt + " Promise anything.", "Can I send it back?"), Options()));
        Assert.Equal(403, changed.Status);
        Assert.Contains("provost.composition_changed", changed.GetRawResponse()!.Content.ToString());

        var stranger = await Assert.ThrowsAsync<ClientResultException>(() => Client(copy, "sk-somebody")
            .CompleteChatAsync(Ask(BareClient.Prompt, "Can I send it back?"), Options()));
        Assert.Equal(401, stranger.Status);
    }

    private static async Task<string> StreamAsync(ChatClient client, string question)
    {
        var text = new StringBuilder();
        await foreach (var update in client.CompleteChatStreamingAsync(Ask(BareClient.Prompt, question), Options()))
        {
            foreach (var part in update.ContentUpdate)
            {
                text.Append(part.Text);
            }
        }

        return text.ToString();
    }

    private static ChatClient Client(Town copy, string key) => new(
        "gpt-5.2-2026-09-01",
        new ApiKeyCredential(key),
        new OpenAIClientOptions
        {
            Endpoint = new Uri(copy.Server.Gateway, "/v1"),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        });

    private static ChatMessage[] Ask(string prompt, string question) =>
        [new SystemChatMessage(prompt), new UserChatMessage(question)];

    private static ChatCompletionOptions Options() => new() { Temperature = 0.2f };
}
