using System.Text;
using System.Text.Json;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Control.Governance;

/// <summary>
/// Governance on disk: entries as records of node <c>control</c>, written through its spool and read back from the log
/// and, beyond it, from the spool.
/// </summary>
public static class SpoolJournal
{
    /// <summary>The node that Control writes as.</summary>
    public const string Node = "control";

    private const string RetentionClass = "governance";

    /// <summary>The journal over a spool; reasons are sealed as payloads before they touch the disk.</summary>
    public static GovernanceJournal Over(Spool spool, PayloadSealer sealer, Func<long> epoch) =>
        async (entry, _) =>
        {
            var draft = RecordDraft.Rent();
            var reason = entry.Reason is { } words
                ? sealer.Seal(draft, entry.Id, PayloadField.Reason, RetentionClass, "text/plain", Capture.Full,
                    Encoding.UTF8.GetBytes(words))
                : (Commitment?)null;
            new GovernanceRecord
            {
                Id = entry.Id,
                Time = entry.Time,
                Node = Node,
                Epoch = epoch(),
                Verb = entry.Verb,
                ActorKind = entry.Actor.Kind,
                ActorId = entry.Actor.Id,
                OnBehalf = entry.OnBehalf,
                Object = entry.Object,
                Before = entry.Before,
                After = entry.After,
                Reason = reason,
                Statement = entry.Statement is { } statement ? CanonicalJson.From(statement) : default,
                Body = CanonicalJson.From(entry.Body),
                Drill = entry.Drill,
            }.Write(draft);
            var ticket = spool.Append(draft);
            await ticket.Durable;
            return ticket.NodeSeq;
        };

    /// <summary>Every governance record so far: first those of the log, then those only the spool holds.</summary>
    /// <param name="log">The log's tiles.</param>
    /// <param name="size">How many leaves of it to read.</param>
    /// <param name="spoolDirectory">The folder of node control.</param>
    /// <param name="durableBelow">Number after the last durable record of node control.</param>
    public static IEnumerable<GovernanceEntry> Read(
        TileLogReader log, long size, string spoolDirectory, long durableBelow)
    {
        var (next, index) = (0L, -1L);
        foreach (var leaf in log.ScanLeaves(0, size))
        {
            index++;
            if (leaf.Span.IndexOf("\"node\":\"control\""u8) < 0)
                continue;

            using var document = JsonDocument.Parse(leaf);
            var root = document.RootElement;
            if (root.GetProperty("node").GetString() != Node)
                continue;

            next = root.GetProperty("nodeSeq").GetInt64() + 1;
            if (Entry(root.GetProperty("record"), next - 1) is { } entry)
                yield return entry with { Leaf = index };
        }

        var reader = new SpoolReader(spoolDirectory);
        while (reader.Read(next, durableBelow, 4 << 20) is { Count: > 0 } frames)
        {
            foreach (var frame in frames)
            {
                using var document = JsonDocument.Parse(frame.Record);
                if (Entry(document.RootElement, frame.NodeSeq) is { } entry)
                    yield return entry;
            }

            next = frames[^1].NodeSeq + 1;
        }
    }

    private static GovernanceEntry? Entry(JsonElement record, long position)
    {
        var type = record.GetProperty("type").GetString()!;
        if (!type.StartsWith("gov.", StringComparison.Ordinal))
            return null;

        var actor = record.GetProperty("actor");
        return new GovernanceEntry
        {
            Id = record.GetProperty("id").GetGuid(),
            Time = record.GetProperty("time").GetDateTimeOffset(),
            Position = position,
            Verb = type["gov.".Length..],
            Actor = new Actor(actor.GetProperty("kind").GetString()!, actor.GetProperty("id").GetString()!),
            OnBehalf = Text(record, "onBehalf"),
            Object = record.GetProperty("object").GetString()!,
            Before = Text(record, "before"),
            After = Text(record, "after"),
            Statement = record.TryGetProperty("statement", out var statement) ? statement.Clone() : null,
            Body = record.TryGetProperty("body", out var body) ? body.Clone() : default,
            Drill = record.GetProperty("drill").GetBoolean(),
        };
    }

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
