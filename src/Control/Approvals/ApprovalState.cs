using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Access.Passkeys;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Approvals;

/// <summary>An approval that was accepted.</summary>
/// <param name="Envelope">The DSSE envelope as signed.</param>
/// <param name="KeyId">The key that signed.</param>
public sealed record Approval(
    SystemKey Key, string Release, string Person, string KeyId, ApprovalPredicate Said, JsonElement Envelope,
    DateTimeOffset At, bool Late);

/// <summary>A rejection.</summary>
/// <param name="Reason">Why; null in one of before reasons stood in clear.</param>
public sealed record Rejection(SystemKey Key, string Release, string Person, DateTimeOffset At, string? Reason);

/// <summary>Who signed off on what, and who said no.</summary>
public sealed record ApprovalState
{
    /// <summary>Longest that an approval may wait for its warrant.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    internal static readonly FrozenSet<string> Verbs = new[] { ApprovalGiven.Verb, RejectionGiven.Verb }.ToFrozenSet();

    internal static readonly ApprovalState Empty = new();

    /// <summary>Oldest first.</summary>
    public ImmutableList<Approval> Given { get; init; } = [];

    public ImmutableList<Rejection> Rejected { get; init; } = [];

    /// <summary>Approvals of a release in an environment, oldest first.</summary>
    public IEnumerable<Approval> Of(SystemKey key, string release) =>
        Given.Where(a => a.Key == key && a.Release == release);

    /// <summary>The rejection of a release in an environment, null when nobody said no.</summary>
    public Rejection? RejectionOf(SystemKey key, string release) =>
        Rejected.Find(r => r.Key == key && r.Release == release);

    internal Answer<ApprovalState> Apply(GovernanceEntry entry, GovernanceState whole) =>
        entry.Verb == ApprovalGiven.Verb
            ? Approve(entry, entry.Read<ApprovalGiven>(), whole)
            : Reject(entry, entry.Read<RejectionGiven>(), whole);

    private Answer<ApprovalState> Approve(GovernanceEntry entry, ApprovalGiven body, GovernanceState whole)
    {
        var key = new SystemKey(body.System, body.Environment);
        if (Standing(entry, key, body.Release, whole) is { } no)
            return no;

        if (whole.Registry.IsRetired(key.System))
            return RegistryErrors.Retired(key.System);

        if (Ownership.IsVacant(whole, whole.Registry.Systems[key]))
            return HandoverErrors.Vacant(key.System);

        if (Tiering.IsFrozen(whole.Registry.Systems[key]))
            return TaxonomyErrors.Frozen(key.System, whole.Registry.Systems[key].Risen!.Edition);

        var lacks = ReleaseReadiness.Sentences(
            whole, whole.Registry.Systems[key], whole.Registry.Release(key.System, body.Release)!, entry.Time);
        if (lacks.Count > 0)
            return ApprovalErrors.EvidenceMissing(lacks);

        var read = SignedStatement.ReadApproval(entry.Statement);
        if (read.Fault is { } fault)
            return fault;

        var (envelope, said) = (read.Value.Envelope, read.Value.Predicate);
        var person = whole.Roster.Live(entry.Actor.Id);
        var signer = person?.SignerOf(envelope, entry.Time);
        if (signer is null || said.Person != entry.Actor.Id)
            return PasskeyErrors.Of(person, envelope, entry.Time) ?? ApprovalErrors.NotTheirSignature();

        if (said.DigestFrom == DigestOrigin.Checkout && signer is PasskeyPublicKey)
            return PasskeyErrors.NoCheckout();

        if (Differences(read.Value.Statement, whole, key, body.Release, entry.Time) is [var first, ..])
            return ApprovalErrors.Differs(first);

        // The same person may sign again to say more: that the digest was computed from a checkout.
        var isNews = said.DigestFrom == DigestOrigin.Checkout;
        if (Of(key, body.Release).Any(a => a.Person == entry.Actor.Id && IsCurrent(a, whole, entry.Time)
            && !(isNews && a.Said.DigestFrom != DigestOrigin.Checkout)))
        {
            return ApprovalErrors.AlreadyApproved();
        }

        return this with
        {
            Given = Given.Add(new Approval(
                key, body.Release, entry.Actor.Id, signer.KeyId, said, entry.Statement!.Value, entry.Time,
                body.Late || IsServed(key, body.Release, whole, entry.Time))),
        };
    }

    private Answer<ApprovalState> Reject(GovernanceEntry entry, RejectionGiven body, GovernanceState whole)
    {
        var key = new SystemKey(body.System, body.Environment);
        if (Standing(entry, key, body.Release, whole) is { } no)
            return no;

        if (whole.Warrants.InForce(key, entry.Time).Any(w => w.Release == body.Release))
            return ApprovalErrors.Warranted();

        if (body.Reason is not null && (PlainWords.Check(body.Reason, "reason") ?? SignedAct.Check(
            entry, whole, "reject", body.Release, SignedStatement.DigestOf(body))) is { } fault)
        {
            return fault;
        }

        return this with
        {
            Rejected = Rejected.Add(new(key, body.Release, entry.Actor.Id, entry.Time, body.Reason)),
        };
    }

    /// <summary>Whether a release served before anybody approved it now: under the terms as they stand, or by an
    /// exception.</summary>
    private static bool IsServed(SystemKey key, string release, GovernanceState whole, DateTimeOffset at) =>
        whole.Exceptions.Served(key, release, at)
        || (whole.Registry.Systems.GetValueOrDefault(key) is { } system
            && whole.Warrants.InForce(key, at).Any(w => w.Release == release && w.IsAsDeclared(system)));

    private GovernanceFault? Standing(GovernanceEntry entry, SystemKey key, string release, GovernanceState whole)
    {
        if (whole.Registry.Find(key.System, key.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem(key.ToString());

        if (whole.Registry.Release(key.System, release) is not { } submitted)
            return RegistryErrors.NoSuchRelease(release);

        if (submitted.IsBy(entry.Actor.Id))
            return ApprovalErrors.OwnWork();

        var may = entry.Verb == ApprovalGiven.Verb
            ? Permission.MayApprove(whole, entry.Actor.Id, system)
            : Permission.MayReject(whole, entry.Actor.Id, system);
        if (!may)
            return ApprovalErrors.NoStanding();

        if (entry.Verb == ApprovalGiven.Verb && submitted.Floating && !QuorumRule.MayFloat(system.Tier))
            return ApprovalErrors.Floating(system.Tier);

        return RejectionOf(key, release) is null ? null : ApprovalErrors.Rejected();
    }

    /// <summary>Whether an approval counts now: not expired, of the terms as declared now, by a key that still stands,
    /// and given since the last revocation: a revoked release is to be approved again, not issued again.</summary>
    internal static bool IsCurrent(Approval approval, GovernanceState whole, DateTimeOffset at) =>
        approval.Said.Expires > at && approval.Said.Conditions.All(c => c.Until is not { } until || until > at)
        && whole.Registry.Find(approval.Key.System, approval.Key.Environment) is { } system
        && approval.Said.Terms == system.Terms && approval.Said.Tier == system.Tier
        && approval.Said.Taxonomy == system.Taxonomy
        && whole.Roster.Live(approval.Person)?.Holds(approval.KeyId) == true
        && !whole.Warrants.WasRevokedSince(approval.Key, approval.Release, approval.At);

    /// <summary>Every member of a statement that does not say what stands; empty when it binds exactly this.</summary>
    internal static IReadOnlyList<string> Differences(
        Statement<ApprovalPredicate> statement, GovernanceState whole, SystemKey key, string release,
        DateTimeOffset at)
    {
        var (said, genesis) = (statement.Predicate, whole.Founded);
        if (whole.Registry.Find(key.System, key.Environment) is not { } system)
            return ["system"];

        var subjects = statement.Subject.DistinctBy(s => s.Name)
            .ToDictionary(s => s.Name, s => "sha256:" + s.Digest.Sha256);
        return [.. new (string Name, bool Holds)[]
        {
            ("org", said.Org == genesis.Facts.Org),
            ("environment", said.Environment == key.Environment),
            ("system", said.System == key.System),
            ("release", said.Release == release),
            ("subject", statement.Subject.Count == 2
                && subjects.GetValueOrDefault(StatementSubject.Release) == release
                && subjects.GetValueOrDefault(StatementSubject.Terms) == system.Terms),
            ("terms", said.Terms == system.Terms),
            ("purpose", said.Purpose == system.Purpose),
            ("population", said.Population == system.Population),
            ("tier", said.Tier == system.Tier),
            ("taxonomy", said.Taxonomy == system.Taxonomy),
            ("difference", Digest.IsWellFormed(said.Difference)),
            ("expires", said.Expires > at && said.Expires <= at + LongestWait + TimeSpan.FromMinutes(1)),
            ("conditions", ApprovalWish.Fault(said.Conditions, at) is null),
            ("demo", said.Demo == genesis.IsTrial),
            ("digestFrom", DigestOrigin.IsKnown(said.DigestFrom)),
        }.Where(member => !member.Holds).Select(member => member.Name)];
    }
}
