using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Access.Passkeys;
using Provost.Control.Envelopes;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Registry;
using Provost.Gateway.Warrants;

namespace Provost.Control.Approvals;

/// <summary>A warrant as issued.</summary>
/// <param name="Envelope">The DSSE envelope, verbatim.</param>
public sealed record Warrant(
    Guid Id, SystemKey Key, string Release, WarrantPredicate Says, JsonElement Envelope, DateTimeOffset IssuedAt,
    DateTimeOffset? RevokedAt)
{
    /// <summary>Issued, not revoked, within its dates.</summary>
    public bool IsInForce(DateTimeOffset at) =>
        at >= Says.NotBefore && at < Says.NotAfter && (RevokedAt is null || at < RevokedAt);

    /// <summary>Whether it says what is declared now: the terms, and the tier by the same edition of the
    /// taxonomy.</summary>
    public bool IsAsDeclared(SystemState system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return Says.Terms == system.Terms && Says.Tier == system.Tier && Says.Taxonomy == system.Taxonomy;
    }
}

/// <summary>Every warrant ever issued.</summary>
public sealed record WarrantState
{
    internal static readonly FrozenSet<string> Verbs = new[] { WarrantIssued.Verb, WarrantRevoked.Verb }.ToFrozenSet();

    internal static readonly WarrantState Empty = new();

    /// <summary>Those of each system, newest first: made when first asked for.</summary>
    private ILookup<SystemKey, Warrant>? _ofSystem;

    /// <summary>Oldest first.</summary>
    public ImmutableList<Warrant> Issued
    {
        get;
        init => (field, _ofSystem) = (value, null); // a copy with other warrants begins without the view of the first
    } = [];

    /// <summary>The same with every warrant of a system ended.</summary>
    internal WarrantState EndedFor(string system, DateTimeOffset at) => this with
    {
        Issued =
        [
            .. Issued.Select(w => w.Key.System == system && w.IsInForce(at) ? w with { RevokedAt = at } : w),
        ],
    };

    /// <summary>The warrant of that id, null when there is none.</summary>
    public Warrant? Find(Guid id) => Issued.Find(w => w.Id == id);

    /// <summary>Whether a warrant of a release was revoked at an instant or after it: what was signed before bears no
    /// further one.</summary>
    internal bool WasRevokedSince(SystemKey key, string release, DateTimeOffset instant) =>
        Issued.Exists(w => w.Key == key && w.Release == release && w.RevokedAt >= instant);

    /// <summary>Every warrant of a system, newest first.</summary>
    public IEnumerable<Warrant> Of(SystemKey key) => (_ofSystem ??= Issued.Reverse().ToLookup(w => w.Key))[key];

    /// <summary>Warrants in force on a system, newest first.</summary>
    public IEnumerable<Warrant> InForce(SystemKey key, DateTimeOffset at) => Of(key).Where(w => w.IsInForce(at));

    /// <summary>The warrant that traffic goes to: the newest in force. Null: the system is not served.</summary>
    public Warrant? Live(SystemKey key, DateTimeOffset at) => InForce(key, at).FirstOrDefault();

    internal Answer<WarrantState> Apply(GovernanceEntry entry, GovernanceState whole) =>
        entry.Verb == WarrantIssued.Verb
            ? Issue(entry, entry.Read<WarrantIssued>(), whole)
            : Revoke(entry, entry.Read<WarrantRevoked>(), whole);

    private Answer<WarrantState> Issue(GovernanceEntry entry, WarrantIssued body, GovernanceState whole)
    {
        var read = SignedStatement.ReadWarrant(entry.Statement);
        if (read.Fault is { } fault)
            return fault;

        var says = read.Value.Predicate;
        var key = new SystemKey(says.System, says.Environment);
        if (!read.Value.Envelope.IsSignedBy(whole.Founded.WarrantKey) || says.Id != body.Warrant
            || says.Org != whole.Founded.Facts.Org)
        {
            return ApprovalErrors.WarrantUnsigned();
        }

        if (whole.Registry.Find(key.System, key.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem(key.ToString());

        if (whole.Registry.Release(key.System, says.Release) is not { } release)
            return RegistryErrors.NoSuchRelease(says.Release);

        if (system.RetiredAt is not null)
            return RegistryErrors.Retired(key.System);

        if (Ownership.IsVacant(whole, system))
            return HandoverErrors.Vacant(key.System);

        if (ExperimentalLane.LastsTooLong(says))
            return ApprovalErrors.ExperimentTooLong();

        // The signer has checked this; the fold checks it again, so that a signer alone cannot let anything in.
        var unborne = says.Variant is null
            ? Unapproved(whole, system, release, says, entry.Time)
            : VariantRule.Fault(whole, system, release, says, entry.Time);
        if (unborne is not null)
            return unborne;

        return Find(body.Warrant) is not null
            ? ApprovalErrors.WarrantTaken()
            : this with
            {
                Issued = Issued.Add(new(
                    says.Id, key, says.Release, says, entry.Statement!.Value, entry.Time, RevokedAt: null)),
            };
    }

    private static GovernanceFault? Unapproved(
        GovernanceState whole, SystemState system, ReleaseState release, WarrantPredicate says, DateTimeOffset at)
    {
        var quorum = QuorumRule.Of(whole, system, release, at);
        return !quorum.Reached
            ? ApprovalErrors.QuorumMissing(quorum.Missing)
            : quorum.Counted.All(a => ApprovalCondition.AreKept(a.Said.Conditions, says.Conditions, says.NotAfter))
                ? null
                : ApprovalErrors.ConditionLost();
    }

    /// <summary>The same without a warrant, and without those that stand in its envelope.</summary>
    private WarrantState Ended(Warrant warrant, DateTimeOffset at) => this with
    {
        Issued =
        [
            .. Issued.Select(w => w.Id == warrant.Id || (w.Says.Variant?.Warrant == warrant.Id && w.IsInForce(at))
                ? w with { RevokedAt = at }
                : w),
        ],
    };

    private Answer<WarrantState> Revoke(GovernanceEntry entry, WarrantRevoked body, GovernanceState whole)
    {
        if (Find(body.Warrant) is not { RevokedAt: null } warrant)
            return ApprovalErrors.NoSuchWarrant();

        var read = SignedStatement.ReadAct(entry.Statement);
        if (read.Fault is { } fault)
            return fault;

        var said = read.Value.Predicate;
        if (said.Verb != "revoke" || said.Org != whole.Founded.Facts.Org || said.Object != body.Warrant.ToString()
            || said.Environment != warrant.Key.Environment || said.Expires <= entry.Time)
        {
            return AccessErrors.StatementDiffers();
        }

        var system = whole.Registry.Find(warrant.Key.System, warrant.Key.Environment);
        if (system is null || !Permission.MayApprove(whole, entry.Actor.Id, system))
            return ApprovalErrors.MayNotRevoke();

        var person = whole.Roster.Live(entry.Actor.Id);
        return person?.SignerOf(read.Value.Envelope, entry.Time) is not null
            ? Ended(warrant, entry.Time)
            : PasskeyErrors.Of(person, read.Value.Envelope, entry.Time) ?? ApprovalErrors.NotTheirSignature();
    }
}
