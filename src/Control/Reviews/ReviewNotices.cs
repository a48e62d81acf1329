using System.Globalization;
using Provost.Control.Governance;
using Provost.Control.Notices;

namespace Provost.Control.Reviews;

/// <summary>Reviews that come due within a fortnight, and those that are overdue: each told once.</summary>
public static class ReviewNotices
{
    /// <summary>The kind of these notices.</summary>
    public const string Kind = "review_due";

    private const int DaysBefore = 14;

    /// <summary>A <see cref="NoticeSource"/>. The step of an overdue review is 0.</summary>
    public static IEnumerable<DueNotice> Due(GovernanceState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var system in state.Registry.Systems.Values)
        {
            if (ReviewState.DueAt(state, system, now) is not { } due || due.AddDays(-DaysBefore) > now)
                continue;

            var (key, isOver) = (system.Key, due <= now);
            var day = due.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
            yield return new DueNotice(
                Kind, $"{key} {due.UtcDateTime:yyyyMMddHHmmss}", isOver ? 0 : DaysBefore, key,
                $"{key.System} ({key.Environment}): its review {(isOver ? "is overdue" : "comes due")}",
                [
                    $"An owner was to look at it again by {day}: tier {system.NamedTier} asks for that every "
                        + $"{state.Taxonomies.DutiesOf(system).ReviewEvery}.",
                    "See whether purpose, population, data, owners and thresholds still hold; then sign: provost "
                        + $"review {key.System} -e {key.Environment} --finding WHAT",
                ],
                NoticeSteps.Owners(state, system, withDeputy: isOver));
        }
    }
}
