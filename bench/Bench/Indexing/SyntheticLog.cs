using System.Security.Cryptography;
using Provost.Ledger.Records;
using Provost.Ledger.Sequencing;
using Provost.Ledger.Tree;

namespace Provost.Bench.Indexing;

/// <summary>
/// A log of decisions on disk, as a busy gateway leaves it: most calls are one outcome, one in sixteen is a stream with
/// an intent before it; a few are blocked. The same count gives the same leaves but for ids and times.
/// </summary>
internal sealed class SyntheticLog
{
    private const string System = "bench-assistant";
    private const string Node = "n1";
    private const int StreamEvery = 16;
    private const int BlockedEvery = 50;
    private const int FlushEvery = 4096;

    private static readonly string[] Regions = ["eu", "us", "apac"];
    private static readonly string[] Ages = ["18-24", "25-34", "35-44", "45-54"];
    private static readonly string Release = Digest("release");
    private static readonly string Terms = Digest("terms");
    private static readonly string Snapshot = Digest("snapshot");
    private static readonly string Policy = Digest("policy");
    private static readonly string GuardrailSet = Digest("guardrails");
    private static readonly Guid Warrant = Guid.CreateVersion7();

    private readonly LeafComposer _composer = new();
    private readonly StreamEnd _end = new(Leaf.StreamOf(System));
    private readonly TileLogWriter _writer;
    private long _nodeSeq;

    private SyntheticLog(string folder) => _writer = TileLogWriter.Open(folder);

    /// <summary>Writes so many leaves into a new folder.</summary>
    public static void Write(string folder, int leaves)
    {
        var log = new SyntheticLog(folder);
        using var writer = log._writer;
        for (var call = 0; writer.Size < leaves; call++)
        {
            log.AddCall(call);
            if (writer.Size % FlushEvery == 0)
                writer.Flush();
        }

        writer.Flush();
    }

    private void AddCall(int call)
    {
        var record = Decision(call);
        var streams = call % StreamEvery == 0;
        if (streams)
            Append(record, draft => record.WriteIntent(draft, Guid.CreateVersion7()), "decision.intent");
        Append(record, draft => record.WriteOutcome(draft, Guid.CreateVersion7(), record.Time, whole: !streams),
            "decision.outcome");
    }

    private void Append(DecisionRecord record, Action<RecordDraft> write, string type)
    {
        using var draft = RecordDraft.Rent();
        write(draft);
        var head = new RecordHead(type, draft.Id, Node, _nodeSeq, System, record.Decision);
        byte[] number = [.. global::System.Text.Encoding.ASCII.GetBytes($"{_nodeSeq++}")];
        byte[] numbered = [.. draft.Record[..draft.NumberAt], .. number, .. draft.Record[(draft.NumberAt + 1)..]];
        var leaf = _composer.Compose(head, numbered, _end);
        MerkleHash.Leaf(leaf, _end.LastHash);
        _writer.Append(leaf);
        _end.Next++;
    }

    private static DecisionRecord Decision(int call)
    {
        var now = DateTimeOffset.UtcNow;
        var isBlocked = call % BlockedEvery == 0;
        var record = new DecisionRecord
        {
            Decision = Guid.CreateVersion7(now),
            Node = Node,
            Time = now,
            Epoch = 1,
            System = System,
            Environment = "production",
            Release = Release,
            Terms = Terms,
            Warrant = Warrant,
            Snapshot = Snapshot,
            Policy = Policy,
            Route = "/v1/chat/completions",
            CallerKey = "BENCHKEY01",
            CallerPrincipal = "svc:bench",
            DataClass = new DataClass("customer", DataClassSource.Asserted),
            Retention = "90d",
            ModelRequested = "gpt-5.2",
            Input = Commitment(call),
            Outcome = isBlocked ? Outcome.Blocked : Outcome.Allowed,
            Code = isBlocked ? "provost.guardrail.pii" : null,
            Status = isBlocked ? 403 : 200,
            ModelServed = "gpt-5.2-2026-09-01",
            Output = Commitment(call),
            Guardrails = new GuardrailReport(GuardrailSet, ["pii.card", "secrets.key"], isBlocked
                ? [new GuardrailException("pii.card", "input", "block", "fail", 1, null)]
                : []),
            Usage = new Usage(310 + (call % 7), 42),
            Timing = new Timing(3000 + (call % 100), 2000, 2100),
        };
        record.AddCohort("region", Regions[call % Regions.Length]);
        record.AddCohort("age", Ages[call % Ages.Length]);
        return record;
    }

    private static Commitment Commitment(int call) => new(
        Convert.ToBase64String(SHA256.HashData(BitConverter.GetBytes(call))), 1300, "application/json", Capture.Full);

    private static string Digest(string text) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(global::System.Text.Encoding.UTF8.GetBytes(text)));
}
