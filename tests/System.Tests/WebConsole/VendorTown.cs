using System.Collections.Immutable;
using Provost.Control.Governance;
using Provost.Control.Signals;
using Provost.Control.Vendors;

namespace Provost.SystemTests.WebConsole;

/// <summary>The providers of <see cref="ConsoleTown"/>: the credit model's ends in twelve days, no terms are
/// recorded, and something that was not approved has answered.</summary>
internal static class VendorTown
{
    private static readonly Guid Notice = Guid.Parse("019a0000-0000-7000-8000-0000007e0001");

    public static GovernanceState With(GovernanceState state)
    {
        var live = state.Registry.Release(ConsoleTown.Credit.System, state.Warrants.Issued[0].Release)!;
        var ends = new VendorNoticeAdded
        {
            Id = Notice,
            Provider = live.Provider,
            Model = live.Model,
            Shutdown = ConsoleTown.Now.AddDays(12),
            Source = "https://provider.example/deprecations",
        };
        var key = new ReleaseKey(ConsoleTown.Credit.System, ConsoleTown.Credit.Environment, live.Digest);
        return state with
        {
            Vendors = new VendorState
            {
                Notices = [new VendorNotice(ends, ConsoleTown.Compliance, ConsoleTown.Now.AddDays(-1))],
                Seen = ImmutableDictionary<ReleaseKey, ImmutableList<SeenModel>>.Empty.Add(key,
                    [new SeenModel(ConsoleTown.Attack, null, Approved: false, Notice, ConsoleTown.Now)]),
            },
        };
    }
}
