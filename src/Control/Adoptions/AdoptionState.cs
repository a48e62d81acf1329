using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;
using Provost.Gateway.Warrants;

namespace Provost.Control.Adoptions;

/// <summary>
/// Every adoption. An owner in force signs a system's first; each later one needs a second person, and days in a row
/// end after thirty. A warrant, a no, a retirement ends it; a tier that is raised, an edition that asks more or an
/// owner who left closes it for as long as that stands.
/// </summary>
public sealed record AdoptionState
{
    internal static readonly FrozenSet<string> Verbs =
        new[] { AdoptionSigned.Verb, AdoptionConfirmed.Verb, AdoptionEnded.Verb }.ToFrozenSet();

    internal static readonly AdoptionState Empty = new();

    /// <summary>How much earlier than the entry the days may have begun that a person signs for.</summary>
    private static readonly TimeSpan Signing = TimeSpan.FromHours(1);

    /// <summary>Every adoption ever signed, oldest first.</summary>
    public ImmutableList<Adoption> All { get; init; } = [];

    public Adoption? Find(Guid id) => All.Find(a => a.Id == id);

    /// <summary>The last that all its persons signed on a system; null: it was never adopted.</summary>
    public Adoption? Last(SystemKey key) => All.FindLast(a => a.Key == key && a.IsSigned);

    /// <summary>Those whose traffic passes: in force, and nothing has come in between.</summary>
    public static IEnumerable<Adoption> Passing(GovernanceState whole, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(whole);
        return whole.Adoptions.All.Where(a => a.IsInForce(at)
            && whole.Registry.Systems.GetValueOrDefault(a.Key) is { } system && IsOpen(whole, system));
    }

    /// <summary>The one that lets a system's traffic pass; null while none does.</summary>
    public static Adoption? Passing(GovernanceState whole, SystemKey key, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(whole);
        return whole.Adoptions.All.Find(a => a.Key == key && a.IsInForce(at)) is { } found
            && whole.Registry.Systems.GetValueOrDefault(key) is { } system && IsOpen(whole, system)
                ? found
                : null;
    }

    /// <summary>Where the days in a row of an adoption begin that is signed now.</summary>
    internal (Guid? Renews, DateTimeOffset Since) RowAt(SystemKey key, DateTimeOffset at) => Last(key) is { } last
        ? (last.Id, last.End + AdoptionContent.Longest > at ? last.Content.Since : WholeSecondConverter.Floor(at))
        : (null, WholeSecondConverter.Floor(at));

    /// <summary>The same with everything asked for or in force of a system ended that was retired.</summary>
    internal AdoptionState EndedFor(string system, string by, DateTimeOffset at) =>
        Ended(a => a.Key.System == system, by, at, "The system was retired.");

    /// <summary>The same with what is open on a system ended because a decision has come: a warrant or a no.</summary>
    internal AdoptionState EndedFor(SystemKey key, string by, DateTimeOffset at, string why) =>
        Ended(a => a.Key == key, by, at, why);

    internal Answer<AdoptionState> Apply(GovernanceEntry entry, GovernanceState whole)
    {
        if (entry.Verb == AdoptionSigned.Verb)
            return Sign(entry, entry.Read<AdoptionSigned>().Content, whole);

        return entry.Verb == AdoptionConfirmed.Verb
            ? Confirm(entry, entry.Read<AdoptionConfirmed>(), whole)
            : End(entry, entry.Read<AdoptionEnded>(), whole);
    }

    /// <summary>What stands against an adoption of this system now; null: nothing.</summary>
    internal static GovernanceFault? Against(GovernanceState whole, SystemState system) =>
        system.RetiredAt is not null ? RegistryErrors.Retired(system.Key.System)
        : system.Kind == "chain" ? AdoptionErrors.Chain()
        : !AdoptionContent.Takes(system.Tier) ? AdoptionErrors.Tier(system.Tier)
        : whole.Warrants.Issued.Exists(w => w.Key == system.Key) ? AdoptionErrors.Governed()
        : whole.Approvals.Rejected.Exists(r => r.Key == system.Key) ? AdoptionErrors.Rejected()
        : Ownership.IsVacant(whole, system) ? HandoverErrors.Vacant(system.Key.System)
        : Tiering.IsFrozen(system) ? TaxonomyErrors.Frozen(system.Key.System, system.Risen!.Edition)
        : null;

    /// <summary>Whether an owner could have this system adopted as it stands.</summary>
    public static bool MayBeAdopted(GovernanceState whole, SystemState system)
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(system);
        return Against(whole, system) is null;
    }

    private static bool IsOpen(GovernanceState whole, SystemState system) =>
        AdoptionContent.Takes(system.Tier) && !Ownership.IsVacant(whole, system) && !Tiering.IsFrozen(system);

    private Answer<AdoptionState> Sign(GovernanceEntry entry, AdoptionContent content, GovernanceState whole)
    {
        if (whole.Registry.Find(content.System, content.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem($"{content.System} in {content.Environment}");

        if (Against(whole, system) is { } against)
            return against;

        if (!content.IsWellFormed() || content.Until <= entry.Time)
            return AdoptionErrors.TooLong(content.Since);

        if (content.Terms != system.Terms || content.Tier != system.Tier)
            return AdoptionErrors.TermsChanged();

        var (renews, since) = RowAt(system.Key, entry.Time);
        var begins = since - content.Since;
        if (content.Renews != renews || begins < TimeSpan.Zero || begins > (IsInRow(since) ? TimeSpan.Zero : Signing))
            return AdoptionErrors.Row();

        if (PlainWords.Check(content.Reason, "reason") is { } words)
            return words;

        if (Find(content.Id) is not null)
            return AdoptionErrors.Taken();

        if (!Permission.MayAdopt(whole, entry.Actor.Id, system))
            return AdoptionErrors.NoStanding();

        return SignedAct.Check(entry, whole, AdoptionContent.Verb, content.Id.ToString(), content.DigestOf())
            is { } unsigned
            ? unsigned
            : this with { All = All.Add(new Adoption(content, [Signature(entry)])) };

        bool IsInRow(DateTimeOffset start) => Last(system.Key)?.Content.Since == start;
    }

    private Answer<AdoptionState> Confirm(GovernanceEntry entry, AdoptionConfirmed body, GovernanceState whole)
    {
        if (Find(body.Adoption) is not { IsSigned: false, EndedAt: null } asked || asked.Content.Until <= entry.Time)
            return AdoptionErrors.NotAsked();

        var first = asked.Signatures[0].Person;
        if (first == entry.Actor.Id)
            return AdoptionErrors.SecondPerson();

        if (whole.Registry.Systems.GetValueOrDefault(asked.Key) is not { } system)
            return RegistryErrors.NoSuchSystem(asked.Key.ToString());

        if (Against(whole, system) is { } against)
            return against;

        // Who asked must be able to stand by it still, and nothing else may have come in its place.
        if (Last(asked.Key)?.Id != asked.Content.Renews || !Permission.MayAdopt(whole, first, system))
            return AdoptionErrors.NotAsked();

        if (asked.Content.Terms != system.Terms || asked.Content.Tier != system.Tier)
            return AdoptionErrors.TermsChanged();

        if (!Permission.MayExcept(whole, entry.Actor.Id, system))
            return AdoptionErrors.NoSecondStanding();

        var content = asked.Content;
        if (SignedAct.Check(entry, whole, AdoptionContent.Verb, content.Id.ToString(), content.DigestOf())
            is { } unsigned)
        {
            return unsigned;
        }

        // One at a time: what it goes on from ends where it begins.
        var others = EndedFor(asked.Key, entry.Actor.Id, entry.Time, "Another adoption goes on from it.");
        var signed = asked with { Signatures = asked.Signatures.Add(Signature(entry)) };
        return others with { All = others.All.Replace(others.Find(asked.Id)!, signed) };
    }

    private Answer<AdoptionState> End(GovernanceEntry entry, AdoptionEnded body, GovernanceState whole)
    {
        if (Find(body.Adoption) is not { EndedAt: null } standing || standing.Content.Until <= entry.Time)
            return AdoptionErrors.NotStanding();

        if (PlainWords.Check(body.Reason, "reason") is { } words)
            return words;

        var system = whole.Registry.Systems.GetValueOrDefault(standing.Key);
        return system is not null && (Permission.MayTighten(whole, entry.Actor.Id, system)
                || Permission.MayApprove(whole, entry.Actor.Id, system))
            ? Ended(a => a.Id == standing.Id, entry.Actor.Id, entry.Time, body.Reason)
            : AdoptionErrors.MayNotEnd();
    }

    private static AdoptionSignature Signature(GovernanceEntry entry) =>
        new(entry.Actor.Id, entry.Time, entry.Statement!.Value);

    private AdoptionState Ended(Func<Adoption, bool> which, string by, DateTimeOffset at, string why) =>
        this with
        {
            All =
            [
                .. All.Select(a => which(a) && a.EndedAt is null && a.Content.Until > at
                    ? a with { EndedBy = by, EndedAt = at, EndReason = why }
                    : a),
            ],
        };
}
