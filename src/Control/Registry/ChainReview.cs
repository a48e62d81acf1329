using Provost.Control.Governance;

namespace Provost.Control.Registry;

/// <summary>
/// Whether a chain still is what was approved: approved parts make no approved whole. A component whose system serves
/// another release than the chain was approved with, or none, marks every chain that contains it.
/// </summary>
public static class ChainReview
{
    /// <summary>Why the release that serves is to be reviewed, one sentence each; empty where nothing has
    /// changed.</summary>
    public static IReadOnlyList<string> Of(GovernanceState state, SystemKey key, DateTimeOffset now)
    {
        if (state.Warrants.Live(key, now) is not { } live
            || state.Registry.Release(key.System, live.Release) is not { } release)
        {
            return [];
        }

        return
        [
            .. release.Uses.Where(u => u.Kind == UsedPart.Component)
                .Select(part => (part, serves: state.Warrants.Live(new SystemKey(part.Name, key.Environment), now)))
                .Where(c => c.serves?.Release != c.part.Digest)
                .Select(c => $"{c.part.Name} was approved as {Name(state, c.part.Name, c.part.Digest!)} and serves "
                    + (c.serves is null ? "nothing" : Name(state, c.part.Name, c.serves.Release))),
        ];
    }

    private static string Name(GovernanceState state, string system, string digest) =>
        state.Registry.Release(system, digest)?.Version ?? digest;
}
