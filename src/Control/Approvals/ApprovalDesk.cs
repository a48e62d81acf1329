using System.Text;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Custody;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.Control.Approvals;

/// <summary>What a person is asked to sign off, with the bytes to sign.</summary>
/// <param name="Needed">Who is still missing, one sentence each.</param>
public sealed record ApprovalProposal(
    string Payload, string PayloadType, string Release, string Terms, IReadOnlyList<Change> Difference, string Tier,
    IReadOnlyList<string> Needed);

/// <summary>How far a release has come.</summary>
/// <param name="Warrant">Id of the warrant in force for it, null while approvals are missing.</param>
public sealed record ApprovalStanding(int Approvals, IReadOnlyList<string> Missing, Guid? Warrant);

/// <summary>Proposes statements, takes signatures, and has the warrant issued when the quorum is reached.</summary>
/// <param name="checkpoint">The newest checkpoint as note text, null before the first.</param>
public sealed class ApprovalDesk(
    GovernanceLog log, BlobStore blobs, ISigner signer, SnapshotPublisher publisher, Database database,
    Func<string?> checkpoint, TimeProvider time)
{
    /// <summary>How long an approval waits for the others of its quorum.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>The statement about a release for this person to sign.</summary>
    /// <param name="wish">What the signer adds to it.</param>
    public async Task<Answer<ApprovalProposal>> ProposeAsync(
        Principal asks, string name, string version, string environment, ApprovalWish wish,
        CancellationToken cancellationToken)
    {
        var (state, now) = (log.State, InstantConverter.Whole(time.GetUtcNow()));
        if (Find(state, name, version, environment, out var system, out var release) is { } unknown)
            return unknown;

        if (release!.IsBy(asks.Person))
            return ApprovalErrors.OwnWork();

        if (!Permission.MayApprove(state, asks.Person, system!))
            return ApprovalErrors.NoStanding();

        var lacks = ReleaseReadiness.Sentences(state, system!, release, now);
        if (lacks.Count > 0)
            return ApprovalErrors.EvidenceMissing(lacks);

        var live = state.Warrants.Live(system!.Key, now)?.Release;
        if (await ReleaseDifference.OfAsync(state, blobs, release, live, cancellationToken) is not { } difference)
            return ApprovalErrors.BlobGone();

        var predicate = new ApprovalPredicate
        {
            Org = state.Founded.Facts.Org,
            Environment = environment,
            System = name,
            Release = release.Digest,
            Terms = system.Terms,
            Purpose = system.Purpose,
            Population = system.Population,
            Tier = system.Tier,
            Taxonomy = system.Taxonomy,
            Difference = DocumentDifference.DigestOf(difference),
            Person = asks.Person,
            Expires = now + Life,
            Nonce = SecretText.NewSecret(),
            Demo = state.Founded.IsTrial,
            Seen = Seen(),
            Conditions = wish.Conditions,
            DigestFrom = wish.DigestFrom,
        };
        var payload = SignedStatement.Payload(
            new Statement<ApprovalPredicate>
            {
                Subject =
                [
                    new(StatementSubject.Release, new(release.Digest["sha256:".Length..])),
                    new(StatementSubject.Terms, new(system.Terms["sha256:".Length..])),
                ],
                PredicateType = PredicateTypes.Approval,
                Predicate = predicate,
            },
            SnapshotJson.Default.StatementApprovalPredicate);
        return new ApprovalProposal(
            Convert.ToBase64String(payload), Statement<ApprovalPredicate>.PayloadType, release.Digest, system.Terms,
            difference, system.Tier, QuorumRule.Of(state, system, release, now).Missing);
    }

    /// <summary>Digest of the difference that an approval of this release signs now; null when its documents are
    /// lost.</summary>
    public async Task<string?> DifferenceAsync(
        SystemKey key, ReleaseState release, CancellationToken cancellationToken)
    {
        var state = log.State;
        var live = state.Warrants.Live(key, time.GetUtcNow())?.Release;
        return await ReleaseDifference.OfAsync(state, blobs, release, live, cancellationToken) is { } difference
            ? DocumentDifference.DigestOf(difference)
            : null;
    }

    /// <summary>Takes a signed approval; the warrant is in force when the last one returns.</summary>
    public async Task<Answer<ApprovalStanding>> ApproveAsync(
        Principal asks, string name, string version, string environment, JsonElement envelope,
        CancellationToken cancellationToken)
    {
        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        var (before, now) = (log.State, time.GetUtcNow());
        if (Find(before, name, version, environment, out var system, out var release) is { } unknown)
            return unknown;

        if (await KeepDifferenceAsync(before, system!, release!, envelope, now, cancellationToken) is { } differs)
            return differs;

        var (key, digest) = (system!.Key, release!.Digest);
        var outcome = await log.AppendAsync(
            state => new Answer<IReadOnlyList<GovernanceDraft>>(
            [
                GovernanceDraft.Of(asks.Actor, digest, new ApprovalGiven
                {
                    System = name,
                    Environment = environment,
                    Release = digest,
                    Late = IsWarranted(state, key, digest, now),
                }) with { Statement = envelope, After = digest },
            ]),
            cancellationToken);
        return outcome is GovernanceOutcome.Refused refused
            ? refused.Fault
            : await SettleAsync(key, digest, CancellationToken.None);
    }

    /// <summary>Has the signer issue what the approvals bear, unless that stands already.</summary>
    private async Task<Answer<ApprovalStanding>> SettleAsync(
        SystemKey key, string digest, CancellationToken cancellationToken)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        var system = state.Registry.Systems[key];
        var quorum = QuorumRule.Of(state, system, state.Registry.Release(key.System, digest)!, now);
        if (!quorum.Reached)
            return new ApprovalStanding(quorum.Counted.Count, quorum.Missing, null);

        if (!IsWarranted(state, key, digest, now))
        {
            var signed = await signer.IssueWarrantAsync(
                new WarrantRequest(key.System, key.Environment, digest), cancellationToken);
            if (signed.Fault is { } fault)
                return fault;

            var outcome = await log.AppendAsync(
                current => new Answer<IReadOnlyList<GovernanceDraft>>(
                    IsWarranted(current, key, digest, now) ? [] : [Draft(signed.Value)]),
                cancellationToken);
            if (outcome is GovernanceOutcome.Refused refused)
                return refused.Fault;

            await publisher.PublishAsync(cancellationToken);
        }

        var warrant = log.State.Warrants.InForce(key, time.GetUtcNow()).FirstOrDefault(w => w.Release == digest);
        return new ApprovalStanding(quorum.Counted.Count, [], warrant?.Id);
    }

    private static GovernanceDraft Draft(SignedWarrant signed) =>
        GovernanceDraft.Of(Actor.Self, signed.Id.ToString(), new WarrantIssued { Warrant = signed.Id }) with
        {
            Statement = signed.Envelope,
        };

    private static bool IsWarranted(GovernanceState state, SystemKey key, string digest, DateTimeOffset now) =>
        state.Registry.Systems.GetValueOrDefault(key) is { } system
        && state.Warrants.InForce(key, now).Any(w => w.Release == digest && w.IsAsDeclared(system));

    /// <summary>The difference that was shown must be the one that holds: what serves may have changed since. It is
    /// kept under the digest that the statement names, before the record names it.</summary>
    private async Task<GovernanceFault?> KeepDifferenceAsync(
        GovernanceState state, SystemState system, ReleaseState release, JsonElement envelope, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var read = SignedStatement.ReadApproval(envelope);
        if (read.Fault is { } fault)
            return fault;

        var live = state.Warrants.Live(system.Key, now)?.Release;
        if (await ReleaseDifference.OfAsync(state, blobs, release, live, cancellationToken) is not { } difference)
            return ApprovalErrors.BlobGone();

        var kept = DocumentDifference.Write(difference);
        if (read.Value.Predicate.Difference != Digest.Of(kept))
            return ApprovalErrors.Differs("difference");

        await blobs.PutAsync(kept, cancellationToken);
        return null;
    }

    private static GovernanceFault? Find(
        GovernanceState state, string name, string version, string environment, out SystemState? system,
        out ReleaseState? release)
    {
        system = state.Registry.Find(name, environment);
        release = state.Registry.Version(name, version);
        return system is null ? RegistryErrors.NoSuchSystem($"{name} in {environment}")
            : release is null ? RegistryErrors.NoSuchRelease($"{name}@{version}")
            : null;
    }

    private SeenCheckpoint? Seen() =>
        checkpoint() is { } text && SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out _)
            && Checkpoint.TryParse(note.Text, out var read, out _)
            ? new SeenCheckpoint(read.Size, Convert.ToBase64String(read.Root))
            : null;
}
