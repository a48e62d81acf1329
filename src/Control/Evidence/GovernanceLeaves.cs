using Provost.Control.Governance;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Control.Evidence;

/// <summary>
/// Where in the log the records of governance lie. Those that a start read back know it themselves; what was written
/// since is looked for once, from there on, and remembered. Safe for concurrent use.
/// </summary>
public sealed class GovernanceLeaves(GovernanceLog log, TileLogReader reader)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, long> _leaves = [];
    private long _read = -1;

    /// <summary>The indexes of entries, in their order, below a committed size; one that is not there yet is left
    /// out.</summary>
    public IReadOnlyList<long> Of(IEnumerable<GovernanceEntry> entries, long size)
    {
        lock (_lock)
        {
            Reach(size);
            return
            [
                .. entries.Select(e => e.Leaf >= 0 ? e.Leaf : _leaves.GetValueOrDefault(e.Position, long.MaxValue))
                    .Where(leaf => leaf < size),
            ];
        }
    }

    private void Reach(long size)
    {
        if (_read < 0)
            _read = log.Entries.LastOrDefault(e => e.Leaf >= 0)?.Leaf + 1 ?? 0;

        foreach (var entry in reader.ScanLeaves(_read, Math.Max(0, size - _read)))
        {
            if (entry.Span.IndexOf("\"node\":\"control\""u8) >= 0 && LeafReader.Read(entry) is { } leaf
                && leaf.Node == SpoolJournal.Node)
            {
                _leaves[leaf.NodeSeq] = _read;
            }

            _read++;
        }
    }
}
