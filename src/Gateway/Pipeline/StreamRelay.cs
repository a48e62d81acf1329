using Provost.Gateway.Guardrails;
using Provost.Gateway.Protocols;
using Provost.Gateway.Routing;
using Provost.Ledger.Records;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Steps 6 to 8 of a streamed call. The intent is durable before the first byte goes out, the outcome before the
/// terminal event; between them goes what every guardrail has passed. Until the first byte a refusal is a plain error;
/// afterwards it is the dialect's own error event, and nothing follows it.
/// </summary>
internal sealed class StreamRelay(Upstreams upstreams, Recorder recorder, TimeProvider time)
{
    private const int MaxEventBytes = 8 << 20;
    private const int ReadSize = 16 << 10;

    /// <summary>A refusal to be told as a plain error; null when the stream has been ended here.</summary>
    public async Task<Refusal?> RelayAsync(GatewayCall call)
    {
        if (PlainRelay.Find(upstreams, call) is not { } upstream)
        {
            return PlainRelay.NotConfigured(call);
        }

        using var exchange = new UpstreamCall(upstream, time, call.Http.RequestAborted, call.Cut);
        using var filter = call.Protocol.OpenStream(call);
        using var ready = new ByteBuffer();
        Refusal? refusal;
        try
        {
            refusal = await OpenAsync(exchange, call) ?? await PumpAsync(exchange, filter, ready, call);
        }
        catch (Exception broken) when (broken is OperationCanceledException or HttpRequestException or IOException)
        {
            ready.Clear();
            refusal = Interruption.Of(broken, call);
        }

        call.UpstreamEnded = time.GetTimestamp();
        call.OutputGuards!.Close();
        return call.Http.Response.HasStarted || refusal is null
            ? await EndAsync(call, filter, ready, refusal)
            : refusal;
    }

    private async Task<Refusal?> OpenAsync(UpstreamCall exchange, GatewayCall call)
    {
        call.UpstreamStarted = time.GetTimestamp();
        var intent = recorder.IntentAsync(call);
        await exchange.SendAsync(call.Protocol.UpstreamPath(call.Release!), call.ForwardBody, streamed: true);
        if (!await intent)
        {
            return Refusal.RecordUnavailable;
        }

        if (exchange.Status is < 200 or >= 300)
        {
            return await PlainRelay.FailureAsync(exchange, call);
        }

        return exchange.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase)
            ? null
            : Refusal.Upstream("The upstream did not answer with a stream, so it cannot be checked as one.");
    }

    private async Task<Refusal?> PumpAsync(
        UpstreamCall exchange, IStreamFilter filter, ByteBuffer ready, GatewayCall call)
    {
        using var events = new SseReader(MaxEventBytes);
        using var incoming = new ByteBuffer();
        while (true)
        {
            incoming.Clear();
            var read = await exchange.ReadAsync(incoming.GetMemory(ReadSize));
            if (read == 0)
            {
                call.Ended = Ended.AbortedUpstream;
                return Refusal.Upstream("The upstream broke off before the end of its stream.");
            }

            incoming.Advance(read);
            call.OutputGuards!.Begin();
            call.FirstByte = call.FirstByte == 0 ? time.GetTimestamp() : call.FirstByte;
            if (!events.Append(incoming.Span))
            {
                return Refusal.Upstream("The upstream sent an event that is too large to be checked.");
            }

            var fate = Take(events, filter, ready);
            if (fate == StreamFate.Done)
            {
                return null;
            }

            if (fate != StreamFate.Continue)
            {
                ready.Clear();
                return Refuse(fate, call);
            }

            if (ready.Length > 0)
            {
                await ReleaseAsync(call, ready);
            }
        }
    }

    private static StreamFate Take(SseReader events, IStreamFilter filter, ByteBuffer ready)
    {
        while (events.TryRead(out var data))
        {
            var fate = filter.Feed(data, ready);
            if (fate != StreamFate.Continue)
            {
                return fate;
            }
        }

        return StreamFate.Continue;
    }

    private static Refusal Refuse(StreamFate fate, GatewayCall call)
    {
        if (fate == StreamFate.Blocked)
        {
            return call.Facts.IsApprovedModel is false
                ? Refusal.CompositionChanged(call.System!, "the model that answered")
                : Refusal.Guardrail(call.System!, call.OutputGuards!.BlockedBy!);
        }

        call.Ended = Ended.AbortedUpstream;
        return Refusal.Upstream(fate == StreamFate.Failed
            ? "The upstream reported an error in its stream."
            : "The upstream's stream is not what its protocol says, so it cannot be checked.");
    }

    private static async Task ReleaseAsync(GatewayCall call, ByteBuffer ready)
    {
        if (!call.Http.Response.HasStarted)
        {
            ResponseHead.Write(call, ResponseHead.EventStream, contentLength: null);
        }

        call.Released.Write(ready.Span);
        await call.Http.Response.BodyWriter.WriteAsync(ready.Memory, call.Http.RequestAborted);
        ready.Clear();
    }

    /// <summary>The last events, the outcome, then the terminal event or the error in its place.</summary>
    private async Task<Refusal?> EndAsync(GatewayCall call, IStreamFilter filter, ByteBuffer ready, Refusal? refusal)
    {
        call.ReleasedStream = true;
        if (refusal is null && !call.Facts.IsFrom(call.Release!.Answers))
        {
            ready.Clear();
            refusal = Refusal.CompositionChanged(call.System!, "the model that answered");
            if (!call.Http.Response.HasStarted)
            {
                return refusal;
            }
        }

        if (refusal is null)
        {
            call.Released.Write(ready.Span);
            ready.Write(filter.Terminal);
            call.Outcome = Verdict(call) >= GuardrailVerdict.Redact ? Outcome.Redacted : Outcome.Allowed;
        }
        else
        {
            filter.WriteError(refusal, ready);
            call.Outcome = Outcome.Blocked;
        }

        call.Refusal = refusal;
        if (!await recorder.OutcomeAsync(call))
        {
            if (!call.Http.Response.HasStarted)
            {
                return Refusal.RecordUnavailable;
            }

            call.NeedsNoRecord = true;
            ready.Clear();
            filter.WriteError(Refusal.RecordUnavailable, ready);
        }

        call.IsReleased = true;
        await ResponseHead.FinishStreamAsync(call, ready);
        return null;
    }

    private static GuardrailVerdict Verdict(GatewayCall call) =>
        call.InputGuards!.Verdict > call.OutputGuards!.Verdict
            ? call.InputGuards.Verdict
            : call.OutputGuards.Verdict;
}
