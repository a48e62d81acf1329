using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;
using Provost.Ledger.Vault;

namespace Provost.Control.Retention;

/// <summary>The approved terms of a system: one retention class and how long it stays, tier and places.</summary>
/// <param name="Class">Null for what no system names.</param>
public sealed record SystemTerms(string? Class, Span? Keep, string? Tier, IReadOnlyList<string> Jurisdictions);

/// <summary>What the approved terms of systems and the schedule together say of contents.</summary>
/// <param name="log">Which systems there are.</param>
/// <param name="blobs">Their terms.</param>
/// <param name="schedule">Terms by class and jurisdiction.</param>
public sealed class RetentionTerms(GovernanceLog log, BlobStore blobs, RetentionSchedule schedule)
{
    /// <summary>The schedule in force.</summary>
    public RetentionSchedule Schedule => schedule;

    /// <summary>The approved terms of a system; where its environments differ, the longest.</summary>
    public async Task<SystemTerms> OfAsync(string system, CancellationToken cancellationToken)
    {
        SystemTerms? found = null;
        foreach (var registered in log.State.Registry.Everywhere(system))
        {
            if (await blobs.FindAsync(registered.Terms, cancellationToken) is not { } bytes)
                continue;

            var retention = SystemDocument.ReadTerms(bytes).Retention;
            if (found?.Keep is not { } keep || retention.Keep.ApproximateDays > keep.ApproximateDays)
                found = new SystemTerms(
                    retention.Class, retention.Keep, TierOf(registered), retention.Jurisdictions);
        }

        return found ?? new SystemTerms(null, null, null, []);
    }

    /// <summary>A lower tier counts from the next approved release on: what serves under tier high stays
    /// that.</summary>
    private string TierOf(SystemState registered) =>
        log.State.Warrants.Live(registered.Key, log.State.At)?.Says.Tier is "high" ? "high" : registered.Tier;

    /// <summary>Laws that ask for any of these contents at an instant, in words, each once.</summary>
    public async Task<IReadOnlyList<string>> DutiesAsync(
        IReadOnlyList<KeyGroup> groups, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var duties = new List<string>();
        foreach (var ofSystem in groups.GroupBy(g => g.System))
        {
            var terms = await OfAsync(ofSystem.Key, cancellationToken);
            duties.AddRange(ofSystem.SelectMany(g =>
                schedule.DutiesOf(g.Class, terms.Tier, terms.Jurisdictions, g.End, at)));
        }

        return [.. duties.Distinct()];
    }
}
