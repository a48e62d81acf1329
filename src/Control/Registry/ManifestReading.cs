using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Intake;
using Provost.Control.Intake.Editions;
using Provost.Gateway.Manifests;
using Provost.Gateway.Warrants;

namespace Provost.Control.Registry;

/// <summary>A manifest held against the state: what is wrong with it, what would change, what would be
/// written.</summary>
internal sealed record ManifestReading(
    GovernanceState State, ManifestSet Set, Principal Asks, Taxonomy Edition, RegistryOptions Options, string File,
    DateTimeOffset Now)
{
    private static readonly TimeSpan BetweenConfirmations = TimeSpan.FromHours(1);

    private readonly List<GovernanceDraft> _drafts = [];
    private readonly List<GovernanceDraft> _confirmations = [];
    private readonly List<SystemApplied> _applied = [];
    private readonly List<Change> _changes = [];
    private readonly List<string> _reasons = [];
    private readonly List<string> _approvers = [];
    private string _tier = "";
    private string _floor = "";

    public List<FaultDetail> Faults { get; } = [];

    public IReadOnlyList<GovernanceDraft> Drafts => _drafts;

    /// <summary>What was applied as it stands; to be noted, at most once an hour.</summary>
    public IReadOnlyList<GovernanceDraft> Confirmations => _confirmations;

    public IReadOnlyList<PlannedRelease> Releases { get; init; } = [];

    public Plan Plan => new(
        Set.System?.Name ?? (Set.Releases.Count > 0 ? Set.Releases[0].System : ""),
        _tier, _reasons, _approvers, _changes, Releases, Applied: false);

    /// <summary>Applies every rule that needs no file and no database.</summary>
    public void Judge(ResolvedOwners? owners)
    {
        if (Set.System is { } system)
        {
            foreach (var environment in system.Environments)
                Judge(system, environment, owners);
        }

        foreach (var release in Set.Releases)
            Judge(release);
    }

    private void Judge(SystemDocument system, string environment, ResolvedOwners? owners)
    {
        switch (Edition.Decide(system, environment))
        {
            case TierDecision.Forbidden forbidden:
                Faults.AddRange(forbidden.Reasons.Select(r => new FaultDetail(
                    "spec.intake", $"{r.Text} {(r.Clause is null ? "" : $"({r.Clause})")}".Trim(),
                    "This use is prohibited; no approval makes it admissible.", File)));
                break;
            case TierDecision.Unknown unknown:
                Faults.AddRange(unknown.Faults.Select(Fault));
                break;
            case TierDecision.Tiered tiered:
                Faults.AddRange(tiered.Faults.Select(Fault));
                Judge(system, environment, tiered, owners);
                break;
        }
    }

    private void Judge(SystemDocument system, string environment, TierDecision.Tiered tiered, ResolvedOwners? owners)
    {
        if (State.Custody != "C1" && tiered.Tier == "high" && Edition.IsProduction(environment)
            && !State.Founded.IsTrial)
        {
            var custody = ApprovalErrors.CustodyTooLow();
            Faults.Add(new FaultDetail("spec.environments", custody.Message, custody.Remedy, File));
        }

        if (ExperimentalLane.Beyond(environment, system.Intake.DataClasses) is { Count: > 0 } beyond)
        {
            Faults.Add(new FaultDetail(
                "spec.intake.dataClasses",
                $"The environment experimental is for public and internal data, not for {string.Join(", ", beyond)}.",
                "Leave the class out, or name another environment under spec.environments.", File));
        }

        if (_tier.Length == 0 || Edition.Rank(tiered.Named) >= Edition.Rank(_tier))
        {
            (_tier, _floor) = (tiered.Named, tiered.Tier);
            _reasons.Clear();
            _reasons.AddRange(tiered.Reasons.Select(r => r.Clause is null ? r.Text : $"{r.Text} ({r.Clause})"));
            _approvers.Clear();
            _approvers.AddRange(DutyWords.Approvers(tiered.Duties));
        }

        if (owners is null)
            return;

        var body = Body(system, environment, tiered, owners);
        _applied.Add(body);
        var known = State.Registry.Find(system.Name, environment);
        if (known is not null && IsSame(known, body))
        {
            Confirm(known);
            return;
        }

        _drafts.Add(GovernanceDraft.Of(Asks.Actor, system.Name, body) with
        {
            Before = known?.Terms,
            After = system.TermsDigest,
        });
        Note(known, body);
    }

    private void Judge(ReleaseDocument release)
    {
        var at = $"spec.model.provider ({release.Version})";
        var uses = UsedPart.Of(release);
        Faults.AddRange(UsedPart.Faults(State.Registry, release.System, uses).Select(wrong => new FaultDetail(
            $"{wrong.Path} ({release.Version})", wrong.Fault.Message, wrong.Fault.Remedy, File)));
        if (release.Kind != "chain" && !Options.Providers.Contains(release.Spec.Model.Provider))
        {
            Faults.Add(new FaultDetail(
                at, $"The platform has no provider {release.Spec.Model.Provider}.",
                Options.Providers.Count == 0
                    ? "It has none: name one under providers in the platform's settings, and restart the server."
                    : $"Providers: {string.Join(", ", Options.Providers.Order(StringComparer.Ordinal))}.",
                File));
        }

        if (release.Spec.Evaluation?.Judge is { } judge && !Options.Providers.Contains(judge.Provider))
        {
            Faults.Add(new FaultDetail(
                $"spec.evaluation.judge.provider ({release.Version})",
                $"The platform has no provider {judge.Provider}.",
                $"Providers: {string.Join(", ", Options.Providers.Order(StringComparer.Ordinal))}.", File));
        }

        var isHere = Set.System?.Name == release.System;
        var environments = State.Registry.Everywhere(release.System).ToList();
        if (!isHere && environments.Count == 0)
        {
            Faults.Add(new FaultDetail(
                "metadata.system", $"There is no system {release.System}.", "Apply its System document too.", File));
            return;
        }

        if (isHere ? _tier.Length > 0 : environments.Count > 0)
            Demand(release, isHere, environments);

        if (State.Registry.Release(release.System, release.Digest) is not null
            || State.Registry.Drafts.GetValueOrDefault((release.System, release.Version))?.Release == release.Digest)
        {
            return;
        }

        _drafts.Add(Draft(release));
    }

    /// <summary>What the highest tier of its environments asks of a release.</summary>
    private void Demand(ReleaseDocument release, bool isHere, List<SystemState> environments)
    {
        var known = isHere ? null : environments.MaxBy(Height);
        var (tier, floor) = known is null ? (_tier, _floor) : (known.NamedTier, known.Tier);
        var duties = known is null ? Edition.DutiesOf(tier, "production") : State.Taxonomies.DutiesOf(known);
        Faults.AddRange(duties.MissingFrom(release).Select(part => new FaultDetail(
            $"spec.{part}", $"Tier {tier} needs {part} in release {release.Version}.", "Add it.", File)));
        if (release.Spec.Model.Floating && !QuorumRule.MayFloat(floor))
        {
            Faults.Add(new FaultDetail(
                $"spec.model.floating ({release.Version})", $"Tier {tier} needs a pinned model.",
                "Name the dated model and write floating: false.", File));
        }
    }

    private static int Height(SystemState system) => system.Tier switch { "high" => 2, "limited" => 1, _ => 0 };

    private GovernanceDraft Draft(ReleaseDocument release) =>
        GovernanceDraft.Of(Asks.Actor, release.System, new ReleaseDrafted
        {
            System = release.System,
            Release = Submission(release),
        }) with
        { After = release.Digest };

    /// <summary>What a release lacks before anybody may approve it, as far as that can be told before it is
    /// submitted: in the environment whose tier asks for most.</summary>
    public IReadOnlyList<string> Lacks(ReleaseDocument release)
    {
        var planned = _applied.Where(b => b.System == release.System)
            .Select(b => RegistryState.Planned(b, Asks.Person, Now)).ToList();
        var strictest = planned.Concat(State.Registry.Everywhere(release.System))
            .DistinctBy(s => s.Key).MaxBy(Height);
        return strictest is null
            ? []
            : ReleaseReadiness.Sentences(State, strictest, RegistryState.Of(Submission(release), "", Now), Now);
    }

    private static ReleaseSubmitted Submission(ReleaseDocument release) => new()
    {
        System = release.System,
        Release = release.Digest,
        Version = release.Version,
        Provider = release.Spec.Model.Provider,
        Model = release.Spec.Model.Name,
        LastsMs = (long)release.Spec.Expires.TotalMilliseconds,
        Files = release.Files.ToDictionary(f => f.Path, f => "sha256:" + f.Sha256),
        Evaluation = release.Spec.Evaluation is { Minimum.Count: > 0 } evaluation
            ? "sha256:" + release.Files.Single(f => f.Path == evaluation.Set).Sha256
            : null,
        Floating = release.Spec.Model.Floating,
        Served = release.Spec.Model.Served,
        Uses = UsedPart.Of(release),
        Declares = ReleaseDuties.Places(release),
    };

    private SystemApplied Body(
        SystemDocument system, string environment, TierDecision.Tiered tiered, ResolvedOwners owners) => new()
        {
            System = system.Name,
            Environment = environment,
            Kind = system.Kind,
            Unit = system.Unit,
            Purpose = system.Purpose,
            Population = system.Intake.Population,
            Terms = system.TermsDigest,
            Tier = tiered.Tier,
            OwnTier = tiered.OwnTier,
            Intake = IntakeFacts.Of(system),
            Taxonomy = Edition.Edition,
            Owners = owners.Owners,
            Escalation = [.. system.Escalation.Select(e => new EscalationStepFact(
            e.Role, (long)e.After.TotalMilliseconds))],
            Contacts = owners.Contacts,
            DataSources = [.. system.DataSources.Select(s => s.Name)],
            Downstream = system.Downstream,
        };

    private void Confirm(SystemState known)
    {
        if (Now - known.Verified < BetweenConfirmations || !Permission.MayDeclare(State, Asks.Person, known.Key.System))
            return;

        _confirmations.Add(GovernanceDraft.Of(Asks.Actor, known.Key.System, new RecordVerified
        {
            System = known.Key.System,
            Environment = known.Key.Environment,
            Terms = known.Terms,
        }));
    }

    private static bool IsSame(SystemState known, SystemApplied body) => known.Terms == body.Terms
        && known.Tier == body.Tier && known.OwnTier == body.OwnTier && known.Taxonomy == body.Taxonomy
        && known.Intake is not null && known.Names(body.Owners)
        && known.Escalation.SequenceEqual(body.Escalation)
        && known.DataSources.SequenceEqual(body.DataSources ?? [])
        && known.Downstream.SequenceEqual(body.Downstream ?? [])
        && known.Contacts.Count == body.Contacts.Count
        && known.Contacts.All(c => body.Contacts.GetValueOrDefault(c.Key) == c.Value);

    private void Note(SystemState? known, SystemApplied body)
    {
        var where = body.Environment;
        Note($"{where}.purpose", known?.Purpose, body.Purpose);
        Note($"{where}.population", known?.Population, body.Population);
        Note($"{where}.tier", known?.NamedTier, body.OwnTier ?? body.Tier);
        Note($"{where}.terms", known?.Terms, body.Terms);
        var owners = known?.Names(body.Owners) == true ? body.Owners : known?.Named;
        Note($"{where}.owners.business", owners?.Business, body.Owners.Business);
        Note($"{where}.owners.technical", owners?.Technical, body.Owners.Technical);
        Note($"{where}.owners.deputy", owners?.Deputy, body.Owners.Deputy);
        Note($"{where}.escalation", known is null ? null : Text(known.Escalation), Text(body.Escalation));
    }

    private void Note(string path, string? before, string? after)
    {
        if (before != after)
            _changes.Add(new Change(path, before, after));
    }

    private FaultDetail Fault(IntakeFault fault) => new(fault.Path, fault.Message, fault.Remedy, File);

    private static string Text(IReadOnlyList<EscalationStepFact> steps) =>
        string.Join(", ", steps.Select(s => $"{s.Role} after {s.AfterMs / 60000} min"));
}
