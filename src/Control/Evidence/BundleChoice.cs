using System.Text.Json;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Ledger.Export;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Control.Evidence;

/// <summary>Which entries go into a bundle, and which ranges it claims in full.</summary>
/// <param name="Indexes">Ascending.</param>
/// <param name="Stands">What the decisions among them stand on.</param>
internal sealed record BundleChoice(
    IReadOnlyList<long> Indexes, IReadOnlyList<StreamRange> Requested, IReadOnlyList<GovernanceEntry> Stands)
{
    /// <summary>
    /// A filter by system and window alone is answered from the log: everything of the stream between the first and the
    /// last entry that the index found, so that a row missing from the index leaves nothing out between them. Any other
    /// is a selection. Null when there would be more entries than a bundle holds.
    /// </summary>
    public static BundleChoice? Make(
        DecisionFilter filter, IReadOnlyList<long> found, TileLogReader reader, GovernanceLog log, int most,
        CancellationToken cancellationToken)
    {
        var (named, indexes, ranges) = (new NamedAuthority(), new List<long>(), new SortedDictionary<string, Range>());
        var isWhole = IsWhole(filter) && found.Count > 0;
        foreach (var (index, entry) in isWhole ? Between(found[0], found[^1], reader) : reader.ScanAt(found))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var leaf = LeafReader.Read(entry);
            if (isWhole && !IsOf(filter, leaf.Stream))
                continue;

            if (indexes.Count == most)
                return null;

            indexes.Add(index);
            ranges[leaf.Stream] = ranges.TryGetValue(leaf.Stream, out var range)
                ? range with { Last = leaf.Seq }
                : new Range(leaf.Seq, leaf.Seq);
            using var record = JsonDocument.Parse(leaf.Record);
            named.Note(record.RootElement);
        }

        return new BundleChoice(
            indexes,
            isWhole ? [.. ranges.Select(r => new StreamRange(r.Key, r.Value.First, r.Value.Last))] : [],
            [.. named.Of(log)]);
    }

    private static bool IsWhole(DecisionFilter filter) => filter is
    {
        Environment: null, Release: null, Model: null, Outcome: null, Code: null, Cohort.Count: 0, CallerKey: null,
        IdPrefix: null, Exception: null, Drill: null,
    };

    private static bool IsOf(DecisionFilter filter, string stream) => filter.System is { } system
        ? stream == Leaf.StreamOf(system)
        : stream != Leaf.GovernanceStream;

    private static IEnumerable<(long Index, ReadOnlyMemory<byte> Entry)> Between(
        long first, long last, TileLogReader reader)
    {
        foreach (var entry in reader.ScanLeaves(first, last - first + 1))
            yield return (first++, entry);
    }

    private readonly record struct Range(long First, long Last);
}
