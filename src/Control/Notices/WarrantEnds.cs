using System.Globalization;
using Provost.Control.Governance;

namespace Provost.Control.Notices;

/// <summary>
/// The warrants that serve and end soon: told 30, 7 and 1 days before. An expired warrant stops service at the second,
/// so the last step calls the deputy too.
/// </summary>
public static class WarrantEnds
{
    /// <summary>The kind of these notices.</summary>
    public const string Kind = "warrant_ends";

    /// <summary>Days before the end.</summary>
    public static readonly IReadOnlyList<int> Steps = [30, 7, 1];

    /// <summary>A <see cref="NoticeSource"/>.</summary>
    public static IEnumerable<DueNotice> Due(GovernanceState state, DateTimeOffset now)
    {
        var serving = new Dictionary<Registry.SystemKey, Approvals.Warrant>();
        foreach (var warrant in state.Warrants.Issued)
        {
            if (warrant.IsInForce(now))
                serving[warrant.Key] = warrant; // oldest first: the newest in force is what traffic goes to
        }

        foreach (var (key, warrant) in serving)
        {
            if (NoticeSteps.At(Steps, warrant.Says.NotBefore, warrant.Says.NotAfter, now) is not { } days
                || state.Registry.Systems.GetValueOrDefault(key) is not { } system)
            {
                continue;
            }

            var version = state.Registry.Release(key.System, warrant.Release)?.Version ?? "";
            yield return new DueNotice(
                Kind, warrant.Id.ToString(), days, key,
                $"{key.System} ({key.Environment}): the warrant of {version} ends within "
                    + (days == 1 ? "a day" : $"{days} days"),
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"It ends {warrant.Says.NotAfter.UtcDateTime:yyyy-MM-dd HH:mm} UTC; no call passes then."),
                    "To go on, have a release approved before: this one again with provost approve "
                        + $"{key.System}@{version} -e {key.Environment}, or a newer one.",
                ],
                NoticeSteps.Owners(state, system, withDeputy: days == 1));
        }
    }
}
