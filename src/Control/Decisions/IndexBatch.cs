using System.Text;
using System.Text.Json;
using Provost.Ledger.Tree;

namespace Provost.Control.Decisions;

/// <summary>An intent whose outcome is not in the index.</summary>
internal sealed record OpenIntent(long LeafIndex, byte[] LeafHash, Guid Id, DateTimeOffset Time, string Stream,
    long Seq, string? System, byte[] Record);

/// <summary>Refused unauthenticated calls of one source over some seconds.</summary>
internal sealed record RefusedRow(long LeafIndex, byte[] LeafHash, DateTimeOffset Time, string Source,
    string? UserAgent, string? Model, long Count, long Bytes, DateTimeOffset First, DateTimeOffset Last);

/// <summary>A run of leaves, sorted by what the index does with them.</summary>
internal sealed class IndexBatch : IDisposable
{
    private readonly List<(LeafView Outcome, LeafView? Intent)> _outcomes = [];
    private readonly Dictionary<Guid, LeafView> _open = [];
    private readonly List<LeafView> _refused = [];
    private readonly List<LeafView> _parsed = [];

    public IndexBatch(IReadOnlyList<LogLeaf> leaves)
    {
        foreach (var leaf in leaves)
        {
            if (LeafView.Parse(leaf) is { } view)
                Sort(view);
            else
                Unreadable.Add(leaf.Index);
        }

        NextLeaf = leaves[^1].Index + 1;
        LastHash = MerkleHash.Leaf(leaves[^1].Bytes.Span);
    }

    /// <summary>The cursor after this batch.</summary>
    public long NextLeaf { get; }

    public byte[] LastHash { get; }

    /// <summary>Leaves of a form that this build cannot read.</summary>
    public List<long> Unreadable { get; } = [];

    /// <summary>Outcomes whose intent, if there is one, lies in the database.</summary>
    public IEnumerable<Guid> Elsewhere() =>
        _outcomes.Where(pair => pair.Intent is null).Select(pair => pair.Outcome.Decision);

    public List<DecisionRow> Decisions(IReadOnlyDictionary<Guid, OpenIntent> stored)
    {
        var rows = new List<DecisionRow>(_outcomes.Count);
        foreach (var (outcome, near) in _outcomes)
        {
            if (near is not null)
            {
                rows.Add(RecordFields.ToRow(outcome, near.Record, near.Index));
            }
            else if (stored.TryGetValue(outcome.Decision, out var far))
            {
                using var document = JsonDocument.Parse(far.Record);
                rows.Add(RecordFields.ToRow(outcome, document.RootElement, far.LeafIndex));
            }
            else
            {
                rows.Add(RecordFields.ToRow(outcome, null, null));
            }
        }

        return rows;
    }

    /// <summary>Intents that stay without an outcome at the end of this batch.</summary>
    public List<OpenIntent> StillOpen() =>
        [.. _open.Values.Select(intent => new OpenIntent(
            intent.Index, intent.Hash, intent.Decision, intent.Time, intent.Stream, intent.Seq,
            new RecordFields(intent.Record, null).Text("system"),
            Encoding.UTF8.GetBytes(intent.Record.GetRawText())))];

    public async ValueTask<List<RefusedRow>> RefusedAsync(
        Func<RefusedSource, CancellationToken, ValueTask<string?>> reveal, CancellationToken cancellationToken)
    {
        var rows = new List<RefusedRow>(_refused.Count);
        foreach (var leaf in _refused)
        {
            var fields = new RecordFields(leaf.Record, null);
            var commitment = fields.Text("source", "hmac") ?? "";
            var record = leaf.Record.TryGetProperty("id", out var id) && id.TryGetGuid(out var known) ? known : default;
            var sealedSource = new RefusedSource(leaf.Node, leaf.NodeSeq, record, commitment);
            var source = await reveal(sealedSource, cancellationToken);
            rows.Add(new RefusedRow(leaf.Index, leaf.Hash, leaf.Time, source ?? "sealed:" + commitment,
                fields.Text("userAgent"), fields.Text("model"),
                fields.Number("count") ?? 1, fields.Number("bytes") ?? 0,
                Instant(fields.Find("from", null), leaf.Time), Instant(fields.Find("to", null), leaf.Time)));
        }

        return rows;
    }

    public void Dispose() => _parsed.ForEach(view => view.Dispose());

    private void Sort(LeafView view)
    {
        _parsed.Add(view);
        switch (view.Type)
        {
            case "decision.intent":
                _open.TryAdd(view.Decision, view);
                break;
            case "decision.outcome":
                _open.Remove(view.Decision, out var intent);
                _outcomes.Add((view, intent));
                break;
            case "refused.aggregate":
                _refused.Add(view);
                break;
            default:
                break; // governance and later types have readers of their own
        }
    }

    private static DateTimeOffset Instant(JsonElement? value, DateTimeOffset otherwise) =>
        value is { ValueKind: JsonValueKind.String } text && text.TryGetDateTimeOffset(out var time) ? time : otherwise;
}
