using System.Collections.Immutable;
using Provost.Control.Intake;
using Provost.Control.Intake.Editions;

namespace Provost.Control.Registry;

/// <summary>One system in one environment: what is registered, approved, ordered and served.</summary>
public readonly record struct SystemKey(string System, string Environment)
{
    public override string ToString() => $"{System}/{Environment}";
}

/// <summary>Person ids. Exactly one business and one technical owner; they may be the same person.</summary>
public sealed record OwnerIds(string Business, string Technical, string? Deputy)
{
    /// <summary>Whether the person holds one of the offices.</summary>
    public bool Includes(string person) => person == Business || person == Technical || person == Deputy;
}

/// <param name="Role"><c>technical</c>, <c>deputy</c> or <c>business</c>.</param>
/// <param name="AfterMs">Milliseconds from the breach.</param>
public sealed record EscalationStepFact(string Role, long AfterMs);

/// <summary>A registered system in one environment.</summary>
public sealed record SystemState
{
    public required SystemKey Key { get; init; }

    /// <summary><c>model</c> or <c>llm</c>.</summary>
    public required string Kind { get; init; }

    public required string Unit { get; init; }

    public required string Purpose { get; init; }

    public required string Population { get; init; }

    /// <summary>Digest of the terms as last declared; a live warrant may still bind older ones.</summary>
    public required string Terms { get; init; }

    /// <summary><c>high</c>, <c>limited</c> or <c>minimal</c>, by <see cref="Taxonomy"/>: the tier of the
    /// Act.</summary>
    public required string Tier { get; init; }

    public required int Taxonomy { get; init; }

    /// <summary>The organisation's own tier above <see cref="Tier"/>; null where that is the Act's alone.</summary>
    public string? OwnTier { get; init; }

    /// <summary>The tier as people name it.</summary>
    public string NamedTier => OwnTier ?? Tier;

    /// <summary>The answers that decide the tier; null where the manifest was applied before they stood in the
    /// log.</summary>
    public IntakeFacts? Intake { get; init; }

    /// <summary>The last edition of the taxonomy that asks more of it than the one it was tiered by then; null while
    /// none did.</summary>
    public TierRise? Risen { get; init; }

    /// <summary>Owners in force.</summary>
    public required OwnerIds Owners { get; init; }

    /// <summary>Owners named since, who have not all accepted; null when the declared owners are in force.</summary>
    public OwnerIds? Proposed { get; init; }

    public required IReadOnlyList<EscalationStepFact> Escalation { get; init; }

    /// <summary>Office (security, compliance, data) to person id, as far as the persons are in the roster.</summary>
    public required IReadOnlyDictionary<string, string> Contacts { get; init; }

    /// <summary>Names of the data sources.</summary>
    public IReadOnlyList<string> DataSources { get; init; } = [];

    /// <summary>Names of the systems that use its answers.</summary>
    public IReadOnlyList<string> Downstream { get; init; } = [];

    /// <summary>Who registered it first.</summary>
    public required string Registrant { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset Changed { get; init; }

    /// <summary>When a pipeline last applied what stands; null while none has since <see cref="Changed"/>.</summary>
    public DateTimeOffset? LastVerified { get; init; }

    /// <summary>When a manifest last said what stands here.</summary>
    public DateTimeOffset Verified => LastVerified is { } at && at > Changed ? at : Changed;

    /// <summary>When it ended for good; null while it has not.</summary>
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>Who ended it.</summary>
    public string? RetiredBy { get; init; }

    /// <summary>Since when <see cref="Proposed"/> is offered; null while nothing is.</summary>
    public DateTimeOffset? OfferedAt { get; init; }

    /// <summary>Who offered it.</summary>
    public string? OfferedBy { get; init; }

    /// <summary>Whether it was offered by a handover; a manifest that still names the owners in force does not take
    /// that back.</summary>
    public bool ByHandover { get; init; }

    /// <summary>Owners in force who took their office by a signature of their own, and when.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Accepted { get; init; } = NoTimes;

    /// <summary>When persons last proved the right to pause this system.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Rehearsed { get; init; } = NoTimes;

    /// <summary>Owners in force over time, oldest first.</summary>
    public ImmutableList<OwnershipSpan> History { get; init; } = [];

    /// <summary>The owners as last named: in force when all have accepted.</summary>
    public OwnerIds Named => Proposed ?? Owners;

    private static ImmutableSortedDictionary<string, DateTimeOffset> NoTimes { get; } =
        ImmutableSortedDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>Whether an office waits for this person's acceptance.</summary>
    public bool MayAccept(string person) => Named.Includes(person)
        && (!Accepted.ContainsKey(person) || With(Owners, Named, person) != Owners);

    /// <summary>Whether a declaration of these owners changes nothing.</summary>
    public bool Names(OwnerIds owners) => Named == owners || (ByHandover && Owners == owners);

    /// <summary>Since when an office has been held without a break by who holds it.</summary>
    internal DateTimeOffset HeldSince(Handovers.Office office)
    {
        var since = Since;
        foreach (var span in History.Reverse().TakeWhile(s => Handovers.Ownership.Offices(s.Owners).Contains(office)))
            since = span.From;

        return since;
    }

    /// <summary>The same with the person in every office that was offered, or confirmed in those they hold.</summary>
    internal SystemState AcceptedBy(string person, DateTimeOffset at)
    {
        if (!MayAccept(person))
            return this;

        var owners = With(Owners, Named, person);
        return (this with { Accepted = Accepted.SetItem(person, at) })
            .Offering(owners == Named ? null : Named, OfferedAt, OfferedBy, ByHandover).Under(owners, at, person);
    }

    /// <summary>The same under a new declaration: an office that changes hands waits for acceptance.</summary>
    internal SystemState Declared(SystemState next)
    {
        var owners = Owners with { Deputy = next.Owners.Deputy is null && !ByHandover ? null : Owners.Deputy };
        var same = next with
        {
            Owners = Owners,
            Accepted = Accepted,
            Rehearsed = next.Key == Key ? Rehearsed : NoTimes,
            History = History,
            Registrant = Registrant,
            Since = Since,
            Risen = next.Key == Key ? Risen : null,
        };
        var offered = Names(next.Owners)
            ? same.Offering(Proposed, OfferedAt, OfferedBy, ByHandover)
            : same.Offering(
                next.Owners == owners ? null : next.Owners, next.Changed, next.Registrant, isHandover: false);
        return offered.Under(owners, next.Changed, next.Registrant);
    }

    /// <summary>The same with offices offered; null: nothing is.</summary>
    internal SystemState Offering(OwnerIds? offered, DateTimeOffset? at, string? by, bool isHandover) => this with
    {
        Proposed = offered,
        OfferedAt = offered is null ? null : at,
        OfferedBy = offered is null ? null : by,
        ByHandover = offered is not null && isHandover,
    };

    private SystemState Under(OwnerIds owners, DateTimeOffset at, string by) => owners == Owners
        ? this
        : this with
        {
            Owners = owners,
            Accepted = Accepted.RemoveRange(Accepted.Keys.Where(p => !owners.Includes(p))),
            History = History.Add(new OwnershipSpan(at, owners, by)),
        };

    private static OwnerIds With(OwnerIds owners, OwnerIds named, string person) => new(
        named.Business == person ? person : owners.Business,
        named.Technical == person ? person : owners.Technical,
        named.Deputy == person ? person : owners.Deputy);
}

/// <summary>Owners in force from an instant on.</summary>
/// <param name="By">Who brought it about: who registered the system, or who accepted.</param>
public sealed record OwnershipSpan(DateTimeOffset From, OwnerIds Owners, string By);

/// <summary>A release as submitted; its standing in an environment follows from approvals and warrants.</summary>
public sealed record ReleaseState
{
    public required string System { get; init; }

    public required string Digest { get; init; }

    public required string Version { get; init; }

    /// <summary>Who ran submit: never counts towards the quorum.</summary>
    public required string Author { get; init; }

    /// <summary>Who applied exactly this release first, where that is known: never counts either, so that nobody
    /// approves their own work because somebody else ran submit.</summary>
    public string? AppliedBy { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Name of the provider in the platform's settings.</summary>
    public required string Provider { get; init; }

    /// <summary>The model as clients request it.</summary>
    public required string Model { get; init; }

    /// <summary>How long a warrant lasts, in milliseconds.</summary>
    public required long LastsMs { get; init; }

    /// <summary>Path to blob digest.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Digest of the evaluation set that the release asks a minimum of; null for none.</summary>
    public string? Evaluation { get; init; }

    /// <summary>Whether the provider may change what the model's name means.</summary>
    public bool Floating { get; init; }

    /// <summary>The name that answers carry, where it is another than <see cref="Model"/>.</summary>
    public string? Served { get; init; }

    /// <summary>What it is made of, by name.</summary>
    public IReadOnlyList<UsedPart> Uses { get; init; } = [];

    /// <summary>The places of its manifest that say something; null for one of before that was recorded.</summary>
    public IReadOnlyList<string>? Declares { get; init; }

    /// <summary>Whether it is this person's own work.</summary>
    public bool IsBy(string person) => person == Author || person == AppliedBy;

    /// <summary>Digest of the release that it is a variant of; null for none.</summary>
    public string? Parent => Uses.FirstOrDefault(u => u.Kind == UsedPart.Parent)?.Digest;
}
