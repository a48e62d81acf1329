using System.Globalization;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Control.Intake;

/// <summary>What an edition must satisfy before it may decide anything; a test holds the shipped one to it.</summary>
internal sealed class TaxonomySchema
{
    private const string Prohibited = "prohibited";

    private static readonly string[] FailModes = ["closed", "fallback", "open"];
    private static readonly string[] Autonomy = ["answers", "recommends", "decides", "acts"];
    private static readonly string[] Parts = ["thresholds", "fallback"];

    private readonly TaxonomyData _data;
    private readonly List<string> _faults = [];

    private TaxonomySchema(TaxonomyData data) => _data = data;

    public static IReadOnlyList<string> Faults(TaxonomyData data)
    {
        var schema = new TaxonomySchema(data);
        schema.Check();
        return schema._faults;
    }

    private void Check()
    {
        Need(_data.Edition > 0 && _data.Source.Length > 0, "It needs an edition and a source.");
        Need(_data.Tiers.Count > 1, "It needs tiers.");
        Need(SigningQuorum.NonProduction.SetEquals(_data.NonProduction),
            "Gateways and verifiers count other environments as production.");
        Unique(_data.Tiers.Select(tier => tier.Id), "tiers");
        Unique(_data.Rules.Select(rule => rule.Id), "rules");
        Unique(_data.DataClasses.Select(term => term.Id), "data classes");
        Unique(_data.Areas.Select(term => term.Id), "areas");
        Unique(_data.Practices.Select(term => term.Id), "practices");
        Need(_data.Practices.Concat(_data.Areas).All(term => term.Clause is { Length: > 0 }),
            "Areas and practices need their clause.");
        foreach (var tier in _data.Tiers)
        {
            CheckTier(tier);
        }

        foreach (var rule in _data.Rules)
        {
            CheckRule(rule);
        }

        // Two tiers with the same duties are one tier by accident.
        Unique(_data.Tiers.Select(Duties), "duties");
    }

    private static string Duties(TierData tier) => string.Join("|", tier.Quorum, tier.IntentBeforePrompt,
        tier.LeaseMinutes, tier.MinimumKeep, tier.Custody, string.Join(",", tier.FailModes),
        string.Join(",", tier.Requires));

    private void CheckTier(TierData tier)
    {
        var lowest = tier.Id == _data.Tiers[0].Id;
        Need(tier.FailModes.Count > 0 && tier.FailModes.All(FailModes.Contains), $"{tier.Id}: unknown fail mode.");
        Need(lowest || !tier.FailModes.Contains("open"), $"{tier.Id}: open is for the lowest tier.");
        Need(tier.Durability is "local", $"{tier.Id}: this build has durability local.");
        Need(tier.Quorum is { Production: 2, Elsewhere: 1 or 2 }, $"{tier.Id}: the quorum is 1 or 2, in production 2.");
        Need(lowest || tier.Quorum.Elsewhere == 2, $"{tier.Id}: one person suffices only in the lowest tier.");
        Need(tier.Quorum.Elsewhere == SigningQuorum.Persons(tier.Id, SigningQuorum.NonProduction.First()),
            $"{tier.Id}: gateways and verifiers ask for another quorum.");
        Need(tier.LeaseMinutes > 0 && Span.TryParse(tier.MinimumKeep, out _), $"{tier.Id}: lease or span.");
        Need(tier.Custody is "C0" or "C1", $"{tier.Id}: custody is C0 or C1.");
        Need(tier.Requires.All(Parts.Contains), $"{tier.Id}: unknown part of a release.");
    }

    private void CheckRule(RuleData rule)
    {
        var when = rule.When;
        Need(rule.Tier == Prohibited || _data.Tiers.Any(tier => tier.Id == rule.Tier), $"{rule.Id}: unknown tier.");
        Need(rule.Tier != Prohibited || rule.Clause is { Length: > 0 }, $"{rule.Id}: a prohibition needs its clause.");
        Need(when != new ConditionData(), $"{rule.Id}: it applies to everything.");
        Need(AllIn(when.Kinds, Taxonomy.Kinds), $"{rule.Id}: unknown kind.");
        Need(AllIn(when.Autonomy, Autonomy), $"{rule.Id}: unknown autonomy.");
        Need(AllIn(when.Areas, [.. _data.Areas.Select(term => term.Id)]), $"{rule.Id}: unknown area.");
        Need(AllIn(when.DataClasses, [.. _data.DataClasses.Select(term => term.Id)]),
            $"{rule.Id}: unknown data class.");
        Need(when.ExposureAtLeast?.Values.All(IsAmount) ?? true, $"{rule.Id}: an amount is no decimal.");
        Need(HasEveryCurrency(when), $"{rule.Id}: every rule about money needs every currency.");
    }

    private bool HasEveryCurrency(ConditionData when) => when.ExposureAtLeast is not { } amounts
        || _data.Rules.All(other => other.When.ExposureAtLeast is not { } others
            || others.Keys.ToHashSet().SetEquals(amounts.Keys));

    private static bool AllIn(IReadOnlyList<string>? words, IReadOnlyList<string> known) =>
        words is null || (words.Count > 0 && words.All(known.Contains));

    private static bool IsAmount(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);

    private void Unique(IEnumerable<string> ids, string what)
    {
        var all = ids.ToList();
        Need(all.Distinct().Count() == all.Count && all.TrueForAll(id => id.Length > 0),
            $"The {what} are not distinct.");
    }

    private void Need(bool holds, string message)
    {
        if (!holds)
        {
            _faults.Add(message);
        }
    }
}
