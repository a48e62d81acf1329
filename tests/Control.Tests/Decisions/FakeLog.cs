using System.Text;
using System.Text.Json.Nodes;
using Provost.Control.Decisions;

namespace Provost.Control.Tests.Decisions;

/// <summary>A log in memory with leaves in the ledger's form.</summary>
internal sealed class FakeLog
{
    private readonly List<byte[]> _leaves = [];
    private readonly LeafParser _parser = new();
    private readonly Dictionary<string, long> _seq = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _committed;

    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    /// <summary>At most so many leaves a read: other batches, other transactions.</summary>
    public int ReadAtMost { get; set; } = int.MaxValue;

    public long Size => Interlocked.Read(ref _committed);

    public LeafFeed Feed => new()
    {
        Size = () => Size,
        WaitForSizeAsync = WaitAsync,
        ReadAsync = (from, count, _) =>
        {
            lock (_lock)
            {
                var end = Math.Min(from + Math.Min(count, ReadAtMost), _committed);
                return ValueTask.FromResult<IReadOnlyList<LogLeaf>>(
                    [.. Enumerable.Range((int)from, (int)(end - from)).Select(i => _parser.Read(i, _leaves[i]))]);
            }
        },
    };

    /// <summary>The bytes of a leaf, as a log stores them.</summary>
    public byte[] Stored(int index)
    {
        lock (_lock)
            return _leaves[index];
    }

    /// <summary>An outcome that carries everything, as written where no intent was.</summary>
    public Guid Outcome(Action<JsonObject>? change = null)
    {
        var id = Guid.CreateVersion7(Now);
        var record = Bound(id, "decision.outcome");
        AddOutcome(record);
        change?.Invoke(record);
        Append("sys:refunds", record);
        return id;
    }

    public Guid Intent(Action<JsonObject>? change = null)
    {
        var id = Guid.CreateVersion7(Now);
        var record = Bound(id, "decision.intent");
        change?.Invoke(record);
        Append("sys:refunds", record);
        return id;
    }

    /// <summary>The outcome of an intent: it leaves out what the intent says.</summary>
    public void OutcomeOf(Guid id, Action<JsonObject>? change = null)
    {
        var record = Record(id, "decision.outcome");
        AddOutcome(record);
        change?.Invoke(record);
        Append("sys:refunds", record);
    }

    public void Refused(string hmac, string userAgent, string? model, long count) => Append("unbound", new JsonObject
    {
        ["type"] = "refused.aggregate",
        ["time"] = Time(Now),
        ["source"] = new JsonObject { ["hmac"] = hmac, ["length"] = 9, ["media"] = "text/plain", ["capture"] = "full" },
        ["userAgent"] = userAgent,
        ["model"] = model,
        ["count"] = count,
        ["bytes"] = count * 100,
        ["from"] = Time(Now.AddSeconds(-10)),
        ["to"] = Time(Now),
    });

    public void Governance() => Append("gov", new JsonObject { ["type"] = "gov.pause", ["time"] = Time(Now) });

    public void Garbage() => AppendBytes("not a leaf"u8.ToArray());

    private static JsonObject Bound(Guid id, string type)
    {
        var record = Record(id, type);
        record["system"] = "refunds";
        record["environment"] = "production";
        record["release"] = "sha256:aa";
        record["warrant"] = "w-1";
        record["route"] = "/v1/chat/completions";
        record["caller"] = new JsonObject { ["key"] = "KEY0000001" };
        record["subject"] = "c2FsdGVk";
        record["cohort"] = new JsonObject { ["region"] = "eu", ["age"] = "25-34" };
        record["dataClass"] = new JsonObject { ["value"] = "customer", ["source"] = "asserted" };
        record["modelRequested"] = "gpt-5.2";
        record["drill"] = false;
        return record;
    }

    private static JsonObject Record(Guid id, string type) =>
        new() { ["type"] = type, ["decision"] = id.ToString(), ["drill"] = false };

    private static void AddOutcome(JsonObject record)
    {
        record["outcome"] = "allowed";
        record["ended"] = "complete";
        record["code"] = null;
        record["status"] = 200;
        record["modelServed"] = "gpt-5.2-2026-09-01";
        record["guardrails"] = new JsonObject { ["set"] = "sha256:bb", ["results"] = new JsonArray() };
        record["usage"] = new JsonObject { ["in"] = 11, ["out"] = 22 };
        record["timing"] = new JsonObject { ["total"] = 3000, ["upstream"] = 2000, ["firstByte"] = 1000 };
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ");

    private void Append(string stream, JsonObject record)
    {
        record["time"] ??= Time(Now);
        Now += TimeSpan.FromMilliseconds(1);
        _seq[stream] = _seq.GetValueOrDefault(stream, -1) + 1;
        AppendBytes(Encoding.UTF8.GetBytes(new JsonObject
        {
            ["node"] = "n1",
            ["nodeSeq"] = _leaves.Count,
            ["prev"] = "",
            ["record"] = record,
            ["seq"] = _seq[stream],
            ["stream"] = stream,
            ["v"] = 1,
        }.ToJsonString()));
    }

    private void AppendBytes(byte[] leaf)
    {
        TaskCompletionSource grown;
        lock (_lock)
        {
            _leaves.Add(leaf);
            _committed = _leaves.Count;
            grown = _grown;
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        grown.SetResult();
    }

    private async Task WaitAsync(long size, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            lock (_lock)
            {
                if (_committed >= size)
                    return;

                grown = _grown.Task;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }
}
