using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Provost.Ledger.Verification;

/// <summary>
/// The heads of nodes: entries of Control that say how far a node's records were durable and what the newest of them
/// was. Each must stand in the log, byte for byte: a tail that was lost or replaced before the log had it is found so.
/// </summary>
internal sealed class HeadCheck
{
    /// <summary>A head is written within a moment of its record; so many others may stand between the two.</summary>
    private const int Remembered = 16_384;

    /// <summary>How long the log may take to come as far as a head.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, Node> _nodes = [];
    private readonly List<string> _told = [];
    private DateTimeOffset _newest = DateTimeOffset.MinValue;
    private long _matched;
    private long _older;

    /// <summary>Takes the next leaf; a fault when a record is not the one that its head names.</summary>
    public VerificationFault? Next(long index, LeafFacts leaf, ReadOnlyMemory<byte> entry)
    {
        if (leaf.Stream == "gov" && leaf.Node == "control")
            return Act(index, leaf, entry);

        if (!_nodes.TryGetValue(leaf.Node, out var node))
            _nodes[leaf.Node] = node = new Node();

        var hash = SHA256.HashData(RecordOf(entry.Span));
        node.Remember(leaf.NodeSeq, hash);
        while (node.Waiting.TryPeek(out var head) && head.Through <= leaf.NodeSeq)
        {
            node.Waiting.Dequeue();
            if (Compare(head, node) is { } fault)
                return fault;
        }

        return null;
    }

    /// <summary>Whether the log came as far as every head; says what was shown and what was not.</summary>
    public VerificationFault? Conclude(List<string> isShown, List<string> isNotShown)
    {
        foreach (var (name, node) in _nodes.OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            if (!node.Waiting.TryPeek(out var head))
                continue;

            if (_newest - head.At > Patience)
            {
                return new VerificationFault(
                    FaultKind.NodeGap,
                    Say($"Node {name} had records through {head.Through} at {head.At:u}, as entry {head.Index} says; ")
                    + Say($"the log has them through {node.Last} and no entry says that the rest is lost."),
                    head.Index);
            }

            isNotShown.Add(
                Say($"That the newest records of node {name} are here, through {head.Through}: the log ends within ")
                + "moments of their being written. Verify again later.");
        }

        isShown.AddRange(_told);
        if (_matched > 0)
            isShown.Add(Say($"Each of {_matched} heads of nodes names a record that is here as it was then."));

        if (_older > 0)
            isNotShown.Add(Say($"The records of {_older} heads of nodes, by their hash: too far from their heads."));

        return null;
    }

    private VerificationFault? Act(long index, LeafFacts leaf, ReadOnlyMemory<byte> entry)
    {
        using var head = RootStatement.Record(leaf, entry, "gov.node_head");
        using var gap = head is null ? RootStatement.Record(leaf, entry, "gov.node_gap") : null;
        if ((head ?? gap) is not { } found)
            return null;

        try
        {
            var act = new GovernanceAct(found.RootElement.GetProperty("record"));
            var name = GovernanceAct.Text(act.Body, "node") ?? throw new FormatException("it names no node.");
            _newest = act.Time > _newest ? act.Time : _newest;
            if (!_nodes.TryGetValue(name, out var node))
                _nodes[name] = node = new Node();

            return head is null ? Lost(index, name, node, act) : Compare(HeadOf(index, name, act), node);
        }
        catch (Exception wrong) when (RootStatement.IsMalformed(wrong))
        {
            return new VerificationFault(
                FaultKind.Form, Say($"Entry {index} tells of a node, but {wrong.Message}"), index, leaf.Stream,
                leaf.Seq);
        }
    }

    private static Head HeadOf(long index, string name, GovernanceAct act)
    {
        var record = GovernanceAct.Text(act.Body, "record") ?? throw new FormatException("it names no record.");
        var through = GovernanceAct.Member(act.Body, "through").GetInt64();
        return new Head(index, name, through, Convert.FromHexString(record), act.Time);
    }

    private VerificationFault? Compare(Head head, Node node)
    {
        if (head.Through > node.Last)
        {
            node.Waiting.Enqueue(head);
            return null;
        }

        if (node.Find(head.Through) is not { } hash)
        {
            _older++;
            return null;
        }

        _matched++;
        return hash.AsSpan().SequenceEqual(head.Record)
            ? null
            : new VerificationFault(
                FaultKind.NodeGap,
                Say($"Record {head.Through} of node {head.Name} is not the one that it had when entry {head.Index} ")
                + "was written: it was replaced before the log had it.",
                head.Index);
    }

    private VerificationFault? Lost(long index, string name, Node node, GovernanceAct act)
    {
        var from = GovernanceAct.Member(act.Body, "from").GetInt64();
        var to = GovernanceAct.Member(act.Body, "to").GetInt64();
        while (node.Waiting.TryPeek(out var head) && head.Through <= to)
            node.Waiting.Dequeue();

        _told.Add(Say($"Records {from} to {to} of node {name} are lost with its disk, as entry {index} of ")
            + Say($"{act.Time:u} says: they were made durable there and never came here."));
        return null;
    }

    /// <summary>The record's bytes in a canonical leaf: between the members before and after it.</summary>
    private static ReadOnlySpan<byte> RecordOf(ReadOnlySpan<byte> leaf)
    {
        var from = leaf.IndexOf(",\"record\":"u8) + ",\"record\":"u8.Length;
        return leaf[from..leaf.LastIndexOf(",\"seq\":"u8)];
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Head(long Index, string Name, long Through, byte[] Record, DateTimeOffset At);

    /// <summary>A node's last records by their hash, and heads that the log has not come to.</summary>
    private sealed class Node
    {
        private readonly Dictionary<long, byte[]> _hashes = [];

        public Queue<Head> Waiting { get; } = new();

        public long Last { get; private set; } = -1;

        public void Remember(long number, byte[] hash)
        {
            _hashes[number] = hash;
            _hashes.Remove(number - Remembered);
            Last = number;
        }

        public byte[]? Find(long number) => _hashes.GetValueOrDefault(number);
    }
}
