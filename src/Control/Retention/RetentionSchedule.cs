using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Control.Retention;

/// <summary>How long contents of a class stay where no system's approved terms say so.</summary>
/// <param name="Class">Retention class.</param>
/// <param name="Keep">Span: <c>Nd</c>, <c>Nmo</c> or <c>Ny</c>.</param>
/// <param name="Source">Why so long.</param>
public sealed record ClassTerm(string Class, string Keep, string Source);

/// <summary>A term that the law of a place sets: contents it covers stay at least so long. What is null covers
/// all.</summary>
/// <param name="Jurisdiction">As systems name theirs, for example <c>EU</c>.</param>
/// <param name="Class">Retention class.</param>
/// <param name="Tier">Risk tier.</param>
/// <param name="Keep">Span: <c>Nd</c>, <c>Nmo</c> or <c>Ny</c>.</param>
/// <param name="Source">The rule.</param>
public sealed record LegalTerm(string? Jurisdiction, string? Class, string? Tier, string Keep, string Source);

/// <summary>
/// Terms by class and jurisdiction, as data: an edition of this build, or the customer's own in the platform's
/// settings. A system's approved terms say how long its own class stays; the schedule says the rest, and lengthens
/// where a law asks for more.
/// </summary>
public sealed record RetentionSchedule
{
    public required int Edition { get; init; }

    /// <summary>For classes that nothing names.</summary>
    public required string Default { get; init; }

    public required IReadOnlyList<ClassTerm> Classes { get; init; }

    public required IReadOnlyList<LegalTerm> AtLeast { get; init; }

    /// <summary>Digest of the schedule's canonical form: a run names it.</summary>
    [JsonIgnore]
    public string Digest => Provost.Ledger.Statements.Digest.Of(
        CanonicalJson.From(JsonSerializer.SerializeToElement(this, RetentionJson.Default.RetentionSchedule)));

    /// <summary>The newest edition that this build carries.</summary>
    public static RetentionSchedule Load()
    {
        using var json = typeof(RetentionSchedule).Assembly.GetManifestResourceStream(
            "Provost.Control.Retention.retention-1.json")
            ?? throw new InvalidOperationException("The schedule is missing from the build.");
        return JsonSerializer.Deserialize(json, RetentionJson.Default.RetentionSchedule)!;
    }

    /// <summary>What is wrong with a schedule, in words; null when nothing is.</summary>
    public string? Fault()
    {
        var spans = Classes.Select(c => c.Keep).Concat(AtLeast.Select(a => a.Keep)).Append(Default);
        if (spans.FirstOrDefault(s => !Span.TryParse(s, out _)) is { } wrong)
            return $"'{wrong}' is no span. Write days, months or years, as 90d, 24mo or 10y.";

        return Classes.GroupBy(c => c.Class).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? $"The class {twice.Key} is named twice. Name each class once."
            : null;
    }

    /// <summary>When contents of a class end whose month ended then, and by which rule.</summary>
    /// <param name="kind">Retention class.</param>
    /// <param name="approved">Term in the approved terms of their system, where these name this class.</param>
    /// <param name="tier">Tier of the system, null without one.</param>
    /// <param name="jurisdictions">Where the system's law is.</param>
    /// <param name="from">End of the month.</param>
    public (DateTimeOffset Due, string Rule) TermOf(
        string kind, Span? approved, string? tier, IReadOnlyList<string> jurisdictions, DateTimeOffset from)
    {
        var named = Classes.FirstOrDefault(c => c.Class == kind);
        var (due, rule) = approved is { } keep
            ? (keep.After(from), $"{keep} by the approved terms")
            : named is not null
                ? (Span.Parse(named.Keep).After(from), $"{named.Keep} by the schedule: {named.Source}")
                : (Span.Parse(Default).After(from), $"{Default} by the schedule's default");
        foreach (var (law, until) in LawsOn(kind, tier, jurisdictions, from))
        {
            if (until > due)
                (due, rule) = (until, $"at least {law.Keep}: {law.Source}");
        }

        return (due, rule);
    }

    /// <summary>Laws that still ask for contents of a class at an instant, each in words with its last day.</summary>
    /// <param name="kind">Retention class.</param>
    /// <param name="tier">Tier of the system, null without one.</param>
    /// <param name="jurisdictions">Where the system's law is.</param>
    /// <param name="from">End of the month of the contents.</param>
    /// <param name="at">The instant.</param>
    public IReadOnlyList<string> DutiesOf(
        string kind, string? tier, IReadOnlyList<string> jurisdictions, DateTimeOffset from, DateTimeOffset at) =>
    [
        .. LawsOn(kind, tier, jurisdictions, from).Where(l => l.Until > at).Select(l => string.Create(
            CultureInfo.InvariantCulture,
            $"{l.Law.Source}, at least {l.Law.Keep}, until {l.Until.UtcDateTime:yyyy-MM-dd}")),
    ];

    private IEnumerable<(LegalTerm Law, DateTimeOffset Until)> LawsOn(
        string kind, string? tier, IReadOnlyList<string> jurisdictions, DateTimeOffset from) =>
        AtLeast
            .Where(law => (law.Class is null || law.Class == kind) && (law.Tier is null || law.Tier == tier)
                && (law.Jurisdiction is null || jurisdictions.Contains(law.Jurisdiction)))
            .Select(law => (law, Span.Parse(law.Keep).After(from)));
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    PropertyNameCaseInsensitive = false)]
[JsonSerializable(typeof(RetentionSchedule))]
internal sealed partial class RetentionJson : JsonSerializerContext;
