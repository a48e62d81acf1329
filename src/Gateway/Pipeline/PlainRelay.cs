using System.Text.Json;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Protocols;
using Provost.Gateway.Routing;
using Provost.Ledger.Records;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Steps 6 and 7 of a plain call: fetches the whole answer and lets the guardrails look at it. Releases
/// nothing: what may go out stands in <see cref="GatewayCall.Released"/> afterwards.
/// </summary>
internal sealed class PlainRelay(Upstreams upstreams, TimeProvider time)
{
    private const int MaxAnswerBytes = 64 << 20;
    private const int MaxErrorBytes = 64 << 10;
    private const int ReadSize = 16 << 10;

    public async Task<Refusal?> RelayAsync(GatewayCall call)
    {
        if (Find(upstreams, call) is not { } upstream)
        {
            return NotConfigured(call);
        }

        using var answer = new ByteBuffer();
        using var exchange = new UpstreamCall(upstream, time, call.Http.RequestAborted, call.Cut);
        try
        {
            call.UpstreamStarted = time.GetTimestamp();
            await exchange.SendAsync(call.Protocol.UpstreamPath(call.Release!), call.ForwardBody, streamed: false);
            call.FirstByte = time.GetTimestamp();
            var refusal = exchange.Status is >= 200 and < 300
                ? await ReadAsync(exchange, answer, MaxAnswerBytes)
                : await FailureAsync(exchange, call);
            call.UpstreamEnded = time.GetTimestamp();
            return refusal ?? Judge(exchange, answer, call);
        }
        catch (Exception broken) when (broken is OperationCanceledException or HttpRequestException or IOException)
        {
            call.UpstreamEnded = time.GetTimestamp();
            return Interruption.Of(broken, call);
        }
    }

    /// <summary>
    /// The provider of the bound release, when the settings have it and it speaks the call's dialect.
    /// </summary>
    public static Upstream? Find(Upstreams upstreams, GatewayCall call) =>
        upstreams.Find(call.Release!.Provider) is { } found && found.Dialect == call.Protocol.Dialect ? found : null;

    public static Refusal NotConfigured(GatewayCall call) => Refusal.Upstream(
        $"The provider {call.Release!.Provider} of {call.System!.Name} is not configured for {call.Protocol.Dialect}: "
        + "ask your platform team.");

    /// <summary>
    /// An upstream's error as the caller may see it: the status, and the message where it is text that passes
    /// the guardrails. Its body is never forwarded.
    /// </summary>
    public static async Task<Refusal> FailureAsync(UpstreamCall exchange, GatewayCall call)
    {
        using var body = new ByteBuffer();
        var message = await ReadAsync(exchange, body, MaxErrorBytes) is null
            ? ErrorMessage.Find(body.Memory, call.OutputGuards!)
            : null;
        call.Ended = Ended.AbortedUpstream;
        return Refusal.Upstream(message is null
            ? $"The upstream answered {exchange.Status}."
            : $"The upstream answered {exchange.Status}: {message}");
    }

    private static async Task<Refusal?> ReadAsync(UpstreamCall exchange, ByteBuffer into, int limit)
    {
        while (true)
        {
            var read = await exchange.ReadAsync(into.GetMemory(ReadSize));
            if (read == 0)
            {
                return null;
            }

            into.Advance(read);
            if (into.Length > limit)
            {
                return Refusal.Upstream("The upstream's answer is larger than this gateway can check.");
            }
        }
    }

    private static Refusal? Judge(UpstreamCall exchange, ByteBuffer answer, GatewayCall call)
    {
        var guards = call.OutputGuards!;
        var fate = exchange.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            ? call.Protocol.Filter(answer.Span, call, call.Released)
            : AnswerFate.Unreadable;
        guards.Close();
        if (fate == AnswerFate.Unreadable)
        {
            call.IsUnreadable = true;
        }
        else
        {
            guards.Begin();
        }

        switch (fate)
        {
            case AnswerFate.Unreadable:
                call.Released.Clear();
                call.Ended = Ended.AbortedUpstream;
                return Refusal.Upstream("The upstream's answer is not what its protocol says: it cannot be checked.");
            case AnswerFate.Blocked:
                call.Released.Clear();
                return Blocked(call);
        }

        if (!call.Facts.IsFrom(call.Release!.Answers))
        {
            call.Released.Clear();
            return Refusal.CompositionChanged(call.System!, "the model that answered");
        }

        if (fate == AnswerFate.Untouched)
        {
            call.Released.Clear();
            call.Released.Write(answer.Span);
        }

        call.Outcome = Changed(call) ? Outcome.Redacted : Outcome.Allowed;
        return null;
    }

    private static bool Changed(GatewayCall call) =>
        call.InputGuards!.Verdict >= GuardrailVerdict.Redact
        || call.OutputGuards!.Verdict >= GuardrailVerdict.Redact;

    private static Refusal? Blocked(GatewayCall call)
    {
        var guards = call.OutputGuards!;
        if (guards.Verdict == GuardrailVerdict.Fallback
            && call.Protocol.TryWriteFallback(call, call.Release!, call.Released))
        {
            call.Outcome = Outcome.Fallback;
            return null;
        }

        return Refusal.Guardrail(call.System!, guards.BlockedBy!);
    }
}

/// <summary>Finds the message in an upstream's error body.</summary>
internal static class ErrorMessage
{
    private const int MaxLength = 300;

    /// <summary>Null when there is none, or a guardrail has something against it.</summary>
    public static string? Find(ReadOnlyMemory<byte> body, TextGuards guards)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var text = Message(json.RootElement);
            if (text is null || text.Length > MaxLength)
            {
                return null;
            }

            using var ignored = new ByteBuffer();
            var utf8 = System.Text.Encoding.UTF8.GetBytes(text);
            using var check = new TextGuards(guards.Set);
            return check.Whole("output.error", utf8, ignored) == TextFate.Clean ? text : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Message(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("error", out var error))
        {
            return null;
        }

        if (error.ValueKind == JsonValueKind.Object)
        {
            return error.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String
                ? message.GetString()
                : null;
        }

        return error.ValueKind == JsonValueKind.String ? error.GetString() : null;
    }
}
