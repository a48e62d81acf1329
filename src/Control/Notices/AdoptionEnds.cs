using System.Globalization;
using Provost.Control.Adoptions;
using Provost.Control.Governance;

namespace Provost.Control.Notices;

/// <summary>Adoptions that end soon: told 7, 3 and 1 days before. Calls are refused at the second it ends, so the last
/// step calls the deputy too.</summary>
public static class AdoptionEnds
{
    /// <summary>The kind of these notices.</summary>
    public const string Kind = "adoption_ends";

    /// <summary>Days before the end.</summary>
    public static readonly IReadOnlyList<int> Steps = [7, 3, 1];

    /// <summary>A <see cref="NoticeSource"/>.</summary>
    public static IEnumerable<DueNotice> Due(GovernanceState state, DateTimeOffset now)
    {
        foreach (var adoption in AdoptionState.Passing(state, now))
        {
            var (content, key) = (adoption.Content, adoption.Key);
            if (NoticeSteps.At(Steps, adoption.From, content.Until, now) is not { } days)
                continue;

            yield return new DueNotice(
                Kind, content.Id.ToString(), days, key,
                $"{key.System} ({key.Environment}): its adoption ends within {(days == 1 ? "a day" : $"{days} days")}",
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"It ends {content.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC; no call passes then."),
                    $"To go on, have a release approved before: provost submit {key.System}@VERSION.",
                ],
                NoticeSteps.Owners(state, state.Registry.Systems[key], withDeputy: days == 1));
        }
    }
}
