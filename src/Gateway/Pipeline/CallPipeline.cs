using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Provost.Gateway.Protocols;
using Provost.Gateway.Routing;
using Provost.Ledger.Records;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// The way of every call, from the first byte to the last. <see cref="RunAsync"/> is the picture; each step is one
/// file. Whatever a step refuses is recorded before it is told.
/// </summary>
internal sealed partial class CallPipeline(
    Authenticator authenticator,
    Admission admission,
    PlainRelay plain,
    StreamRelay stream,
    ModelQuestions questions,
    Recorder recorder,
    UnknownCallers unknownCallers,
    Upstreams upstreams,
    ILogger<CallPipeline> log)
{
    public async Task RunAsync(GatewayCall call)
    {
        try
        {
            var refusal = await DecideAsync(call);
            await (refusal is null ? ReleaseAsync(call) : RefuseAsync(call, refusal));
        }
        catch (BadHttpRequestException broken)
        {
            LogLeft(broken);
            call.Http.Abort();
        }
        catch (Exception broken) when (call.Http.RequestAborted.IsCancellationRequested)
        {
            // The client left while its request was being read: there was no decision, so there is none to record.
            LogLeft(broken);
        }
        catch (Exception bug)
        {
            LogFailed(bug, call.Decision);
            await RefuseAsync(call, Refusal.Internal);
        }
        finally
        {
            Leave(call);
        }
    }

    /// <summary>Null when the call may be answered with what the steps left in it.</summary>
    private async Task<Refusal?> DecideAsync(GatewayCall call)
    {
        var refusal = authenticator.Authenticate(call) ?? Known(call);
        if (refusal is null && call.Target.Kind != RouteKind.Call)
        {
            call.IsReleased = true;
            var unanswered = await questions.AnswerAsync(call);
            call.NeedsNoRecord = unanswered is null;
            return unanswered;
        }

        refusal = refusal
            ?? await BodyReading.ReadAsync(call, call.Http.RequestAborted)
            ?? admission.Admit(call)
            ?? InputCheck.Inspect(call);
        if (refusal is not null)
        {
            return refusal;
        }

        if (call.ServesFallback)
        {
            return FallbackAnswer.Write(call);
        }

        // Sending a prompt to a provider is itself a release: at tier high nothing leaves before it is on record.
        if (call.System!.IsHigh && !await recorder.IntentAsync(call))
        {
            return Refusal.RecordUnavailable;
        }

        return call.View.IsStream ? await stream.RelayAsync(call) : await plain.RelayAsync(call);
    }

    private static Refusal? Known(GatewayCall call) =>
        call.Target.Kind == RouteKind.Unknown ? Refusal.UnknownRoute : null;

    private async Task ReleaseAsync(GatewayCall call)
    {
        if (call.Http.Response.HasStarted || call.IsReleased)
        {
            return;
        }

        call.Status = StatusCodes.Status200OK;
        if (!await recorder.OutcomeAsync(call))
        {
            await TellAsync(call, Refusal.RecordUnavailable);
            return;
        }

        var type = call.ReleasedStream ? ResponseHead.EventStream : ResponseHead.Json;
        await ResponseHead.FinishAsync(call, call.Status, call.Released.Memory, type);
    }

    private async Task RefuseAsync(GatewayCall call, Refusal refusal)
    {
        if (call.Http.Response.HasStarted)
        {
            call.Http.Abort();
            return;
        }

        call.Refusal = refusal;
        call.Outcome = Outcome.Blocked;
        call.Status = refusal.Status;
        call.ReleasedStream = false;
        call.Released.Clear();
        call.Protocol.WriteRefusal(refusal, call.Released);
        if (call.Key is null)
        {
            await unknownCallers.NoteAsync(call);
        }
        else if (refusal != Refusal.RecordUnavailable && !await recorder.OutcomeAsync(call))
        {
            await TellAsync(call, Refusal.RecordUnavailable);
            return;
        }

        await TellAsync(call, refusal);
    }

    private static async Task TellAsync(GatewayCall call, Refusal refusal)
    {
        call.NeedsNoRecord |= refusal == Refusal.RecordUnavailable;
        call.Outcome = Outcome.Blocked;
        call.Released.Clear();
        call.Protocol.WriteRefusal(refusal, call.Released);
        call.Http.Response.Headers["x-should-retry"] = refusal.ShouldRetry ? "true" : "false";
        await ResponseHead.FinishAsync(call, refusal.Status, call.Released.Memory, ResponseHead.Json);
    }

    private void Leave(GatewayCall call)
    {
        if (call.Meter is { } meter)
        {
            meter.Leave(call.Estimate, Cost(call));
        }

        if (call.Live is { } live)
        {
            live.Count((int)call.Outcome);
            if (call is { IsRecorded: false, NeedsNoRecord: false } && call.Http.Response.HasStarted)
            {
                // An answer has left and no outcome is durable: the log owes one, and reconciliation finds the gap.
                live.CountAnswered();
            }

            live.Leave();
        }
    }

    /// <summary>What was used where the upstream said it; the estimate where it answered and did not say.</summary>
    private long Cost(GatewayCall call)
    {
        if (call.UpstreamStarted == 0 || upstreams.Find(call.Release?.Provider) is not { } upstream)
        {
            return 0;
        }

        return call.Facts.HasUsage
            ? upstream.Prices.Cost(call.Release!.Document.Spec.Model.Name, call.Facts.TokensIn, call.Facts.TokensOut)
            : call.Estimate;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A client left while its request was read")]
    private partial void LogLeft(Exception broken);

    [LoggerMessage(Level = LogLevel.Error, Message = "Decision {Decision} failed inside the gateway")]
    private partial void LogFailed(Exception bug, Guid decision);
}
