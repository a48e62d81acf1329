using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Ledger.Export;
using Provost.Ledger.Tree;

namespace Provost.Control.Evidence;

/// <summary>What the desk asks of the log that is being written.</summary>
public sealed record BundleSource
{
    /// <summary>The log's files.</summary>
    public required TileLogReader Reader { get; init; }

    /// <summary>Committed entries, and the last record of each node below them.</summary>
    public required Func<(long Size, IReadOnlyList<NodeHead> Nodes)> Heads { get; init; }

    /// <summary>Completes once a signed checkpoint covers that record of node <c>control</c>.</summary>
    public required Func<long, CancellationToken, Task> WaitForAsync { get; init; }

    /// <summary>The newest checkpoint as note text, null before the first.</summary>
    public required Func<string?> Checkpoint { get; init; }
}

/// <summary>A bundle that was recorded and may leave.</summary>
public sealed class PreparedBundle(BundleDraft draft, long exported, TileLogReader reader, byte[] checkpoint)
{
    public const string MediaType = "application/zip";
    public const string FileName = "provost-export.zip";

    /// <summary>Entries in it, those of governance included.</summary>
    public long Entries => draft.Count;

    /// <summary>Streams it out; memory does not grow with it.</summary>
    public Task WriteAsync(Stream output, CancellationToken cancellationToken) =>
        BundleWriter.WriteAsync(output, draft, exported, reader, checkpoint, cancellationToken);
}

/// <summary>
/// Makes bundles of what a filter finds, for compliance. A whole system or everything, with or without a window, is
/// read from the log itself and claims its ranges in full; any narrower filter is a selection by the index. Either
/// holds the approvals and warrants its decisions stand on, and is recorded, which signs its manifest, before it
/// leaves.
/// </summary>
public sealed class BundleDesk(GovernanceLog log, DecisionQuery decisions, BundleSource source, TimeProvider time)
{
    /// <summary>The most entries of one bundle.</summary>
    public const int MostEntries = 1_000_000;

    private static readonly TimeSpan SignedWithin = TimeSpan.FromSeconds(20);

    private readonly GovernanceLeaves _governance = new(log, source.Reader);

    /// <summary>Chooses, measures, records and waits for the checkpoint that covers the record.</summary>
    /// <param name="person">Who asks; compliance.</param>
    /// <param name="filter">What is asked for; already narrowed to what the person may read.</param>
    /// <param name="asked">The filter as it was written, for the manifest and the record.</param>
    /// <param name="since">Size of the last checkpoint that the receiver holds; null for none.</param>
    /// <param name="cancellationToken">Ends it; the record may be written then.</param>
    /// <param name="reveals">Contents that were opened for it, whose reading is recorded; null for none.</param>
    public async Task<Answer<PreparedBundle>> PrepareAsync(
        string person, DecisionFilter filter, IReadOnlyDictionary<string, string> asked, long? since,
        CancellationToken cancellationToken, IReadOnlyList<RevealedPayload>? reveals = null)
    {
        if (!Permission.MayExport(log.State, person))
            return BundleErrors.NotYours();

        var (size, nodes) = source.Heads();
        if (since is { } seen && (seen < 0 || seen > size))
            return BundleErrors.SinceBeyond(size);

        var found = await decisions.LeavesAsync(filter, MostEntries + 1, cancellationToken);
        var choice = found.Count > MostEntries
            ? null
            : BundleChoice.Make(
                filter, [.. found.Where(leaf => leaf < size)], source.Reader, log, MostEntries, cancellationToken);
        if (choice is null)
            return BundleErrors.TooLarge();

        var stands = _governance.Of(choice.Stands, size);
        if (stands.Count < choice.Stands.Count || (nodes.Count == 0 && size > 0))
            return BundleErrors.NotSigned();

        var indexes = choice.Indexes.Concat(stands).Concat(reveals?.Select(r => r.Index) ?? []);
        var request = new BundleRequest
        {
            Indexes = [.. indexes.Distinct().Order()],
            Reveals = reveals,
            Requested = choice.Requested,
            Size = size,
            Nodes = nodes,
            From = filter.From,
            Until = filter.To,
            Query = Query(asked),
            Vkeys = [.. log.State.LogKeys.Keys.Select(k => k.Key.ToString())],
            Tool = $"provost {typeof(BundleDesk).Assembly.GetName().Version?.ToString(3)}",
            Since = since,
        };
        var draft = BundleDraft.Measure(request, source.Reader, cancellationToken);
        return await RecordAsync(person, asked, draft, size, cancellationToken);
    }

    private async Task<Answer<PreparedBundle>> RecordAsync(
        string person, IReadOnlyDictionary<string, string> asked, BundleDraft draft, long size,
        CancellationToken cancellationToken)
    {
        var body = new LedgerExported
        {
            Query = [.. asked.Select(q => $"{q.Key}={q.Value}").Order(StringComparer.Ordinal)],
            Entries = draft.Count,
            Size = size,
            Manifest = draft.ManifestDigest,
        };
        var outcome = await log.AppendAsync(
            GovernanceDraft.Of(Actor.Person(person), "ledger", body), cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
            return refused.Fault;

        var entry = ((GovernanceOutcome.Done)outcome).Entries[0];
        using var limit = new CancellationTokenSource(SignedWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await source.WaitForAsync(entry.Position, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return BundleErrors.NotSigned();
        }

        var exported = _governance.Of([entry], source.Heads().Size);
        return exported is [var index] && source.Checkpoint() is { } note
            ? new PreparedBundle(draft, index, source.Reader, Encoding.UTF8.GetBytes(note))
            : BundleErrors.NotSigned();
    }

    private static JsonElement Query(IReadOnlyDictionary<string, string> asked)
    {
        var query = new JsonObject(asked.Select(q => KeyValuePair.Create(q.Key, (JsonNode?)q.Value)));
        using var document = JsonDocument.Parse(query.ToJsonString());
        return document.RootElement.Clone();
    }
}
