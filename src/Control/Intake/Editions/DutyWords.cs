using Provost.Control.Registry;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Control.Intake.Editions;

/// <summary>Duties in words, one line each, the same for intake, plan, console and command line.</summary>
public static class DutyWords
{
    /// <summary>Whose signatures a release needs, one line each.</summary>
    public static IReadOnlyList<string> Approvers(TierDuties duties)
    {
        ArgumentNullException.ThrowIfNull(duties);
        IEnumerable<string> also = duties.Quorum.Also.Select(role => $"a further person with role {role}");
        if (duties.Quorum.Persons == 1)
            return ["the business or technical owner, or a person with role approver", .. also];

        return
        [
            "the business or technical owner", "a second person with role approver", .. also,
            .. duties.Quorum.RecomputedDigest
                ? ["one of them from a checkout, whose digest was computed again"]
                : Array.Empty<string>(),
        ];
    }

    /// <summary>What else is asked, in an environment.</summary>
    public static IReadOnlyList<Obligation> Of(TierDuties duties, string environment)
    {
        ArgumentNullException.ThrowIfNull(duties);
        var words = new List<Obligation>
        {
            new("Release", duties.Requires.Count == 0
                ? "Nothing beyond model, prompt, tools and guardrails as they are."
                : $"It names its {string.Join(" and its ", duties.Requires)}; thresholds are the signals watched."),
            new("Fail mode", "While Provost cannot decide: " + string.Join(", or ", duties.FailModes.Select(FailMode))
                + "; the system's manifest says which."),
            new("Records", duties.IntentBeforePrompt
                ? "On record before the prompt goes out and before an answer leaves; a late record is a refusal."
                : "On record before an answer leaves."),
            new("Kept", $"At least {Words(duties.MinimumKeep)}."),
            new("Lease", duties.Lease.TotalHours < 1
                ? $"A gateway that hears nothing serves for {(int)duties.Lease.TotalMinutes} minutes."
                : $"A gateway that hears nothing serves for {(int)duties.Lease.TotalHours} hours."),
        };
        if (duties.Signals.Count > 0)
            words.Add(new("Signals", $"A release sets thresholds for {string.Join(" and ", duties.Signals)}."));

        if (duties.Evidence.Count > 0)
            words.Add(new("Evidence", "A passed test of the evaluation set, before anybody's approval counts."));

        if (duties.ReviewEvery is { } often)
            words.Add(new("Review", $"An owner looks at the system again at least every {Words(often)}."));

        if (duties.Autonomy is { } alone)
            words.Add(new("Oversight", $"Alone, a system {string.Join(" or ", alone)}; beyond that a person decides."));

        if (duties.Offices.Count > 0)
            words.Add(new("Named", $"Beside its owners: {string.Join(", ", duties.Offices)}."));

        if (SigningQuorum.IsProduction(environment) && duties.Custody != "C0")
            words.Add(new("Keys", $"The platform's keys are kept at level {duties.Custody} or higher."));

        return words;
    }

    /// <summary>The duties that differ; null where one of the two has none of the name.</summary>
    internal static IReadOnlyList<Change> Differences(TierDuties before, TierDuties after, string environment)
    {
        var (old, now) = (All(before, environment), All(after, environment));
        return
        [
            .. old.Keys.Union(now.Keys)
                .Select(name => new Change(name, old.GetValueOrDefault(name), now.GetValueOrDefault(name)))
                .Where(change => change.Before != change.After),
        ];
    }

    private static string FailMode(string mode) => mode switch
    {
        "closed" => "calls are refused (closed)",
        "fallback" => "the approved fallback answers (fallback)",
        "open" => "calls pass unchecked (open)",
        _ => mode,
    };

    private static string Words(Span span) => span.Count + (span.Unit switch
    {
        "d" => " day",
        "mo" => " month",
        _ => " year",
    }) + (span.Count == 1 ? "" : "s");

    private static Dictionary<string, string> All(TierDuties duties, string environment) =>
        Of(duties, environment).Prepend(new Obligation("Approvers", string.Join("; ", Approvers(duties))))
            .ToDictionary(o => o.Name, o => o.Text);
}
