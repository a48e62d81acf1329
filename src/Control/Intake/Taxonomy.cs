using System.Globalization;
using System.Text.Json;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Control.Intake;

/// <summary>A word of the taxonomy.</summary>
/// <param name="Clause">The clause it stands in; null for a word of the taxonomy's own.</param>
public sealed record TaxonomyWord(string Id, string Meaning, string? Clause);

/// <summary>
/// An edition of the risk taxonomy: data, not code, so that "high" means one thing to all teams. The highest tier of
/// any rule that applies is the tier; with none it is the lowest.
/// </summary>
public sealed class Taxonomy
{
    private const string Prohibited = "prohibited";
    private const string NoArea = "none";

    private readonly TaxonomyData _data;
    private readonly HashSet<string> _currencies;

    private Taxonomy(TaxonomyData data)
    {
        _data = data;
        _currencies = [.. data.Rules.SelectMany(rule => rule.When.ExposureAtLeast?.Keys ?? [])];
    }

    public int Edition => _data.Edition;

    /// <summary>The kinds of systems, as manifests name them.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["llm", "model", "agent", "vendor", "chain"];

    /// <summary>The tiers from the lowest to the highest, without <c>prohibited</c>.</summary>
    public IReadOnlyList<string> Tiers => [.. _data.Tiers.Select(tier => tier.Id)];

    /// <summary>Words for data, with what they mean.</summary>
    public IReadOnlyList<TaxonomyWord> DataClasses => [.. _data.DataClasses.Select(Word)];

    /// <summary>Areas of the EU AI Act's Annex III.</summary>
    public IReadOnlyList<TaxonomyWord> Areas => [.. _data.Areas.Select(Word)];

    /// <summary>Practices that no approval makes admissible.</summary>
    public IReadOnlyList<TaxonomyWord> Practices => [.. _data.Practices.Select(Word)];

    internal TaxonomyData Data => _data;

    /// <summary>The edition this build carries.</summary>
    public static Taxonomy Load()
    {
        const string name = "Provost.Control.Intake.taxonomy-1.json";
        using var stream = typeof(Taxonomy).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        return Load(stream);
    }

    internal static Taxonomy Load(Stream json)
    {
        var data = JsonSerializer.Deserialize(json, TaxonomyJson.Default.TaxonomyData)
            ?? throw new InvalidDataException("The taxonomy is empty.");
        var faults = TaxonomySchema.Faults(data);
        return faults.Count == 0
            ? new Taxonomy(data)
            : throw new InvalidDataException($"The taxonomy is unsound: {string.Join(" ", faults)}");
    }

    /// <summary>Whether an environment counts as production; the edition's list is the one rule's.</summary>
    public bool IsProduction(string environment) => SigningQuorum.IsProduction(environment);

    /// <summary>The tier of a system in one environment, with the reasons in plain words.</summary>
    public TierDecision Decide(SystemDocument system, string environment)
    {
        var unknown = UnknownWords(system.Intake);
        if (unknown.Count > 0)
        {
            return new TierDecision.Unknown(unknown);
        }

        var applying = _data.Rules.Where(rule => Applies(rule.When, system, environment)).ToList();
        var forbidden = _data.Practices.Where(practice => system.Intake.Practices.Contains(practice.Id))
            .Select(practice => new TierReason(practice.Id, practice.Clause, practice.Meaning))
            .Concat(applying.Where(rule => rule.Tier == Prohibited).Select(Reason))
            .DistinctBy(reason => reason.Clause)
            .ToList();
        if (forbidden.Count > 0)
        {
            return new TierDecision.Forbidden(forbidden);
        }

        var tier = _data.Tiers[applying.Count == 0 ? 0 : applying.Max(rule => Rank(rule.Tier))];
        var reasons = applying.Where(rule => rule.Tier == tier.Id).Select(Reason).ToList();
        if (reasons.Count == 0)
        {
            reasons.Add(new TierReason("lowest", null, "No rule of the taxonomy asks for more."));
        }

        return new TierDecision.Tiered(tier.Id, Duties(tier, environment), reasons, Shortfalls(tier, system));
    }

    /// <summary>The duties of a tier, for a system whose tier is already settled.</summary>
    /// <exception cref="ArgumentException">This edition has no such tier.</exception>
    public TierDuties DutiesOf(string tier, string environment) => Duties(
        _data.Tiers.FirstOrDefault(t => t.Id == tier)
            ?? throw new ArgumentException($"Edition {Edition} has no tier '{tier}'.", nameof(tier)),
        environment);

    private static TaxonomyWord Word(TermData term) => new(term.Id, term.Meaning, term.Clause);

    private static TierReason Reason(RuleData rule) => new(rule.Id, rule.Clause, rule.Reason);

    private int Rank(string tier) => _data.Tiers.TakeWhile(t => t.Id != tier).Count();

    private List<IntakeFault> UnknownWords(SystemIntake intake)
    {
        var faults = new List<IntakeFault>();
        foreach (var word in intake.DataClasses.Where(word => _data.DataClasses.All(term => term.Id != word)))
        {
            faults.Add(Unknown("spec.intake.dataClasses", "data class", word, _data.DataClasses));
        }

        foreach (var word in intake.Practices.Where(word => _data.Practices.All(term => term.Id != word)))
        {
            faults.Add(Unknown("spec.intake.practices", "practice", word, _data.Practices));
        }

        if (intake.AnnexIII != NoArea && _data.Areas.All(term => term.Id != intake.AnnexIII))
        {
            faults.Add(Unknown("spec.intake.annexIII", "area", intake.AnnexIII,
                [new TermData(NoArea, ""), .. _data.Areas]));
        }

        if (!_currencies.Contains(intake.Exposure.Currency))
        {
            faults.Add(new IntakeFault("spec.intake.exposure",
                $"The taxonomy has no thresholds in {intake.Exposure.Currency}.",
                $"Write the amount in one of: {string.Join(", ", _currencies.Order(StringComparer.Ordinal))}."));
        }

        return faults;
    }

    private IntakeFault Unknown(string path, string noun, string word, IReadOnlyList<TermData> known) => new(
        path,
        $"Edition {Edition} of the taxonomy has no {noun} '{word}'.",
        $"Write one of: {string.Join(", ", known.Select(term => term.Id))}.");

    private bool Applies(ConditionData when, SystemDocument system, string environment)
    {
        var intake = system.Intake;
        return (when.Kinds?.Contains(system.Kind) ?? true)
            && (when.Areas?.Contains(intake.AnnexIII) ?? true)
            && (when.DataClasses?.Any(intake.DataClasses.Contains) ?? true)
            && (when.Autonomy?.Contains(intake.Autonomy) ?? true)
            && (when.Production is null || when.Production == IsProduction(environment))
            && (when.ExposureAtLeast is null
                || intake.Exposure.Amount >= Amount(when.ExposureAtLeast[intake.Exposure.Currency]));
    }

    private static decimal Amount(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private TierDuties Duties(TierData tier, string environment) => new()
    {
        Quorum = new Quorum(
            IsProduction(environment) ? tier.Quorum.Production : tier.Quorum.Elsewhere, tier.Quorum.RecomputedDigest),
        FailModes = tier.FailModes,
        Durability = tier.Durability,
        IntentBeforePrompt = tier.IntentBeforePrompt,
        RefuseOnLateRecord = tier.RefuseOnLateRecord,
        Lease = TimeSpan.FromMinutes(tier.LeaseMinutes),
        MinimumKeep = Span.Parse(tier.MinimumKeep),
        Custody = tier.Custody,
        Requires = tier.Requires,
    };

    private static List<IntakeFault> Shortfalls(TierData tier, SystemDocument system)
    {
        var faults = new List<IntakeFault>();
        if (!tier.FailModes.Contains(system.FailMode))
        {
            faults.Add(new IntakeFault("spec.failMode",
                $"Tier {tier.Id} does not allow failMode: {system.FailMode}.",
                $"Write one of: {string.Join(", ", tier.FailModes)}."));
        }

        if (system.Retention.Keep.ApproximateDays < Span.Parse(tier.MinimumKeep).ApproximateDays)
        {
            faults.Add(new IntakeFault("spec.retention.keep",
                $"Tier {tier.Id} keeps records for at least {tier.MinimumKeep}.",
                $"Write {tier.MinimumKeep} or longer."));
        }

        return faults;
    }
}
