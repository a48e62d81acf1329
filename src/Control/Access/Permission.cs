using System.Collections.Frozen;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Access;

/// <summary>
/// Who may do what, from the folded state alone; nothing is allowed that is not said here. Handlers and the fold ask
/// the same questions.
/// </summary>
public static class Permission
{
    private static readonly FrozenSet<string> ReadsDecisions =
        new[] { Roles.Auditor, Roles.Compliance, Roles.Reviewer }.ToFrozenSet();

    /// <summary>The person, where they may change anything at all: active, and no auditor.</summary>
    public static Person? Acting(GovernanceState state, string? person) =>
        state.Roster.Live(person) is { } acts && !acts.Has(Roles.Auditor) ? acts : null;

    /// <summary>Bring a new system or a release of one into the registry: everyone active but auditors, and those who
    /// hold nothing but the role executive.</summary>
    public static bool MayRegister(GovernanceState state, string person) =>
        Acting(state, person) is { } asks && asks.Roles is not [Roles.Executive];

    /// <summary>Pause, kill, fallback, rollback: owners of the system, on-call, compliance. In one step.</summary>
    public static bool MayTighten(GovernanceState state, string person, SystemState system) =>
        Acting(state, person) is { } asks && (system.Owners.Includes(asks.Id) || asks.Has(Roles.OnCall)
            || asks.Has(Roles.Compliance));

    /// <summary>Reject: who may approve, by an office in force or a role. An office that is merely offered does not
    /// count: an approval takes it, a no would not.</summary>
    public static bool MayReject(GovernanceState state, string person, SystemState system) =>
        MayApprove(state, person, system)
        && (person == system.Owners.Business || person == system.Owners.Technical
            || HasApprovingRole(state, person, system));

    /// <summary>Approve: a business or technical owner in force, the role approver, or a role that the system's tier
    /// asks for beside them.</summary>
    public static bool MayApprove(GovernanceState state, string person, SystemState system) =>
        Acting(state, person) is { } asks && !asks.Has(Roles.PlatformAdministrator)
        && (IsDecidingOwner(system, asks.Id) || HasApprovingRole(state, person, system));

    private static bool HasApprovingRole(GovernanceState state, string person, SystemState system) =>
        state.Roster.Live(person) is { } asks
        && (asks.Has(Roles.Approver) || state.Taxonomies.DutiesOf(system).Quorum.Also.Any(asks.Has));

    /// <summary>An owner whose signature fills the owner's place in the quorum: in force, or offered the office and
    /// accepting it by this signature where it changes hands.</summary>
    public static bool IsDecidingOwner(SystemState system, string person) =>
        person == system.Owners.Business || person == system.Owners.Technical
        || (system.Proposed is { } offered && (person == offered.Business || person == offered.Technical));

    /// <summary>Sign an exception: an owner in force, or the role approver. An office that is merely offered does not
    /// count: unlike an approval, this signature does not take it.</summary>
    public static bool MayExcept(GovernanceState state, string person, SystemState system) =>
        MayApprove(state, person, system) && (person == system.Owners.Business || person == system.Owners.Technical
            || Acting(state, person)?.Has(Roles.Approver) == true);

    /// <summary>Let a system's traffic pass before anything of it was approved: its business or technical owner in
    /// force.</summary>
    public static bool MayAdopt(GovernanceState state, string person, SystemState system) =>
        MayExcept(state, person, system) && (person == system.Owners.Business || person == system.Owners.Technical);

    /// <summary>Apply the manifest of a registered system: its owners, who registered it, the platform.</summary>
    public static bool MayDeclare(GovernanceState state, string person, string system) =>
        Acting(state, person) is { } asks && (asks.Has(Roles.PlatformAdministrator)
            || state.Registry.Everywhere(system).Any(s => s.Owners.Includes(asks.Id) || s.Registrant == asks.Id));

    /// <summary>Name other owners: an owner in force, or the platform when none of them can.</summary>
    public static bool MayOfferOffices(GovernanceState state, string person, SystemState system) =>
        Acting(state, person) is { } asks
        && (system.Owners.Includes(asks.Id) || asks.Has(Roles.PlatformAdministrator));

    /// <summary>Hand offices over: an owner in force; where one of them has left, compliance and the platform
    /// too.</summary>
    public static bool MayHandOver(GovernanceState state, string person, SystemState system) =>
        Acting(state, person) is { } asks && (system.Owners.Includes(asks.Id)
            || (Handovers.Ownership.Left(state, system).Any()
                && (asks.Has(Roles.Compliance) || asks.Has(Roles.PlatformAdministrator))));

    /// <summary>End a system for good: an owner in force; where the business or technical one has left, compliance and
    /// the platform too.</summary>
    public static bool MayRetire(GovernanceState state, string person, SystemState system) =>
        MayHandOver(state, person, system)
        && (system.Owners.Includes(person) || Handovers.Ownership.IsVacant(state, system));

    /// <summary>Issue and revoke client keys: owners and the platform.</summary>
    public static bool MayManageKeys(GovernanceState state, string person, SystemState system) =>
        Acting(state, person) is { } asks
        && (system.Owners.Includes(asks.Id) || asks.Has(Roles.PlatformAdministrator));

    /// <summary>Read a system's decisions, without content: reviewers, auditors and compliance all, owners their
    /// own.</summary>
    public static bool MayReadDecisions(GovernanceState state, string person, string? system) =>
        state.Roster.Live(person) is { } asks && (asks.Roles.Overlaps(ReadsDecisions)
            || (system is not null && state.Registry.Everywhere(system).Any(s => s.Owners.Includes(asks.Id))));

    /// <summary>Names of the systems whose decisions the person reads; null for all of them.</summary>
    public static IReadOnlyList<string>? Readable(GovernanceState state, string person) =>
        MayReadDecisions(state, person, system: null)
            ? null
            : [.. state.Registry.Systems.Values.Where(s => s.Owners.Includes(person)).Select(s => s.Key.System)
                .Distinct()];

    /// <summary>Take the log out: compliance and auditors.</summary>
    public static bool MayExport(GovernanceState state, string person) =>
        state.Roster.Live(person) is { } asks && (asks.Has(Roles.Compliance) || asks.Has(Roles.Auditor));

    /// <summary>Set off a verification of the whole log: compliance, auditors, and who runs the platform.</summary>
    public static bool MayVerify(GovernanceState state, string person) =>
        MayExport(state, person) || state.Roster.Live(person)?.Has(Roles.PlatformAdministrator) == true;

    /// <summary>See the roster with addresses, keys and what waits: who may sign changes of it, and auditors.</summary>
    public static bool MayReadRoster(GovernanceState state, string person) =>
        state.Roster.Live(person) is { } asks
        && (asks.Roles.Overlaps(Roles.SignsRoster) || asks.Has(Roles.Auditor));

    /// <summary>Read the files of any system's releases, prompts among them: who approves, reviews or looks after the
    /// rules. Owners and authors read their own.</summary>
    public static bool MayReadFiles(GovernanceState state, string person) =>
        state.Roster.Live(person) is { } asks && (asks.Has(Roles.Approver) || asks.Roles.Overlaps(ReadsDecisions));

    /// <summary>Read content, with a purpose: compliance, and nobody who also administers the platform.</summary>
    public static bool MayReveal(GovernanceState state, string person) => Acting(state, person) is { } asks
        && asks.Has(Roles.Compliance) && !asks.Has(Roles.PlatformAdministrator);

    /// <summary>Erase content and end terms: who may read it.</summary>
    public static bool MayErase(GovernanceState state, string person) => MayReveal(state, person);

    /// <summary>Place a hold, and ask for one to end: compliance.</summary>
    public static bool MayHold(GovernanceState state, string person) =>
        Acting(state, person)?.Has(Roles.Compliance) == true;

    /// <summary>Sign a review of a system: its business or technical owner in force.</summary>
    public static bool MayReview(GovernanceState state, string person, SystemState system) =>
        Acting(state, person) is { } asks && (asks.Id == system.Owners.Business || asks.Id == system.Owners.Technical);

    /// <summary>Call people as a drill: owners of a system, on-call, compliance, and who runs the platform.</summary>
    public static bool MayDrill(GovernanceState state, string person) => Acting(state, person) is { } asks
        && (asks.Has(Roles.OnCall) || asks.Has(Roles.Compliance) || asks.Has(Roles.PlatformAdministrator)
            || state.Registry.Systems.Values.Any(s => s.RetiredAt is null && s.Owners.Includes(asks.Id)));

    /// <summary>Keep notices and terms of providers: a notice stops calls, so who may pause every system.</summary>
    public static bool MayNoteVendors(GovernanceState state, string person) =>
        Acting(state, person) is { } asks && (asks.Has(Roles.Compliance) || asks.Has(Roles.OnCall));

    /// <summary>Be the second person of a reveal of many or of a hold's end: compliance or an approver.</summary>
    public static bool MayConfirm(GovernanceState state, string person) => Acting(state, person) is { } asks
        && (asks.Has(Roles.Compliance) || asks.Has(Roles.Approver)) && !asks.Has(Roles.PlatformAdministrator);

    /// <summary>See what was held, erased, ended and revealed, by whom: compliance, auditors and approvers.</summary>
    public static bool MayReadRecords(GovernanceState state, string person) =>
        state.Roster.Live(person) is { } asks
        && (asks.Has(Roles.Compliance) || asks.Has(Roles.Approver) || asks.Has(Roles.Auditor));

    /// <summary>Add and change people: platform administrators, with the signatures the roster asks for.</summary>
    public static bool MayManagePeople(GovernanceState state, string person) =>
        Acting(state, person)?.Has(Roles.PlatformAdministrator) == true;

    /// <summary>See systems, releases, owners, incidents and the list of unregistered callers: everyone
    /// active.</summary>
    public static bool MayReadEstate(GovernanceState state, string person) => state.Roster.Live(person) is not null;
}
