using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Vendors;

/// <summary>
/// A release that is warranted uses a model that ends: another one is to be approved before. It is done by itself when
/// no warrant in force covers such a release any more.
/// </summary>
/// <param name="Live">Whether traffic goes to it; otherwise it could be restored.</param>
/// <param name="DaysLeft">Whole days until the end; negative once it is past.</param>
/// <param name="Pays">Who pays for evaluating a replacement, by the provider's terms; null where none are
/// recorded.</param>
public sealed record VendorTask(
    VendorNotice Notice, SystemState System, ReleaseState Release, Warrant Warrant, bool Live, int DaysLeft,
    string? Pays)
{
    /// <summary>Person id: the technical owner brings the replacement forward.</summary>
    public string Owner => System.Owners.Technical;

    /// <summary>Person id: the business owner's budget bears it, whatever the terms give back.</summary>
    public string CostOwner => System.Owners.Business;

    /// <summary>All that is to be approved again, the nearest end first.</summary>
    public static IReadOnlyList<VendorTask> Of(GovernanceState state, DateTimeOffset now)
    {
        var notices = state.Vendors.InForce.ToList();
        if (notices.Count == 0)
            return [];

        var ends = notices.Select(n => n.Says.Provider).ToHashSet(StringComparer.Ordinal);
        var releases = state.Registry.Releases.Where(r => ends.Contains(r.Provider))
            .ToLookup(r => (r.System, r.Digest));
        var tasks = new List<VendorTask>();
        foreach (var warrants in state.Warrants.Issued.Where(w => w.IsInForce(now)).GroupBy(w => w.Key))
        {
            if (state.Registry.Systems.GetValueOrDefault(warrants.Key) is not { } system)
                continue;

            var live = warrants.Last();
            foreach (var warrant in warrants.Reverse().DistinctBy(w => w.Release))
            {
                foreach (var release in releases[(warrant.Key.System, warrant.Release)])
                {
                    tasks.AddRange(notices.Where(n => n.Ends(release)).Select(n => new VendorTask(
                        n, system, release, warrant, warrant == live,
                        (int)Math.Floor((n.Says.Shutdown - now).TotalDays),
                        state.Vendors.Terms.GetValueOrDefault(n.Says.Provider)?.Says.Pays)));
                }
            }
        }

        return
        [
            .. tasks.OrderBy(t => t.Notice.Says.Shutdown).ThenByDescending(t => t.Live)
                .ThenBy(t => t.System.Key.ToString(), StringComparer.Ordinal)
                .ThenBy(t => t.Release.Version, StringComparer.Ordinal),
        ];
    }
}
