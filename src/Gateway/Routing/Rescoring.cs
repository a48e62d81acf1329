using System.Text.Json;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Manifests;
using Provost.Gateway.Protocols;
using Provost.Gateway.Protocols.OpenInference;

namespace Provost.Gateway.Routing;

/// <summary>What a scorer answered, or why there is no answer.</summary>
/// <param name="Score">The first score, a decimal string; null with <paramref name="Fault"/>.</param>
/// <param name="Fault">One sentence; null with a score.</param>
public sealed record Rescored(string? Score, string? Fault);

/// <summary>
/// Asks the approved version of a scoring model once more, off the way of calls: for explanations. Through the same
/// provider settings and the one way out; the answer counts only when that version gives it.
/// </summary>
public sealed class Rescoring(Upstreams upstreams, TimeProvider time)
{
    private const int MaxAnswerBytes = 1 << 20;
    private const int ReadSize = 16 << 10;

    /// <param name="model">The model as the release declares it.</param>
    /// <param name="inputs">A JSON array of tensors: <c>inputs</c> of the Open Inference Protocol.</param>
    public async Task<Rescored> ScoreAsync(
        ReleaseModel model, JsonElement inputs, CancellationToken cancellationToken)
    {
        if (upstreams.Find(model.Provider) is not { } upstream
            || upstream.Dialect != OpenInferenceProtocol.DialectName)
        {
            return new Rescored(null, $"The provider {model.Provider} is not configured for scoring.");
        }

        using var body = new ByteBuffer();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WritePropertyName("inputs"u8);
            inputs.WriteTo(json);
            json.WriteEndObject();
        }

        using var exchange = new UpstreamCall(upstream, time, cancellationToken, cut: default);
        using var answer = new ByteBuffer();
        try
        {
            await exchange.SendAsync(OpenInferenceProtocol.PathOf(model), body.Memory, streamed: false);
            while (await exchange.ReadAsync(answer.GetMemory(ReadSize)) is > 0 and var read)
            {
                answer.Advance(read);
                if (answer.Length > MaxAnswerBytes)
                {
                    return new Rescored(null, "The scorer's answer is larger than one score can be.");
                }
            }

            return exchange.Status is >= 200 and < 300
                ? Read(answer, model)
                : new Rescored(null, $"The scorer answered {exchange.Status}.");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException
            || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Rescored(null, "The scorer did not answer in time.");
        }
    }

    private static Rescored Read(ByteBuffer answer, ReleaseModel model)
    {
        var facts = new AnswerFacts();
        using var guards = new TextGuards(GuardrailSet.Empty);
        using var unused = new ByteBuffer();
        var version = System.Text.Encoding.UTF8.GetBytes(model.Version ?? "");
        var fate = new InferAnswerFilter(guards, facts, model.Name, version).Filter(answer.Span, unused);
        return fate == AnswerFate.Unreadable ? new Rescored(null, "The scorer's answer cannot be read.")
            : facts.IsApprovedModel is not true ? new Rescored(null, "Another model than the approved one answered.")
            : facts.Score is null ? new Rescored(null, "The scorer's answer has no score.")
            : new Rescored(facts.Score, null);
    }
}
