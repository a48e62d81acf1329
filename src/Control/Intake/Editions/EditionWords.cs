namespace Provost.Control.Intake.Editions;

/// <summary>A tier in words.</summary>
/// <param name="Floor">The tier of the Act that an own tier builds on; null for a tier of the Act.</param>
/// <param name="Approvers">In production.</param>
/// <param name="Elsewhere">In every other environment.</param>
/// <param name="Duties">What else it asks for, in production.</param>
public sealed record TierWords(
    string Tier, string? Floor, string Meaning, IReadOnlyList<string> Approvers, IReadOnlyList<string> Elsewhere,
    IReadOnlyList<Obligation> Duties);

/// <summary>A rule in words.</summary>
/// <param name="When">All of it must hold.</param>
public sealed record RuleWords(string Rule, string Tier, string When, string? Clause, string Reason);

/// <summary>An edition in plain words, for console and command line.</summary>
public static class EditionWords
{
    /// <summary>The tiers from the lowest to the highest.</summary>
    public static IReadOnlyList<TierWords> Tiers(Taxonomy edition)
    {
        ArgumentNullException.ThrowIfNull(edition);
        return
        [
            .. edition.Data.Tiers.Select(tier =>
            {
                var duties = edition.DutiesOf(tier.Id, "production");
                return new TierWords(
                    tier.Id, tier.Floor, tier.Meaning, DutyWords.Approvers(duties),
                    DutyWords.Approvers(edition.DutiesOf(tier.Id, "test")), DutyWords.Of(duties, "production"));
            }),
        ];
    }

    /// <summary>What sets the tier, the highest first.</summary>
    public static IReadOnlyList<RuleWords> Rules(Taxonomy edition)
    {
        ArgumentNullException.ThrowIfNull(edition);
        return
        [
            .. edition.Data.Rules.OrderByDescending(rule => edition.Rank(rule.Tier))
                .Select(rule => new RuleWords(
                    rule.Id, rule.Tier, string.Join("; ", When(rule.When)), rule.Clause, rule.Reason)),
        ];
    }

    private static IEnumerable<string> When(ConditionData when)
    {
        if (when.Kinds is { } kinds)
            yield return $"kind {Or(kinds)}";

        if (when.Areas is { } areas)
            yield return $"area {Or(areas)}";

        if (when.DataClasses is { } classes)
            yield return $"data {Or(classes)}";

        if (when.Autonomy is { } autonomy)
            yield return $"it {Or(autonomy)}";

        if (when.Production is { } production)
            yield return production ? "in production" : "outside production";

        if (when.ExposureAtLeast is { } amounts)
            yield return $"at stake at least {Or([.. amounts.Select(a => $"{a.Value} {a.Key}")])}";
    }

    private static string Or(IReadOnlyList<string> words) => string.Join(" or ", words);
}
