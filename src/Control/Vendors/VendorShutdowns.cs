using System.Globalization;
using Provost.Control.Governance;
using Provost.Control.Notices;

namespace Provost.Control.Vendors;

/// <summary>
/// Tells the owners of every live system whose model ends: 90, 30, 14, 7 and 1 days before, and on the day. Who hears
/// of it late hears at once, at the step that has begun; the deputy too from the seventh day.
/// </summary>
public static class VendorShutdowns
{
    /// <summary>The kind of these notices.</summary>
    public const string Kind = "model_ends";

    /// <summary>Days before the end.</summary>
    public static readonly IReadOnlyList<int> Steps = [90, 30, 14, 7, 1, 0];

    /// <summary>A <see cref="NoticeSource"/>.</summary>
    public static IEnumerable<DueNotice> Due(GovernanceState state, DateTimeOffset now)
    {
        foreach (var task in VendorTask.Of(state, now).Where(t => t.Live))
        {
            var (says, key) = (task.Notice.Says, task.System.Key);
            if (StepAt(says.Shutdown, now) is not { } days)
                continue;

            yield return new DueNotice(
                Kind, $"{task.Notice.Id} {key}", days, key,
                $"{key.System} ({key.Environment}): {says.Provider} ends {says.Model} "
                    + (days switch { 0 => "today", 1 => "within a day", _ => $"within {days} days" }),
                [.. Lines(task)], NoticeSteps.Owners(state, task.System, withDeputy: days <= 7));
        }
    }

    /// <summary>The smallest step that has begun; null before the first, and a day after the end: by then calls are
    /// refused, and nobody needs a page to know.</summary>
    private static int? StepAt(DateTimeOffset end, DateTimeOffset now)
    {
        if (now >= end.AddDays(1))
            return null;

        var begun = Steps.Where(days => end.AddDays(-days) <= now).ToList();
        return begun.Count == 0 ? null : begun.Min();
    }

    private static IEnumerable<string> Lines(VendorTask task)
    {
        var says = task.Notice.Says;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"It ends {says.Shutdown.UtcDateTime:yyyy-MM-dd HH:mm} UTC. From then on its calls are refused. "
            + $"The provider says so at {says.Source}");
        yield return $"Release {task.Release.Version} serves with it. To go on, have a release with another model "
            + $"approved before{(says.Replacement is { } next ? $"; the provider names {next}" : "")}.";
        yield return task.Pays switch
        {
            "us" => "By the terms we pay for evaluating the replacement.",
            "provider" => "By the terms the provider pays for evaluating the replacement.",
            "shared" => "By the terms the evaluation of the replacement is paid for together.",
            _ => "Who pays for evaluating the replacement is not recorded: provost vendors terms.",
        };
    }
}
