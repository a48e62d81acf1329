using System.Globalization;
using Provost.Control.Governance;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Control.Intake;

/// <summary>
/// What an edition must satisfy before it may decide anything. The one that this build carries is held to it by a test;
/// one that an organisation brings is also held against that one, so that no edition asks for less than the law or than
/// what gateways and verifiers enforce.
/// </summary>
internal sealed class TaxonomySchema
{
    private const string Prohibited = "prohibited";
    private const int LongestId = 40;
    private const int LongestText = 500;

    private static readonly string[] FailModes = ["closed", "fallback", "open"];
    private static readonly string[] Autonomy = ["answers", "recommends", "decides", "acts"];
    private static readonly string[] Parts = ["thresholds", "fallback"];
    private static readonly string[] Signals = ["latency", "drift"];
    private static readonly string[] Evidence = ["test"];
    private static readonly string[] Also = ["compliance"];
    private static readonly string[] Offices = ["deputy", "security", "compliance", "data"];

    private readonly TaxonomyData _data;
    private readonly TaxonomyData? _least;
    private readonly List<FaultDetail> _faults = [];

    private TaxonomySchema(TaxonomyData data, TaxonomyData? least)
    {
        _data = data;
        _least = least;
    }

    /// <summary>Everything that is wrong, each with its place and remedy.</summary>
    /// <param name="data">The edition.</param>
    /// <param name="least">The edition that it may not fall short of; null for that edition itself.</param>
    public static IReadOnlyList<FaultDetail> Faults(TaxonomyData data, TaxonomyData? least)
    {
        var schema = new TaxonomySchema(data, least);
        schema.Check();
        if (least is not null && schema._faults.Count == 0)
            schema._faults.AddRange(TaxonomyFloor.Faults(data, least));

        return schema._faults;
    }

    private void Check()
    {
        Need(_data.Edition > 0, "edition", "An edition has a number.", "Write the number in force plus one.");
        Need(IsText(_data.Source), "source", "An edition says where it comes from.", "Name the law and the policy.");
        Need(_data.Tiers.Count > 1, "tiers", "It needs tiers.", "Take over those of the edition in force.");
        Need(SigningQuorum.NonProduction.SetEquals(_data.NonProduction), "nonProduction",
            "Gateways and verifiers count other environments as production.",
            $"Write: {string.Join(", ", SigningQuorum.NonProduction.Order(StringComparer.Ordinal))}.");
        Need(_least is null || Span.TryParse(_data.Reapproval ?? "", out _), "reapproval",
            "It says within which time systems are approved again whose duties rise.", "Write a span, as 30d.");
        CheckWords();
        for (var at = 0; at < _data.Tiers.Count; at++)
            CheckTier(_data.Tiers[at], $"tiers[{at}]", at == 0);

        for (var at = 0; at < _data.Rules.Count; at++)
            CheckRule(_data.Rules[at], $"rules[{at}]");

        // Two tiers with the same duties are one tier by accident.
        Unique(_data.Tiers.Select(Duties), "tiers", "duties");
    }

    private void CheckWords()
    {
        Unique(_data.Tiers.Select(tier => tier.Id), "tiers", "names");
        Unique(_data.Rules.Select(rule => rule.Id), "rules", "names");
        foreach (var (words, path) in new[]
        {
            (_data.DataClasses, "dataClasses"), (_data.Areas, "areas"), (_data.Practices, "practices"),
        })
        {
            Unique(words.Select(term => term.Id), path, "names");
            for (var at = 0; at < words.Count; at++)
            {
                Need(IsId(words[at].Id) && IsText(words[at].Meaning) && (words[at].Clause is not { } c || IsText(c)),
                    $"{path}[{at}]", "A word has a name (a-z, 0-9, -) and a meaning.",
                    $"Shorten it to {LongestId} and {LongestText} characters.");
                Need(path == "dataClasses" || words[at].Clause is { Length: > 0 }, $"{path}[{at}].clause",
                    "Areas and practices need their clause.", "Name the law or the policy that says so.");
            }
        }
    }

    private static string Duties(TierData tier) => string.Join("|", tier.Quorum.Production, tier.Quorum.Elsewhere,
        tier.Quorum.RecomputedDigest, Words(tier.Quorum.Also), tier.IntentBeforePrompt, tier.LeaseMinutes,
        tier.MinimumKeep, tier.Custody, Words(tier.FailModes), Words(tier.Requires), Words(tier.Signals),
        Words(tier.Evidence), tier.ReviewEvery, Words(tier.Oversight?.Autonomy), Words(tier.Oversight?.Offices));

    private static string Words(IReadOnlyList<string>? words) =>
        string.Join(",", (words ?? []).Order(StringComparer.Ordinal));

    private void CheckTier(TierData tier, string at, bool isLowest)
    {
        Need(IsId(tier.Id) && tier.Id != Prohibited && IsText(tier.Meaning), at,
            "A tier has a name (a-z, 0-9, -) that is not prohibited, and a meaning.", "Name it otherwise.");
        Need(tier.FailModes.Count > 0 && AllIn(tier.FailModes, FailModes), $"{at}.failModes", "Unknown fail mode.",
            $"Write some of: {string.Join(", ", FailModes)}.");
        Need(isLowest || !tier.FailModes.Contains("open"), $"{at}.failModes", "Open is for the lowest tier.",
            "Leave it out.");
        Need(tier.Durability is "local", $"{at}.durability", "This build has durability local.", "Write local.");
        Need(tier.Quorum is { Production: 2, Elsewhere: 1 or 2 }, $"{at}.quorum",
            "The quorum is 1 or 2, in production 2.", "Have further roles sign with also.");
        Need(isLowest || tier.Quorum.Elsewhere == 2, $"{at}.quorum.elsewhere",
            "One person suffices only in the lowest tier.", "Write 2.");
        var needed = SigningQuorum.Persons(tier.Floor ?? tier.Id, SigningQuorum.NonProduction.First());
        Need(_least is null ? tier.Quorum.Elsewhere == needed : tier.Quorum.Elsewhere >= needed,
            $"{at}.quorum.elsewhere", "Gateways and verifiers ask for another quorum.", $"Write {needed}.");
        Need(AllIn(tier.Quorum.Also ?? [], Also), $"{at}.quorum.also", "Unknown role.",
            $"Write none or: {string.Join(", ", Also)}.");
        Need(tier.LeaseMinutes > 0, $"{at}.leaseMinutes", "A lease is longer than nothing.", "Write minutes.");
        Need(Span.TryParse(tier.MinimumKeep, out _), $"{at}.minimumKeep", "It is no span.", "Write one, as 6mo.");
        Need(tier.Custody is "C0" or "C1", $"{at}.custody", "Custody is C0 or C1.", "Write one of them.");
        Need(AllIn(tier.Requires, Parts), $"{at}.requires", "Unknown part of a release.",
            $"Write some of: {string.Join(", ", Parts)}.");
        if (_least is not null)
            CheckBrought(tier, at);
    }

    /// <summary>What an edition says of each tier since edition 2.</summary>
    private void CheckBrought(TierData tier, string at)
    {
        Need(tier.Signals is { } signals && AllIn(signals, Signals), $"{at}.signals",
            "A tier names the signals that a release is watched by.",
            $"Write none ([]) or some of: {string.Join(", ", Signals)}.");
        Need(tier.Evidence is { } evidence && AllIn(evidence, Evidence), $"{at}.evidence",
            "A tier names the evidence that comes before an approval.",
            $"Write none ([]) or some of: {string.Join(", ", Evidence)}.");
        Need(Span.TryParse(tier.ReviewEvery ?? "", out _), $"{at}.reviewEvery",
            "A tier says how often a system is looked at again.", "Write a span, as 6mo.");
        Need(tier.Oversight is { } oversight && oversight.Autonomy.Count > 0 && AllIn(oversight.Autonomy, Autonomy),
            $"{at}.oversight.autonomy", "A tier says what systems may do alone.",
            $"Write some of: {string.Join(", ", Autonomy)}.");
        Need(AllIn(tier.Oversight?.Offices ?? [], Offices), $"{at}.oversight.offices", "Unknown office.",
            $"Write none ([]) or some of: {string.Join(", ", Offices)}.");
    }

    private void CheckRule(RuleData rule, string at)
    {
        var when = rule.When;
        Need(IsId(rule.Id) && IsText(rule.Reason), at, "A rule has a name (a-z, 0-9, -) and a reason.", "Write both.");
        Need(rule.Tier == Prohibited || _data.Tiers.Any(tier => tier.Id == rule.Tier), $"{at}.tier",
            $"Unknown tier {rule.Tier}.",
            $"Write one of: {string.Join(", ", _data.Tiers.Select(t => t.Id))}, {Prohibited}.");
        Need(rule.Tier != Prohibited || rule.Clause is { Length: > 0 }, $"{at}.clause",
            "A prohibition needs its clause.", "Name the law or the policy that says so.");
        Need(when != new ConditionData(), $"{at}.when", "It applies to everything.", "Say when it applies.");
        Need(SomeIn(when.Kinds, Taxonomy.Kinds), $"{at}.when.kinds", "Unknown kind.",
            $"Write some of: {string.Join(", ", Taxonomy.Kinds)}.");
        Need(SomeIn(when.Autonomy, Autonomy), $"{at}.when.autonomy", "Unknown autonomy.",
            $"Write some of: {string.Join(", ", Autonomy)}.");
        Need(SomeIn(when.Areas, [.. _data.Areas.Select(term => term.Id)]), $"{at}.when.areas", "Unknown area.",
            "Write words of areas.");
        Need(SomeIn(when.DataClasses, [.. _data.DataClasses.Select(term => term.Id)]), $"{at}.when.dataClasses",
            "Unknown data class.", "Write words of dataClasses.");
        Need(when.ExposureAtLeast?.Values.All(IsAmount) ?? true, $"{at}.when.exposureAtLeast",
            "An amount is no decimal.", "Write each as text, as \"10000\".");
        Need(HasEveryCurrency(when), $"{at}.when.exposureAtLeast", "Every rule about money needs every currency.",
            "Write the amount in each of them.");
    }

    private bool HasEveryCurrency(ConditionData when) => when.ExposureAtLeast is not { } amounts
        || (amounts.Count > 0 && _data.Rules.All(other => other.When.ExposureAtLeast is not { } others
            || others.Keys.ToHashSet().SetEquals(amounts.Keys)));

    private static bool AllIn(IReadOnlyList<string>? words, IReadOnlyList<string> known) =>
        words is null || (words.All(known.Contains) && words.Distinct().Count() == words.Count);

    private static bool SomeIn(IReadOnlyList<string>? words, IReadOnlyList<string> known) =>
        words is not { Count: 0 } && AllIn(words, known);

    private static bool IsAmount(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);

    private static bool IsId(string text) => text.Length is > 0 and <= LongestId
        && text.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-');

    private static bool IsText(string text) =>
        text.Trim().Length > 0 && text.Length <= LongestText && !text.Any(char.IsControl);

    private void Unique(IEnumerable<string> ids, string path, string what)
    {
        var all = ids.ToList();
        Need(all.Distinct().Count() == all.Count, path, $"The {what} are not distinct.",
            "Two of them say the same: leave one out, or make them differ.");
    }

    private void Need(bool holds, string path, string message, string remedy)
    {
        if (!holds)
            _faults.Add(new FaultDetail(path, message, remedy));
    }
}
