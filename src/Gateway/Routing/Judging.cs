using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Gateway.Protocols;

namespace Provost.Gateway.Routing;

/// <summary>One answer that a judge looks at.</summary>
/// <param name="Provider">Name in the platform's settings.</param>
/// <param name="Model">As it is requested.</param>
/// <param name="Prompt">What the judge is told: its system message.</param>
/// <param name="Question">What was asked.</param>
/// <param name="Expected">What was expected, as the set says it; null where it says nothing.</param>
/// <param name="Answer">What the candidate said.</param>
public sealed record JudgeQuestion(
    string Provider, string Model, string Prompt, string Question, string? Expected, string Answer);

/// <summary>What a judge said, or why it said nothing.</summary>
/// <param name="Score">From 0 to 1; null with <paramref name="Fault"/>.</param>
/// <param name="Served">The model that answered, as it names itself; null where nothing readable came.</param>
/// <param name="Fault">One sentence; null with a score.</param>
public sealed record Judged(decimal? Score, string? Served, string? Fault);

/// <summary>
/// Asks a model that judges the answers of another, off the way of calls: for tests before approval. Through the same
/// provider settings and the one way out. The wire is that of chat completions (POST /v1/chat/completions of the OpenAI
/// API reference): the judge's prompt as system message, <c>{"question","expected","answer"}</c> as the user's,
/// temperature 0. Its message must be a JSON object whose <c>score</c> is a number from 0 to 1; whatever else comes is
/// no score.
/// </summary>
public sealed class Judging(Upstreams upstreams, TimeProvider time)
{
    private const string Path = "/v1/chat/completions";
    private const string Dialect = "openai";
    private const int MaxAnswerBytes = 1 << 20;
    private const int ReadSize = 16 << 10;
    private const int LongestName = 200;

    public async Task<Judged> AskAsync(JudgeQuestion asked, CancellationToken cancellationToken)
    {
        if (upstreams.Find(asked.Provider) is not { } upstream || upstream.Dialect != Dialect)
            return new Judged(null, null, $"The provider {asked.Provider} is not configured for chat completions.");

        using var exchange = new UpstreamCall(upstream, time, cancellationToken, cut: default);
        using var answer = new ByteBuffer();
        try
        {
            await exchange.SendAsync(Path, Body(asked), streamed: false);
            while (await exchange.ReadAsync(answer.GetMemory(ReadSize)) is > 0 and var read)
            {
                answer.Advance(read);
                if (answer.Length > MaxAnswerBytes)
                    return new Judged(null, null, "The judge's answer is larger than a score can be.");
            }

            return exchange.Status is >= 200 and < 300
                ? Read(answer.Memory, asked.Model)
                : new Judged(null, null, $"The judge answered {exchange.Status}.");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException
            || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Judged(null, null, "The judge did not answer in time.");
        }
    }

    /// <summary>The request's bytes.</summary>
    internal static byte[] Body(JudgeQuestion asked) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["model"] = asked.Model,
        ["temperature"] = 0,
        ["messages"] = new JsonArray(
            new JsonObject { ["role"] = "system", ["content"] = asked.Prompt },
            new JsonObject
            {
                ["role"] = "user",
                ["content"] = new JsonObject
                {
                    ["question"] = asked.Question,
                    ["expected"] = asked.Expected,
                    ["answer"] = asked.Answer,
                }.ToJsonString(),
            }),
    }.ToJsonString());

    /// <summary>What an answer says.</summary>
    internal static Judged Read(ReadOnlyMemory<byte> answer, string model)
    {
        try
        {
            using var whole = JsonDocument.Parse(answer);
            var served = whole.RootElement.GetProperty("model").GetString();
            if (served != model)
            {
                return new Judged(
                    null, Name(served), $"Another model than the declared judge answered: {Name(served)}.");
            }

            if (whole.RootElement.GetProperty("choices") is not { ValueKind: JsonValueKind.Array } choices
                || choices.GetArrayLength() != 1)
            {
                return Unreadable(served);
            }

            using var said = JsonDocument.Parse(
                choices[0].GetProperty("message").GetProperty("content").GetString() ?? "",
                new JsonDocumentOptions { AllowDuplicateProperties = false });
            return said.RootElement.GetProperty("score").TryGetDecimal(out var score) && score is >= 0 and <= 1
                ? new Judged(score, served, null)
                : Unreadable(served);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Unreadable(null);
        }
    }

    /// <summary>What answered goes into a signed result: a name, and nothing that only stands in its place.</summary>
    private static string Name(string? served) =>
        served is { Length: > 0 and <= LongestName } && !served.Any(char.IsControl) ? served : "one without a name";

    private static Judged Unreadable(string? served) =>
        new(null, served, "The judge's answer is no JSON object with a score from 0 to 1.");
}
