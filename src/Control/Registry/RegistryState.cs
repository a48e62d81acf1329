using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Intake;
using Provost.Control.Intake.Editions;
using Provost.Ledger.Statements;

namespace Provost.Control.Registry;

/// <summary>What is registered: systems by environment, releases by digest.</summary>
public sealed partial record RegistryState
{
    internal static readonly FrozenSet<string> Verbs =
        new[]
        {
            SystemApplied.Verb, HandoverOffered.Verb, OwnershipAccepted.Verb, PauseRehearsed.Verb, ReleaseDrafted.Verb,
            ReleaseSubmitted.Verb, RecordVerified.Verb, SystemRetired.Verb,
        }.ToFrozenSet();

    internal static readonly RegistryState Empty = new();

    public ImmutableDictionary<SystemKey, SystemState> Systems { get; init; } =
        ImmutableDictionary<SystemKey, SystemState>.Empty;

    /// <summary>Releases in the order of submission.</summary>
    public ImmutableList<ReleaseState> Releases { get; init; } = [];

    /// <summary>Applied releases that were not submitted, by system and version; the last applied counts.</summary>
    public ImmutableDictionary<(string System, string Version), ReleaseSubmitted> Drafts { get; init; } =
        ImmutableDictionary<(string System, string Version), ReleaseSubmitted>.Empty;

    /// <summary>Who applied each of the drafts first.</summary>
    public ImmutableDictionary<(string System, string Version), string> Drafters { get; init; } =
        ImmutableDictionary<(string System, string Version), string>.Empty;

    /// <summary>The system in that environment, null when it is not registered there.</summary>
    public SystemState? Find(string system, string environment) =>
        Systems.GetValueOrDefault(new SystemKey(system, environment));

    /// <summary>The system in each of its environments, by name.</summary>
    public IEnumerable<SystemState> Everywhere(string system) => Systems.Values
        .Where(s => s.Key.System == system).OrderBy(s => s.Key.Environment, StringComparer.Ordinal);

    /// <summary>The release of that digest, null when it was never submitted.</summary>
    public ReleaseState? Release(string system, string digest) =>
        Releases.Find(r => r.System == system && r.Digest == digest);

    /// <summary>The release of that version, newest first.</summary>
    public ReleaseState? Version(string system, string version) =>
        Releases.FindLast(r => r.System == system && r.Version == version);

    internal Answer<RegistryState> Apply(GovernanceEntry entry, GovernanceState whole) => entry.Verb switch
    {
        "system_applied" => Declare(entry, entry.Read<SystemApplied>(), whole),
        "handover_offered" => Offer(entry, entry.Read<HandoverOffered>(), whole),
        "pause_rehearsed" => Rehearse(entry, entry.Read<PauseRehearsed>(), whole),
        "record_verified" => Verify(entry, entry.Read<RecordVerified>(), whole),
        "system_retired" => Retire(entry, entry.Read<SystemRetired>(), whole),
        "ownership_accepted" => Accept(entry, entry.Read<OwnershipAccepted>(), whole),
        "release_drafted" => Draft(entry, entry.Read<ReleaseDrafted>(), whole),
        _ => Submit(entry, entry.Read<ReleaseSubmitted>(), whole),
    };

    private Answer<RegistryState> Declare(GovernanceEntry entry, SystemApplied body, GovernanceState whole)
    {
        if (whole.Roster.Behind(entry.Actor, AutomationScope.Apply, body.System, entry.Time) is not { } by
            || Permission.Acting(whole, by) is null)
        {
            return RegistryErrors.NotYours(body.System);
        }

        foreach (var (field, person) in new[]
        {
            ("business", body.Owners.Business), ("technical", body.Owners.Technical), ("deputy", body.Owners.Deputy),
        })
        {
            if (person is not null && Permission.Acting(whole, person) is null)
                return RegistryErrors.NoSuchOwner($"spec.owners.{field}");
        }

        if (IsRetired(body.System))
            return RegistryErrors.Retired(body.System);

        var others = Everywhere(body.System).ToList();
        if (others.Count > 0 ? !Permission.MayDeclare(whole, by, body.System)
            : !Permission.MayRegister(whole, by))
        {
            return RegistryErrors.NotYours(body.System);
        }

        if (body.Environment == Evaluations.RehearsalState.Environment)
            return RegistryErrors.ReservedEnvironment();

        if (!IsTieredBy(whole.Taxonomies.InForce, body))
            return RegistryErrors.UnknownTier(body.OwnTier ?? body.Tier);

        if (others.Any(other => other.Kind != body.Kind))
            return RegistryErrors.KindChanged(body.System);

        // Who registered a system keeps its manifest current; handing its offices on is not theirs.
        if (others.FirstOrDefault() is { } first && first.Owners != body.Owners && first.Proposed != body.Owners
            && !Permission.MayOfferOffices(whole, by, first))
        {
            return RegistryErrors.OwnersOffer(body.System);
        }

        var key = new SystemKey(body.System, body.Environment);
        var next = Planned(body, by, entry.Time);
        return this with { Systems = Systems.SetItem(key, Inherited(others, key)?.Declared(next) ?? next) };
    }

    /// <summary>Whether the tier is what the edition in force makes of the answers. Records of builds before there were
    /// further editions name the tier alone.</summary>
    private static bool IsTieredBy(Taxonomy edition, SystemApplied body) => body.Taxonomy == edition.Edition
        && (body.Intake is { } intake
            ? intake.Kind == body.Kind
                && edition.Decide(intake, body.Environment) is TierDecision.Tiered { Faults.Count: 0 } decided
                && decided.Tier == body.Tier && decided.OwnTier == body.OwnTier
            : edition.Edition == Taxonomy.BuiltIn.Edition && edition.Tiers.Contains(body.Tier) && body.OwnTier is null);

    /// <summary>The system as a declaration makes it.</summary>
    internal static SystemState Planned(SystemApplied body, string by, DateTimeOffset at) => new()
    {
        Key = new SystemKey(body.System, body.Environment),
        Kind = body.Kind,
        Unit = body.Unit,
        Purpose = body.Purpose,
        Population = body.Population,
        Terms = body.Terms,
        Tier = body.Tier,
        Taxonomy = body.Taxonomy,
        OwnTier = body.OwnTier,
        Intake = body.Intake,
        Owners = body.Owners,
        Escalation = body.Escalation,
        Contacts = body.Contacts,
        DataSources = body.DataSources ?? [],
        Downstream = body.Downstream ?? [],
        Registrant = by,
        Since = at,
        Changed = at,
        History = [new OwnershipSpan(at, body.Owners, by)],
    };

    /// <summary>The release as a submission makes it.</summary>
    internal static ReleaseState Of(ReleaseSubmitted body, string by, DateTimeOffset at) => new()
    {
        System = body.System,
        Digest = body.Release,
        Version = body.Version,
        Author = by,
        SubmittedAt = at,
        Provider = body.Provider,
        Model = body.Model,
        LastsMs = body.LastsMs,
        Files = body.Files,
        Evaluation = body.Evaluation,
        Floating = body.Floating,
        Served = body.Served,
        Uses = body.Uses ?? [],
        Declares = body.Declares,
    };

    /// <summary>A further environment starts with the owners in force, so that it cannot be a way around
    /// them.</summary>
    private static SystemState? Inherited(List<SystemState> others, SystemKey key) =>
        others.Find(s => s.Key == key) ?? others.FirstOrDefault();

    private Answer<RegistryState> Draft(GovernanceEntry entry, ReleaseDrafted body, GovernanceState whole)
    {
        var release = body.Release;
        if (whole.Roster.Behind(entry.Actor, AutomationScope.Apply, body.System, entry.Time) is not { } by
            || !Permission.MayDeclare(whole, by, body.System) || release.System != body.System)
        {
            return RegistryErrors.NotYours(body.System);
        }

        if (IsRetired(body.System))
            return RegistryErrors.Retired(body.System);

        if (!Digest.IsWellFormed(release.Release) || release.LastsMs <= 0)
            return RegistryErrors.BadRelease();

        return Version(body.System, release.Version) is { } taken && taken.Digest != release.Release
            ? RegistryErrors.VersionTaken(release.Version)
            : this with
            {
                Drafts = Drafts.SetItem((body.System, release.Version), release),
                Drafters = Drafts.GetValueOrDefault((body.System, release.Version))?.Release == release.Release
                    ? Drafters
                    : Drafters.SetItem((body.System, release.Version), by),
            };
    }

    private Answer<RegistryState> Submit(GovernanceEntry entry, ReleaseSubmitted body, GovernanceState whole)
    {
        if (whole.Roster.Behind(entry.Actor, AutomationScope.Submit, body.System, entry.Time) is not { } by
            || !Permission.MayRegister(whole, by))
        {
            return RegistryErrors.NotYours(body.System);
        }

        if (!Everywhere(body.System).Any())
            return RegistryErrors.NoSuchSystem(body.System);

        if (IsRetired(body.System))
            return RegistryErrors.Retired(body.System);

        if (Everywhere(body.System).Any(s => Ownership.IsVacant(whole, s)))
            return HandoverErrors.Vacant(body.System);

        if (Everywhere(body.System).FirstOrDefault(Tiering.IsFrozen) is { } frozen)
            return TaxonomyErrors.Frozen(body.System, frozen.Risen!.Edition);

        if (!Digest.IsWellFormed(body.Release) || body.LastsMs <= 0)
            return RegistryErrors.BadRelease();

        if (Release(body.System, body.Release) is not null)
            return RegistryErrors.AlreadySubmitted(body.Version);

        if (Version(body.System, body.Version) is not null)
            return RegistryErrors.VersionTaken(body.Version);

        var wrong = UsedPart.Faults(this, body.System, body.Uses ?? []).Select(w => w.Fault).FirstOrDefault();
        if (wrong is not null)
            return wrong;

        return this with
        {
            Drafts = Drafts.Remove((body.System, body.Version)),
            Drafters = Drafters.Remove((body.System, body.Version)),
            Releases = Releases.Add(Of(body, by, entry.Time) with
            {
                // records of builds that did not ask are held to what was asked then
                AppliedBy = body.Declares is not null
                    && Drafts.GetValueOrDefault((body.System, body.Version))?.Release == body.Release
                        ? Drafters.GetValueOrDefault((body.System, body.Version))
                        : null,
            }),
        };
    }
}
