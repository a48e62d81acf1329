using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Notices;

/// <summary>A date that nears and whoever is to be told of it now.</summary>
/// <param name="Kind">As <see cref="NoticeBegun.Kind"/>.</param>
/// <param name="About">What it is about.</param>
/// <param name="Days">The step: days before the date.</param>
/// <param name="Key">The system.</param>
/// <param name="Title">One line.</param>
/// <param name="Lines">What to do about it; no content of a decision and nobody's data.</param>
/// <param name="To">Role and person id, each person once.</param>
public sealed record DueNotice(
    string Kind, string About, int Days, SystemKey Key, string Title, IReadOnlyList<string> Lines,
    IReadOnlyList<(string Role, string Person)> To);

/// <summary>Everything of one kind that is to be told at an instant, told already or not.</summary>
public delegate IEnumerable<DueNotice> NoticeSource(GovernanceState state, DateTimeOffset now);

/// <summary>Steps before a date.</summary>
public static class NoticeSteps
{
    /// <summary>The step that a date is in: the smallest that has begun. Null: none has, or the date is past. A step
    /// that had begun when the whole began is none, or a warrant of a day would warn of its end at once.</summary>
    /// <param name="steps">Days before the date.</param>
    /// <param name="from">When it began.</param>
    /// <param name="end">The date.</param>
    /// <param name="now">The instant.</param>
    public static int? At(IEnumerable<int> steps, DateTimeOffset from, DateTimeOffset end, DateTimeOffset now)
    {
        if (now >= end)
            return null;

        var begun = steps.Where(days => end.AddDays(-days) > from && end.AddDays(-days) <= now).ToList();
        return begun.Count == 0 ? null : begun.Min();
    }

    /// <summary>Who answers for a system, each person once; who left is told nothing.</summary>
    public static IReadOnlyList<(string Role, string Person)> Owners(
        GovernanceState state, SystemState system, bool withDeputy) =>
    [
        .. new[] { "technical", "business", "deputy" }.Where(office => withDeputy || office != "deputy")
            .Select(office => (Role: office, Person: Handovers.Ownership.Answers(state, system, office)))
            .Where(o => o.Person is not null).Select(o => (o.Role, o.Person!)).DistinctBy(o => o.Item2),
    ];
}
