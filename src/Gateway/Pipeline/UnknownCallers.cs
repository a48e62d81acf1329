using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Provost.Gateway.Protocols;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Callers without a key that this gateway knows: counted per source for ten seconds, then one record each. Whoever
/// sends
/// without a key must not be able to fill the log.
/// </summary>
internal sealed partial class UnknownCallers : IAsyncDisposable
{
    private const int MaxSources = 1024;
    private const int MaxPeek = 64 << 10;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Spool _spool;
    private readonly PayloadSealer _sealer;
    private readonly SnapshotHolder _snapshots;
    private readonly string _node;
    private readonly TimeProvider _time;
    private readonly ILogger<UnknownCallers> _log;
    private readonly ITimer _timer;
    private Dictionary<(string Source, string? UserAgent), Seen> _seen = [];

    public UnknownCallers(
        Spool spool, PayloadSealer sealer, SnapshotHolder snapshots, RecorderOptions options, TimeProvider time,
        ILogger<UnknownCallers> log)
    {
        (_spool, _sealer, _snapshots, _node, _time, _log) = (spool, sealer, snapshots, options.Node, time, log);
        _timer = time.CreateTimer(_ => Flush(), null, Window, Window);
    }

    /// <summary>Takes note of one refused call; looks into its body for the model it wanted.</summary>
    public async Task NoteAsync(GatewayCall call)
    {
        var request = call.Http.Request;
        var source = call.Http.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        var userAgent = Bounded(request.Headers.UserAgent.ToString());
        var (model, bytes) = await PeekAsync(call);
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            // Beyond the bound every further source is one: the count stays right, the memory stays small.
            var key = _seen.Count < MaxSources || _seen.ContainsKey((source, userAgent))
                ? (source, userAgent)
                : ("others", null);
            if (!_seen.TryGetValue(key, out var seen))
            {
                _seen[key] = seen = new Seen(now);
            }

            seen.Add(model, bytes, now);
        }
    }

    /// <summary>Writes one record per source seen since the last time.</summary>
    private void Flush()
    {
        Dictionary<(string Source, string? UserAgent), Seen> window;
        lock (_lock)
        {
            window = _seen;
            _seen = [];
        }

        foreach (var ((source, userAgent), seen) in window)
        {
            try
            {
                Append(source, userAgent, seen);
            }
            catch (Exception lost) when (
                lost is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // No disk, or no payload key yet: these callers were refused all the same.
                LogLost(seen.Count, lost.Message);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        Flush();
    }

    private void Append(string source, string? userAgent, Seen seen)
    {
        var now = _time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var draft = RecordDraft.Rent();
        var record = new RefusedAggregateRecord
        {
            Id = id,
            Time = now,
            Node = _node,
            Epoch = _snapshots.Current?.Epoch ?? 0,
            Source = _sealer.Seal(
                draft, id, PayloadField.Source, GatewayHost.UnboundClass, "text/plain", Capture.Full,
                Encoding.UTF8.GetBytes(source)),
            UserAgent = userAgent,
            Model = seen.Model,
            Count = seen.Count,
            Bytes = seen.Bytes,
            From = seen.From,
            To = seen.To,
        };
        record.Write(draft);
        _ = _spool.Append(draft);
    }

    private static async Task<(string? Model, long Bytes)> PeekAsync(GatewayCall call)
    {
        if (call.Target.Model.Length > 0)
        {
            return (Bounded(call.Target.Model), call.Http.Request.ContentLength ?? 0);
        }

        if (!HttpMethods.IsPost(call.Http.Request.Method))
        {
            return (null, 0);
        }

        using var head = new ByteBuffer();
        while (head.Length < MaxPeek)
        {
            var read = await call.Http.Request.Body.ReadAsync(head.GetMemory(4096), call.Http.RequestAborted);
            if (read == 0)
            {
                break;
            }

            head.Advance(read);
        }

        return (ModelIn(head.Span), call.Http.Request.ContentLength ?? head.Length);
    }

    private static string? ModelIn(ReadOnlySpan<byte> head)
    {
        try
        {
            var reader = new Utf8JsonReader(head, isFinalBlock: false, default);
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName
                    && reader.ValueTextEquals("model"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String
                        ? Bounded(Encoding.UTF8.GetString(reader.ValueSpan))
                        : null;
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON: then it names no model.
        }

        return null;
    }

    private static string? Bounded(string text)
    {
        const int max = 200;
        return text.Length == 0 ? null : text.Length <= max ? text : text[..max];
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "{Count} refused calls of an unknown caller are not on record: {Reason}")]
    private partial void LogLost(long count, string reason);

    private sealed class Seen(DateTimeOffset from)
    {
        public DateTimeOffset From { get; } = from;

        public DateTimeOffset To { get; private set; }

        public string? Model { get; private set; }

        public long Count { get; private set; }

        public long Bytes { get; private set; }

        public void Add(string? model, long bytes, DateTimeOffset now)
        {
            Model ??= model;
            Count++;
            Bytes += bytes;
            To = now;
        }
    }
}
