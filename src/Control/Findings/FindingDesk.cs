using System.Collections.Concurrent;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Gateway.Manifests;

namespace Provost.Control.Findings;

/// <summary>Finds gaps in records, and knows when each record was last confirmed by something that nobody typed: a call
/// under the system's warrant, or a pipeline that applied what stands.</summary>
public sealed class FindingDesk(GovernanceLog log, BlobStore blobs, Database database, TimeProvider time)
{
    /// <summary>How far back calls are looked for; older ones leave a record stale anyway.</summary>
    private static readonly TimeSpan Window = FindingList.FreshFor + TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, TermsFacts> _terms = new(StringComparer.Ordinal);
    private volatile IReadOnlyDictionary<SystemKey, DateTimeOffset> _served =
        new Dictionary<SystemKey, DateTimeOffset>();

    /// <summary>When the record was last confirmed: calls that passed under an adoption confirm nothing.</summary>
    public DateTimeOffset VerifiedAt(SystemState system) =>
        _served.TryGetValue(system.Key, out var served) && served > system.Verified
        && !(served <= log.State.Adoptions.Last(system.Key)?.End)
            ? served
            : system.Verified;

    /// <summary>Reads again which systems served calls; while the database is down, what was known stays.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetUtcNow();
            var seen = await new ObservedTraffic(database).LastServedAsync(now - Window, now, cancellationToken);
            _served = seen.ToDictionary(s => new SystemKey(s.System, s.Environment), s => s.At);
        }
        catch (DatabaseDownException)
        {
            // Down is a normal state: the next turn reads.
        }
    }

    /// <summary>Every finding, most urgent first.</summary>
    public async Task<IReadOnlyList<Finding>> ListAsync(CancellationToken cancellationToken)
    {
        var state = log.State;
        var named = state.Registry.Systems.Values.Select(s => s.Terms).ToHashSet(StringComparer.Ordinal);
        foreach (var digest in named)
        {
            if (!_terms.ContainsKey(digest) && await ReadAsync(digest, cancellationToken) is { } facts)
                _terms[digest] = facts;
        }

        foreach (var digest in _terms.Keys.Where(d => !named.Contains(d)))
            _terms.TryRemove(digest, out _);

        return FindingList.Of(state, VerifiedAt, _terms.GetValueOrDefault, time.GetUtcNow());
    }

    private async Task<TermsFacts?> ReadAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.FindAsync(digest, cancellationToken) is { } json
                ? new TermsFacts(SystemDocument.ReadTerms(json).DataSources.Count)
                : null;
        }
        catch (ManifestException)
        {
            return null; // terms of another edition: to be applied again
        }
    }
}
