using System.Text;
using Microsoft.Extensions.Logging;
using Provost.Gateway.Protocols;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Step 8: the record of a call, durable before anything is released. Every method answers whether the record is on
/// disk in time; where it is not, the caller of the method releases nothing.
/// </summary>
internal sealed partial class Recorder(
    Spool spool, PayloadSealer sealer, SubjectKey subjects, RecorderOptions options, TimeProvider time,
    ILogger<Recorder> log)
{
    /// <summary>Writes what is known before the call goes out. Nothing to do when it was written before.</summary>
    public ValueTask<bool> IntentAsync(GatewayCall call) =>
        call.HasIntent ? ValueTask.FromResult(true) : WriteAsync(call, isIntent: true);

    /// <summary>Writes how the call ended.</summary>
    public ValueTask<bool> OutcomeAsync(GatewayCall call) => WriteAsync(call, isIntent: false);

    private async ValueTask<bool> WriteAsync(GatewayCall call, bool isIntent)
    {
        try
        {
            var ticket = spool.Append(isIntent ? Intent(call) : Outcome(call));
            if (await ticket.DurableWithin(options.Patience, time))
            {
                if (!isIntent)
                {
                    call.IsRecorded = true;
                    call.Live!.CountAnswered();
                }

                return true;
            }

            LogLate(options.Patience);
            if (!isIntent)
            {
                _ = CountLateAsync(ticket.Durable, call.Live!);
            }
        }
        catch (Exception unavailable) when (unavailable is IOException or UnauthorizedAccessException)
        {
            // the spool refuses, or the key of a new hour, which is on disk before its first use, cannot be written
            LogUnavailable(unavailable.Message);
        }

        return false;
    }

    /// <summary>A record that comes too late for its call stands in the log all the same.</summary>
    private static async Task CountLateAsync(Task durable, LiveSystem live)
    {
        try
        {
            await durable;
            live.CountAnswered();
        }
        catch (SpoolUnavailableException)
        {
            // it was never written: nothing is owed
        }
    }

    private RecordDraft Intent(GatewayCall call)
    {
        var draft = RecordDraft.Rent();
        var record = Fill(call);
        record.Input = SealInput(call, draft);
        record.WriteIntent(draft, RecordId.Create(time.GetUtcNow()));
        call.HasIntent = true;
        return draft;
    }

    private RecordDraft Outcome(GatewayCall call)
    {
        var draft = RecordDraft.Rent();
        var record = Fill(call);
        if (!call.HasIntent)
        {
            record.Input = SealInput(call, draft);
        }

        FillOutcome(call, record, draft);

        // The intent's members are repeated: whoever reads an outcome (index, signals) needs no second record.
        var now = time.GetUtcNow();
        record.WriteOutcome(draft, RecordId.Create(now), now, whole: true);
        return draft;
    }

    private DecisionRecord Fill(GatewayCall call)
    {
        if (call.Record is { } filled)
        {
            return filled;
        }

        var record = call.Record = new DecisionRecord();
        record.Decision = call.Decision;
        record.Node = options.Node;
        record.Time = call.Time;
        record.Route = call.Target.Kind == RouteKind.Call ? call.Protocol.Route : "unknown";
        record.CallerKey = call.Key!.Key.Id;
        record.Session = CallContext.Session(call.Http.Request.Headers);
        (record.Trace, record.Parent) = CallContext.Trace(call.Http.Request.Headers);
        FillSystem(call, record, call.System!);
        FillRequest(call, record);
        return record;
    }

    private static void FillSystem(GatewayCall call, DecisionRecord record, CompiledSystem system)
    {
        record.Epoch = call.Snapshot!.Epoch;
        record.Snapshot = call.Snapshot.Digest;
        record.System = system.Name;
        record.Environment = system.Environment;
        record.Terms = system.Terms.TermsDigest;
        record.Retention = system.Terms.Retention.Class;
        record.Release = call.Release?.Named;
        record.Warrant = call.Release?.Warrant?.Id;
        record.Exception = call.Exception;
        record.Adoption = call.Adoption;
        record.Drill = system.Source.Rehearsal is not null;
        record.Policy = call.Release?.Output.Digest;
    }

    private void FillRequest(GatewayCall call, DecisionRecord record)
    {
        var requested = call.View.Model.IsEmpty ? null : Encoding.UTF8.GetString(call.View.Model.Span);
        record.ModelRequested = requested is { Length: > 200 } ? requested[..200] : requested;
        record.Subject = call.Subject is { } subject ? subjects.Commit(subject) : null;
        record.DataClass = new DataClass(call.DataClass, DataClassSource.Asserted);
        foreach (var (name, value) in call.Cohort)
        {
            record.AddCohort(name, value);
        }
    }

    private Commitment SealInput(GatewayCall call, RecordDraft draft)
    {
        var capture = CaptureOf(call);
        var isClean = call.InputGuards is { IsBlocked: false };
        if (capture == Capture.Redacted && !isClean)
        {
            // Nobody has looked through it, or it was blocked for what it holds: only its commitment is kept.
            capture = Capture.Digest;
        }

        var content = capture == Capture.Full ? call.Body.Span : call.ForwardBody.Span;
        return Seal(call, draft, PayloadField.Input, ResponseHead.Json, capture, content);
    }

    private Commitment Seal(
        GatewayCall call, RecordDraft draft, PayloadField field, string media, Capture capture,
        ReadOnlySpan<byte> content) =>
        sealer.Seal(draft, call.Decision, field, call.System!.Terms.Retention.Class, media, capture, content);

    private void FillOutcome(GatewayCall call, DecisionRecord record, RecordDraft draft)
    {
        var facts = call.Facts;
        record.Outcome = call.Outcome;
        record.Ended = call.Ended;
        record.Code = call.Refusal?.Code;
        record.Status = call.Refusal is { } refusal && !call.Http.Response.HasStarted ? refusal.Status : 200;
        record.ModelServed = facts.ModelServed;
        record.Fingerprint = facts.Fingerprint;
        record.Usage = facts.HasUsage ? new Usage(facts.TokensIn, facts.TokensOut) : null;
        record.Score = facts.Score;
        record.Guardrails = ControlReport.Of(call);
        record.Facts = FactsOf(call);
        record.Timing = new Timing(
            Micros(call.Started, time.GetTimestamp()),
            call.UpstreamStarted == 0 ? null : Micros(call.UpstreamStarted, call.UpstreamEnded),
            call.FirstByte == 0 ? null : Micros(call.Started, call.FirstByte));
        record.Output = SealOutput(call, draft);
        record.Features = SealFeatures(call, draft);
    }

    private Commitment SealOutput(GatewayCall call, RecordDraft draft)
    {
        if (call.Refusal is not { Code: "provost.composition_changed" } refusal || call.Differences.Count == 0)
        {
            var media = call.ReleasedStream ? ResponseHead.EventStream : ResponseHead.Json;
            return Seal(call, draft, PayloadField.Output, media, CaptureOf(call), call.Released.Span);
        }

        // The caller is told the places; the owner finds here what stood there.
        using var text = new ByteBuffer();
        var isClean = DifferenceText.TryWrite(refusal, call.Differences, call.Release!.Input, text);
        var capture = isClean ? CaptureOf(call) : Capture.Digest;
        return Seal(call, draft, PayloadField.Output, DifferenceText.Media, capture, text.Span);
    }

    private Commitment? SealFeatures(GatewayCall call, RecordDraft draft)
    {
        if (call.Protocol.Kind != "model" || call.View.Payload.IsEmpty)
        {
            return null;
        }

        var capture = CaptureOf(call) == Capture.Digest || call.InputGuards is not { IsBlocked: false }
            ? Capture.Digest
            : Capture.Full;
        var inputs = call.Body.Span.Slice(call.View.Payload.Start, call.View.Payload.Length);
        return Seal(call, draft, PayloadField.Features, ResponseHead.Json, capture, inputs);
    }

    private static Capture CaptureOf(GatewayCall call) => call.System!.Terms.Retention.Capture switch
    {
        "full" => Capture.Full,
        "redacted" => Capture.Redacted,
        _ => Capture.Digest,
    };

    /// <summary>
    /// The approved version answered (under an adoption none is), the data class is approved; the rest does not apply
    /// to this build.
    /// </summary>
    private static Facts FactsOf(GatewayCall call) => new(
        Version: call.Adoption is not null ? Fact.NotApplicable
            : call.Refusal?.Code == "provost.composition_changed" || call.Facts.IsApprovedModel is false ? Fact.Fail
            : call.Facts.IsApprovedModel is true ? Fact.Pass : Fact.NotApplicable,
        DataClass: call.Refusal?.Code == "provost.data_class" ? Fact.Fail
            : call.DataClass is null ? Fact.NotApplicable : Fact.Pass,
        Thresholds: Fact.NotApplicable,
        Consumer: Fact.NotApplicable,
        Retention: Fact.Pass);

    private long Micros(long from, long to) => to <= from ? 0 : (long)time.GetElapsedTime(from, to).TotalMicroseconds;

    [LoggerMessage(Level = LogLevel.Debug, Message = "A record could not be made durable: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A record was not durable within {Patience}")]
    private partial void LogLate(TimeSpan patience);
}

/// <param name="Node">This node's id, as in the spool.</param>
/// <param name="Patience">How long a release waits for its record.</param>
internal sealed record RecorderOptions(string Node, TimeSpan Patience);
