using System.Globalization;
using Provost.Gateway.Manifests;

namespace Provost.Control.Intake;

/// <summary>What an edition must satisfy before it may decide anything; a test holds the shipped one to it.</summary>
internal static class TaxonomySchema
{
    private const string Prohibited = "prohibited";

    private static readonly string[] FailModes = ["closed", "fallback", "open"];
    private static readonly string[] Kinds = ["model", "llm", "agent", "vendor", "chain"];
    private static readonly string[] Autonomy = ["answers", "recommends", "decides", "acts"];
    private static readonly string[] Parts = ["thresholds", "fallback"];

    public static IReadOnlyList<string> Faults(TaxonomyData data)
    {
        var faults = new List<string>();
        Need(data.Edition > 0 && data.Source.Length > 0, "It needs an edition and a source.");
        Need(data.Tiers.Count > 1, "It needs tiers.");
        Unique(data.Tiers.Select(tier => tier.Id), "tiers");
        Unique(data.Rules.Select(rule => rule.Id), "rules");
        Unique(data.DataClasses.Select(term => term.Id), "data classes");
        Unique(data.Areas.Select(term => term.Id), "areas");
        Unique(data.Practices.Select(term => term.Id), "practices");
        Need(data.Practices.Concat(data.Areas).All(term => term.Clause is { Length: > 0 }),
            "Areas and practices need their clause.");
        foreach (var tier in data.Tiers)
        {
            CheckTier(tier);
        }

        foreach (var rule in data.Rules)
        {
            CheckRule(rule);
        }

        // Two tiers with the same duties are one tier by accident.
        Unique(data.Tiers.Select(tier => string.Join("|", tier.Quorum, tier.IntentBeforePrompt, tier.LeaseMinutes,
            tier.MinimumKeep, tier.Custody, string.Join(",", tier.FailModes), string.Join(",", tier.Requires))),
                "duties");
        return faults;

        void Need(bool holds, string message)
        {
            if (!holds)
            {
                faults.Add(message);
            }
        }

        void Unique(IEnumerable<string> ids, string what)
        {
            var all = ids.ToList();
            Need(all.Distinct().Count() == all.Count && all.TrueForAll(id => id.Length > 0),
                $"The {what} are not distinct.");
        }

        void CheckTier(TierData tier)
        {
            var lowest = tier.Id == data.Tiers[0].Id;
            Need(tier.FailModes.Count > 0 && tier.FailModes.All(FailModes.Contains), $"{tier.Id}: unknown fail mode.");
            Need(lowest || !tier.FailModes.Contains("open"), $"{tier.Id}: open is for the lowest tier.");
            Need(tier.Durability is "local", $"{tier.Id}: this build has durability local.");
            Need(tier.Quorum is { Production: 2, Elsewhere: 1 or 2 },
                $"{tier.Id}: the quorum is 1 or 2, in production 2.");
            Need(lowest || tier.Quorum.Elsewhere == 2, $"{tier.Id}: one person suffices only in the lowest tier.");
            Need(tier.LeaseMinutes > 0 && Span.TryParse(tier.MinimumKeep, out _), $"{tier.Id}: lease or span.");
            Need(tier.Custody is "C0" or "C1", $"{tier.Id}: custody is C0 or C1.");
            Need(tier.Requires.All(Parts.Contains), $"{tier.Id}: unknown part of a release.");
        }

        void CheckRule(RuleData rule)
        {
            var when = rule.When;
            Need(rule.Tier == Prohibited || data.Tiers.Any(tier => tier.Id == rule.Tier), $"{rule.Id}: unknown tier.");
            Need(rule.Tier != Prohibited || rule.Clause is { Length: > 0 },
                $"{rule.Id}: a prohibition needs its clause.");
            Need(when != new ConditionData(), $"{rule.Id}: it applies to everything.");
            Need(when.Kinds?.All(Kinds.Contains) ?? true, $"{rule.Id}: unknown kind.");
            Need(when.Autonomy?.All(Autonomy.Contains) ?? true, $"{rule.Id}: unknown autonomy.");
            Need(when.Areas?.All(id => data.Areas.Any(t => t.Id == id)) ?? true, $"{rule.Id}: unknown area.");
            Need(when.DataClasses?.All(id => data.DataClasses.Any(t => t.Id == id)) ?? true,
                $"{rule.Id}: unknown data class.");
            Need(when.ExposureAtLeast?.Values.All(amount =>
                decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)) ?? true,
                $"{rule.Id}: an amount is no decimal.");
            Need(SameCurrencies(rule), $"{rule.Id}: every rule about money needs every currency.");
        }

        bool SameCurrencies(RuleData rule) => rule.When.ExposureAtLeast is not { } amounts
            || data.Rules.All(other => other.When.ExposureAtLeast is not { } others
                || others.Keys.ToHashSet().SetEquals(amounts.Keys));
    }
}
