using System.Globalization;
using System.Text.Json;
using Provost.Control.Governance;
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
    private const string Outside = "test"; // an environment that is not production, and nothing special

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

    /// <summary>Where the edition says it comes from.</summary>
    public string Source => _data.Source;

    /// <summary>How long a system whose duties rose with this edition may serve under its older warrant; null in
    /// edition 1.</summary>
    public Span? Reapproval => _data.Reapproval is { } span ? Span.Parse(span) : null;

    internal TaxonomyData Data => _data;

    /// <summary>The edition as a file holds it, without the members that it does not use.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(_data, TaxonomyJson.Default.TaxonomyData);

    /// <summary>The edition this build carries, which holds until another is applied.</summary>
    public static Taxonomy BuiltIn { get; } = Load();

    /// <summary>The edition this build carries, read again.</summary>
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
        var faults = TaxonomySchema.Faults(data, null);
        return faults.Count == 0
            ? new Taxonomy(data)
            : throw new InvalidDataException(
                $"The taxonomy is unsound: {string.Join(" ", faults.Select(f => f.Message))}");
    }

    /// <summary>An edition that an organisation brings, held against the one that this build carries.</summary>
    /// <returns>The edition, or everything that is wrong with it, each with its place.</returns>
    internal static (Taxonomy? Edition, IReadOnlyList<FaultDetail> Faults) Read(TaxonomyData data)
    {
        var faults = TaxonomySchema.Faults(data, BuiltIn._data);
        return faults.Count == 0 ? (new Taxonomy(data), faults) : (null, faults);
    }

    /// <summary>Whether an environment counts as production; the edition's list is the one rule's.</summary>
    public bool IsProduction(string environment) => SigningQuorum.IsProduction(environment);

    /// <summary>The tier of a system in one environment, with the reasons in plain words.</summary>
    public TierDecision Decide(SystemDocument system, string environment) =>
        Decide(IntakeFacts.Of(system), environment);

    /// <summary>The same for answers as the log holds them.</summary>
    public TierDecision Decide(IntakeFacts intake, string environment)
    {
        ArgumentNullException.ThrowIfNull(intake);
        var unknown = UnknownWords(intake);
        if (unknown.Count > 0)
            return new TierDecision.Unknown(unknown);

        var applying = _data.Rules.Where(rule => Applies(rule.When, intake, environment)).ToList();
        var forbidden = _data.Practices.Where(practice => intake.Practices.Contains(practice.Id))
            .Select(practice => new TierReason(practice.Id, practice.Clause, practice.Meaning))
            .Concat(applying.Where(rule => rule.Tier == Prohibited).Select(Reason))
            .DistinctBy(reason => reason.Clause)
            .ToList();
        if (forbidden.Count > 0)
            return new TierDecision.Forbidden(forbidden);

        var tier = _data.Tiers[applying.Count == 0 ? 0 : applying.Max(rule => Rank(rule.Tier))];
        var reasons = applying.Where(rule => rule.Tier == tier.Id).Select(Reason).ToList();
        if (reasons.Count == 0)
            reasons.Add(new TierReason("lowest", null, "No rule of the taxonomy asks for more."));

        return new TierDecision.Tiered(
            tier.Floor ?? tier.Id, DutiesIn(tier, environment), reasons, Shortfalls(tier, intake))
        {
            OwnTier = tier.Floor is null ? null : tier.Id,
        };
    }

    /// <summary>The duties of a tier, for a system whose tier is already settled.</summary>
    /// <exception cref="ArgumentException">This edition has no such tier.</exception>
    public TierDuties DutiesOf(string tier, string environment) => DutiesIn(
        _data.Tiers.FirstOrDefault(t => t.Id == tier)
            ?? throw new ArgumentException($"Edition {Edition} has no tier '{tier}'.", nameof(tier)),
        environment);

    /// <summary>The duties, with no relief in the experimental lane where this edition asks for more persons outside
    /// production than edition 1 does: of the tier, or of the lowest one, above which nothing asks for less.</summary>
    private TierDuties DutiesIn(TierData tier, string environment)
    {
        var asksMore = _data.Tiers[0].Quorum.Elsewhere > 1
            || tier.Quorum.Elsewhere > SigningQuorum.Persons(tier.Floor ?? tier.Id, Outside);
        return Duties(tier, asksMore && environment == SigningQuorum.Experimental ? Outside : environment);
    }

    private static TaxonomyWord Word(TermData term) => new(term.Id, term.Meaning, term.Clause);

    private static TierReason Reason(RuleData rule) => new(rule.Id, rule.Clause, rule.Reason);

    /// <summary>How high a tier stands: 0 is the lowest; above all where there is no such tier.</summary>
    internal int Rank(string tier) => _data.Tiers.TakeWhile(t => t.Id != tier).Count();

    private List<IntakeFault> UnknownWords(IntakeFacts intake)
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

        if (intake.Money() is not { } money || !_currencies.Contains(money.Currency))
        {
            faults.Add(new IntakeFault("spec.intake.exposure",
                $"The taxonomy has no thresholds for {intake.Exposure}.",
                $"Write the amount in one of: {string.Join(", ", _currencies.Order(StringComparer.Ordinal))}."));
        }

        return faults;
    }

    private IntakeFault Unknown(string path, string noun, string word, IReadOnlyList<TermData> known) => new(
        path,
        $"Edition {Edition} of the taxonomy has no {noun} '{word}'.",
        $"Write one of: {string.Join(", ", known.Select(term => term.Id))}.");

    private static bool Applies(ConditionData when, IntakeFacts intake, string environment) =>
        (when.Kinds?.Contains(intake.Kind) ?? true)
            && (when.Areas?.Contains(intake.AnnexIII) ?? true)
            && (when.DataClasses?.Any(intake.DataClasses.Contains) ?? true)
            && (when.Autonomy?.Contains(intake.Autonomy) ?? true)
            && (when.Production is null || when.Production == SigningQuorum.IsProduction(environment))
            && (when.ExposureAtLeast is not { } amounts
                || intake.Money() is not { } money || money.Amount >= Amount(amounts[money.Currency]));

    private static decimal Amount(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    internal static TierDuties Duties(TierData tier, string environment) => new()
    {
        Quorum = new Quorum(
            SigningQuorum.IsProduction(environment) ? tier.Quorum.Production
                : environment == SigningQuorum.Experimental ? SigningQuorum.Persons(tier.Floor ?? tier.Id, environment)
                : tier.Quorum.Elsewhere,
            tier.Quorum.RecomputedDigest)
        {
            Also = tier.Quorum.Also ?? [],
        },
        FailModes = tier.FailModes,
        Durability = tier.Durability,
        IntentBeforePrompt = tier.IntentBeforePrompt,
        RefuseOnLateRecord = tier.RefuseOnLateRecord,
        Lease = TimeSpan.FromMinutes(tier.LeaseMinutes),
        MinimumKeep = Span.Parse(tier.MinimumKeep),
        Custody = tier.Custody,
        Requires = tier.Requires,
        Signals = tier.Signals ?? [],
        Evidence = tier.Evidence ?? [],
        ReviewEvery = tier.ReviewEvery is { } often ? Span.Parse(often) : null,
        Autonomy = tier.Oversight?.Autonomy is { Count: < 4 } alone ? alone : null,
        Offices = tier.Oversight?.Offices ?? [],
    };

    private static List<IntakeFault> Shortfalls(TierData tier, IntakeFacts system)
    {
        var faults = new List<IntakeFault>();
        if (!tier.FailModes.Contains(system.FailMode))
        {
            faults.Add(new IntakeFault("spec.failMode",
                $"Tier {tier.Id} does not allow failMode: {system.FailMode}.",
                $"Write one of: {string.Join(", ", tier.FailModes)}."));
        }

        if (!Span.TryParse(system.Keep, out var keep)
            || keep.ApproximateDays < Span.Parse(tier.MinimumKeep).ApproximateDays)
        {
            faults.Add(new IntakeFault("spec.retention.keep",
                $"Tier {tier.Id} keeps records for at least {tier.MinimumKeep}.",
                $"Write {tier.MinimumKeep} or longer."));
        }

        if (tier.Oversight is { } oversight && !oversight.Autonomy.Contains(system.Autonomy))
        {
            faults.Add(new IntakeFault("spec.intake.autonomy",
                $"Tier {tier.Id} lets no system work that {Alone(system.Autonomy)}: a person decides.",
                $"Have it do one of: {string.Join(", ", oversight.Autonomy)}."));
        }

        foreach (var office in (tier.Oversight?.Offices ?? []).Where(office => !system.Offices.Contains(office)))
        {
            var path = office == "deputy" ? "spec.owners.deputy" : $"spec.contacts.{office}";
            faults.Add(new IntakeFault(
                path, $"Tier {tier.Id} needs somebody named there.", "Name a person's address."));
        }

        return faults;
    }

    private static string Alone(string autonomy) => autonomy switch
    {
        "decides" => "decides alone",
        "acts" => "acts alone",
        var other => other,
    };
}
