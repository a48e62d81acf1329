using System.Text.Json;
using Provost.Control.Governance;
using Provost.Gateway.Manifests;

namespace Provost.Control.Intake;

/// <summary>
/// Holds an edition against the one of the build. Tiers, words, prohibitions and rules of the law stay; own tiers stand
/// between them and build on the one below; what gateways and verifiers enforce by the tier of the Act stays as it is;
/// everything else may be asked for in addition.
/// </summary>
internal sealed class TaxonomyFloor
{
    private const string TakeOver = "Take it over as it stands there.";

    private readonly TaxonomyData _data;
    private readonly TaxonomyData _least;
    private readonly List<FaultDetail> _faults = [];

    private TaxonomyFloor(TaxonomyData data, TaxonomyData least)
    {
        _data = data;
        _least = least;
    }

    /// <summary>Where a sound edition asks for less than the other; empty when nowhere.</summary>
    public static IReadOnlyList<FaultDetail> Faults(TaxonomyData data, TaxonomyData least)
    {
        var floor = new TaxonomyFloor(data, least);
        floor.CheckWords();
        floor.CheckRules();
        floor.CheckTiers();
        return floor._faults;
    }

    private void CheckWords()
    {
        foreach (var (mine, theirs, path) in new[]
        {
            (_data.DataClasses, _least.DataClasses, "dataClasses"), (_data.Areas, _least.Areas, "areas"),
            (_data.Practices, _least.Practices, "practices"),
        })
        {
            foreach (var word in theirs)
            {
                Need(mine.Any(m => m.Id == word.Id && m.Clause == word.Clause), path,
                    $"{word.Id} of edition {_least.Edition} is missing, or has another clause.", TakeOver);
            }
        }
    }

    private void CheckRules()
    {
        foreach (var rule in _least.Rules.Where(r => r.Clause is not null))
        {
            var mine = _data.Rules.FirstOrDefault(r => r.Id == rule.Id);
            Need(mine is not null && mine.Clause == rule.Clause && Same(mine.When, rule.When)
                    && Rank(mine.Tier) >= Rank(rule.Tier),
                $"rules ({rule.Id})", $"The rule {rule.Id} of the law is missing, or says less.",
                "Take it over as it stands in edition 1; its tier may be a higher one.");
        }
    }

    private static bool Same(ConditionData one, ConditionData other) =>
        JsonSerializer.Serialize(one, TaxonomyJson.Default.ConditionData)
        == JsonSerializer.Serialize(other, TaxonomyJson.Default.ConditionData);

    private int Rank(string tier) => tier == "prohibited"
        ? int.MaxValue
        : _data.Tiers.TakeWhile(t => t.Id != tier).Count();

    private void CheckTiers()
    {
        var ofTheAct = _data.Tiers.Where(t => t.Floor is null).Select(t => t.Id);
        if (!ofTheAct.SequenceEqual(_least.Tiers.Select(t => t.Id)))
        {
            Need(false, "tiers", $"The tiers without a floor are not {Names(_least.Tiers)}, in this order.",
                "Give every tier of your own a floor.");
            return;
        }

        TierData? below = null;
        var act = _least.Tiers[0];
        for (var at = 0; at < _data.Tiers.Count; at++)
        {
            var tier = _data.Tiers[at];
            act = tier.Floor is null ? _least.Tiers.Single(t => t.Id == tier.Id) : act;
            Need(tier.Floor is null || (tier.Floor == act.Id && below is not null), $"tiers[{at}].floor",
                $"{tier.Id} stands above {act.Id} and builds on it.", $"Write floor: {act.Id}, or move the tier.");
            CheckAgainst(tier, act, $"tiers[{at}]");
            if (below is not null)
            {
                Need(IsAtLeast(tier, below) && IsAsOften(tier, below), $"tiers[{at}]",
                    $"{tier.Id} asks for less than the tier below it, {below.Id}.",
                    "A higher tier asks for everything that a lower one does.");
            }

            below = tier;
        }
    }

    private void CheckAgainst(TierData tier, TierData act, string at)
    {
        Need(tier.IntentBeforePrompt == act.IntentBeforePrompt && tier.RefuseOnLateRecord == act.RefuseOnLateRecord
                && tier.Durability == act.Durability && tier.LeaseMinutes == act.LeaseMinutes
                && tier.Custody == act.Custody && tier.Quorum.RecomputedDigest == act.Quorum.RecomputedDigest,
            at, $"Gateways and verifiers hold {tier.Id} to the tier {act.Id} in intentBeforePrompt, "
                + "refuseOnLateRecord, durability, leaseMinutes, custody and quorum.recomputedDigest.",
            $"Take these over from {act.Id} of edition {_least.Edition}.");
        Need(IsAtLeast(tier, act), at, $"{tier.Id} asks for less than {act.Id} of edition {_least.Edition}.",
            "Ask for at least its approvers, fail modes, least term and parts of a release.");
    }

    private static bool IsAtLeast(TierData tier, TierData other) => new[] { "production", "test" }.All(
        environment => Taxonomy.Duties(tier, environment).AtLeast(Taxonomy.Duties(other, environment)));

    private static bool IsAsOften(TierData tier, TierData other) =>
        Span.Parse(tier.ReviewEvery!).ApproximateDays <= Span.Parse(other.ReviewEvery!).ApproximateDays;

    private static string Names(IReadOnlyList<TierData> tiers) => string.Join(", ", tiers.Select(t => t.Id));

    private void Need(bool holds, string path, string message, string remedy)
    {
        if (!holds)
            _faults.Add(new FaultDetail(path, message, remedy));
    }
}
