using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Intake;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Custody;

/// <summary>What the signer is asked to warrant; it looks up everything else itself.</summary>
public sealed record WarrantRequest(string System, string Environment, string Release);

/// <param name="Envelope">The signed statement as a record embeds it.</param>
public sealed record SignedWarrant(Guid Id, JsonElement Envelope);

/// <summary>
/// Holds the warrant and snapshot keys and believes nobody: it folds the log for itself, hashes the blobs again and
/// verifies every signature before it signs. Requests and answers are plain messages, so that another process can hold
/// the keys.
/// </summary>
/// <param name="keys">The private keys.</param>
/// <param name="fold">The signer's own view of the <c>gov</c> stream.</param>
/// <param name="blobs">Documents by digest.</param>
/// <param name="time">The clock of issue.</param>
public sealed class Signer(Keyring keys, Func<GovernanceState> fold, BlobStore blobs, TimeProvider time)
{
    private static readonly Taxonomy Edition = Taxonomy.Load();

    private long _highestEpoch = -1;

    /// <summary>Issues a warrant when roster, approvals and quorum bear it.</summary>
    public async Task<Answer<SignedWarrant>> IssueWarrantAsync(
        WarrantRequest request, CancellationToken cancellationToken)
    {
        var state = fold();
        var now = InstantConverter.Whole(time.GetUtcNow());
        if (state.Registry.Find(request.System, request.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem(request.System);

        if (state.Registry.Release(request.System, request.Release) is not { } submitted)
            return RegistryErrors.NoSuchRelease(request.Release);

        var releaseJson = await blobs.FindAsync(submitted.Digest, cancellationToken);
        var terms = await blobs.FindAsync(system.Terms, cancellationToken);
        if (releaseJson is null || terms is null)
            return ApprovalErrors.BlobGone();

        var release = ReleaseDocument.Read(releaseJson);
        var quorum = QuorumRule.Of(state, system, submitted, now);
        if (!quorum.Reached)
            return ApprovalErrors.QuorumMissing(quorum.Missing);

        if (Doubt(state, system, SystemDocument.ReadTerms(terms), release, quorum, now) is { } doubt)
            return doubt;

        var key = system.Key;
        var predicate = new WarrantPredicate
        {
            Id = Guid.CreateVersion7(now),
            Org = state.Founded.Facts.Org,
            Environment = key.Environment,
            System = key.System,
            Release = submitted.Digest,
            Terms = system.Terms,
            Purpose = system.Purpose,
            Population = system.Population,
            Tier = system.Tier,
            Taxonomy = system.Taxonomy,
            Approvals = [.. quorum.Counted.Select(a => a.Envelope)],
            Conditions = [.. quorum.Counted.SelectMany(a => a.Said.Conditions).Distinct()],
            Thresholds = release.Spec.ThresholdsJson,
            Fallback = release.Spec.FallbackJson,
            Owners = new WarrantOwners(system.Owners.Business, system.Owners.Technical, system.Owners.Deputy),
            NotBefore = now,
            NotAfter = now + release.Spec.Expires,
            Late = quorum.Counted.Any(a => a.Late),
            Supersedes = state.Warrants.Live(key, now)?.Id,
        };
        return Sign(predicate);
    }

    /// <summary>Signs a snapshot of this log, with an epoch above every one signed before.</summary>
    public Answer<byte[]> SignSnapshot(SnapshotDocument document)
    {
        var state = fold();
        if (document.Org != state.Founded.Facts.Org || document.Origin != state.Founded.Facts.Origin
            || document.Epoch <= Math.Max(state.Epoch, Interlocked.Read(ref _highestEpoch)))
        {
            return new GovernanceFault(FaultKind.Conflict, "provost.snapshot.epoch",
                "The snapshot is of another log, or its epoch was used.", "Compile it again.");
        }

        Interlocked.Exchange(ref _highestEpoch, document.Epoch);
        var payload = JsonSerializer.SerializeToUtf8Bytes(document, SnapshotJson.Default.SnapshotDocument);
        return Dsse.Write(Dsse.Sign(SnapshotDocument.PayloadType, payload, keys.Snapshot));
    }

    /// <summary>Countersigns a roster change while the bootstrap lasts.</summary>
    internal Answer<JsonElement> CountersignRoster(string person, string after, string nonce)
    {
        var state = fold();
        if (!state.Roster.IsBootstrap(state.Founded, time.GetUtcNow()))
            return AccessErrors.BootstrapOver();

        var act = RosterState.ActFor(state.Founded.Facts.Org, person, after, nonce);
        var envelope = Dsse.Sign(
            Statement<ActPredicate>.PayloadType, SignedStatement.ActPayload(act, []), keys.Root);
        return SignedStatement.Element(envelope);
    }

    /// <summary>Everything that the fold's quorum does not see: custody, signatures, documents.</summary>
    private static GovernanceFault? Doubt(
        GovernanceState state, SystemState system, SystemDocument terms, ReleaseDocument release,
        QuorumStanding quorum, DateTimeOffset now)
    {
        if (system.Tier == "high" && Edition.IsProduction(system.Key.Environment) && !state.Founded.IsTrial)
            return ApprovalErrors.CustodyTooLow();

        if (release.System != system.Key.System || terms.Name != system.Key.System
            || terms.Purpose != system.Purpose || terms.Intake.Population != system.Population)
        {
            return ApprovalErrors.BlobGone();
        }

        var needsCheckout = DigestOrigin.NeedsCheckout(system.Tier);
        foreach (var approval in quorum.Counted)
        {
            var read = SignedStatement.ReadApproval(approval.Envelope);
            if (read.Fault is { } fault)
                return fault;

            if (state.Roster.Live(approval.Person)?.SignerOf(read.Value.Envelope, now) is null)
                return ApprovalErrors.NotTheirSignature();

            if (ApprovalState.Differences(read.Value.Statement, state, system.Key, release.Digest, now) is [var at, ..])
                return ApprovalErrors.Differs(at);

            needsCheckout &= read.Value.Predicate.DigestFrom != DigestOrigin.Checkout;
        }

        return needsCheckout ? ApprovalErrors.CheckoutMissing() : null;
    }

    private SignedWarrant Sign(WarrantPredicate predicate)
    {
        var statement = new Statement<WarrantPredicate>
        {
            Subject =
            [
                new(StatementSubject.Release, new(predicate.Release["sha256:".Length..])),
                new(StatementSubject.Terms, new(predicate.Terms["sha256:".Length..])),
            ],
            PredicateType = PredicateTypes.Warrant,
            Predicate = predicate,
        };
        var payload = SignedStatement.Payload(statement, SnapshotJson.Default.StatementWarrantPredicate);
        return new SignedWarrant(
            predicate.Id,
            SignedStatement.Element(Dsse.Sign(Statement<WarrantPredicate>.PayloadType, payload, keys.Warrant)));
    }
}
