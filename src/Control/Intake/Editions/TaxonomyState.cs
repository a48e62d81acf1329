using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;

namespace Provost.Control.Intake.Editions;

/// <summary>An edition, in force or before.</summary>
/// <param name="Document">As it was brought; null for the one of the build.</param>
/// <param name="Digest">Of its canonical JSON; null likewise.</param>
/// <param name="ProposedBy">Null likewise.</param>
/// <param name="AppliedBy">Null likewise, and while only one person has signed.</param>
public sealed record TaxonomyEdition(
    Taxonomy Rules, JsonElement? Document, string? Digest, string? ProposedBy, DateTimeOffset? ProposedAt,
    string? AppliedBy, DateTimeOffset? AppliedAt);

/// <summary>
/// The editions of the taxonomy. The one of the build comes first; every later one was brought by one person and signed
/// by another, compliance among them. Old records keep the edition that they name.
/// </summary>
public sealed record TaxonomyState
{
    /// <summary>How long an edition waits for its second person.</summary>
    public static readonly TimeSpan ProposalLife = TimeSpan.FromDays(7);

    /// <summary>The verb of the act that both persons sign.</summary>
    internal const string ActVerb = "taxonomy";

    internal static readonly FrozenSet<string> Verbs =
        new[] { TaxonomyProposed.Verb, TaxonomyApplied.Verb }.ToFrozenSet();

    internal static readonly TaxonomyState Empty = new();

    /// <summary>Every edition that is or was in force, oldest first.</summary>
    public ImmutableList<TaxonomyEdition> Editions { get; init; } =
        [new TaxonomyEdition(Taxonomy.BuiltIn, null, null, null, null, null, null)];

    /// <summary>The one that was brought last and waits for a second person; null when none does.</summary>
    public TaxonomyEdition? Proposed { get; init; }

    /// <summary>The edition in force.</summary>
    public Taxonomy InForce => Editions[^1].Rules;

    /// <summary>An edition by its number; null when there is none.</summary>
    public TaxonomyEdition? Find(int edition) => Editions.Find(e => e.Rules.Edition == edition);

    /// <summary>What waits at an instant.</summary>
    public TaxonomyEdition? Waiting(DateTimeOffset at) =>
        Proposed is { ProposedAt: { } since } waiting && at < since + ProposalLife ? waiting : null;

    /// <summary>What the edition that a system was tiered by asks of it.</summary>
    public TierDuties DutiesOf(SystemState system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return (Find(system.Taxonomy)?.Rules ?? InForce).DutiesOf(system.NamedTier, system.Key.Environment);
    }

    /// <summary>The object of the act.</summary>
    internal static string Target(int edition) => FormattableString.Invariant($"edition {edition}");

    internal Answer<GovernanceState> Apply(GovernanceEntry entry, GovernanceState whole) =>
        entry.Verb == TaxonomyProposed.Verb
            ? Propose(entry, entry.Read<TaxonomyProposed>(), whole)
            : Enact(entry, entry.Read<TaxonomyApplied>(), whole);

    private Answer<GovernanceState> Propose(GovernanceEntry entry, TaxonomyProposed body, GovernanceState whole)
    {
        if (!Permission.MayConfirm(whole, entry.Actor.Id))
            return TaxonomyErrors.MayNot();

        var read = TaxonomyReader.Read(body.Document);
        if (read.Fault is { } unsound)
            return unsound;

        var (rules, document, digest) = (read.Value.Rules, read.Value.Document, read.Value.Digest);
        if (rules.Edition != InForce.Edition + 1)
            return TaxonomyErrors.NotNext(InForce.Edition + 1);

        return SignedAct.Check(entry, whole, ActVerb, Target(rules.Edition), digest) is { } fault
            ? fault
            : whole with
            {
                Taxonomies = this with
                {
                    Proposed = new TaxonomyEdition(rules, document, digest, entry.Actor.Id, entry.Time, null, null),
                },
            };
    }

    private Answer<GovernanceState> Enact(GovernanceEntry entry, TaxonomyApplied body, GovernanceState whole)
    {
        if (Waiting(entry.Time) is not { } waiting || waiting.Digest != body.Document
            || waiting.Rules.Edition != body.Edition || body.Edition != InForce.Edition + 1)
        {
            return TaxonomyErrors.NotProposed();
        }

        var first = waiting.ProposedBy!;
        if (!Permission.MayConfirm(whole, entry.Actor.Id))
            return TaxonomyErrors.MayNot();

        if (entry.Actor.Id == first)
            return TaxonomyErrors.SecondPerson();

        // Who brought it must be able to stand by it still.
        if (!Permission.MayConfirm(whole, first))
            return TaxonomyErrors.NotProposed();

        if (!Permission.MayHold(whole, first) && !Permission.MayHold(whole, entry.Actor.Id))
            return TaxonomyErrors.NeedsCompliance();

        if (SignedAct.Check(entry, whole, ActVerb, Target(body.Edition), body.Document) is { } fault)
            return fault;

        var next = whole with
        {
            Taxonomies = this with
            {
                Proposed = null,
                Editions = Editions.Add(waiting with { AppliedBy = entry.Actor.Id, AppliedAt = entry.Time }),
            },
        };
        return next with { Registry = Tiering.Raise(next, waiting.Rules, entry.Time) };
    }
}
