using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Envelopes;
using Provost.Control.Evaluations;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Intake;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Custody;

/// <summary>
/// Holds the warrant and snapshot keys and believes nobody: it folds the log for itself, hashes the blobs again and
/// verifies every signature before it signs. Not safe for concurrent use but for its callers' reading.
/// </summary>
/// <param name="keys">The private keys.</param>
/// <param name="fold">The signer's own view of the <c>gov</c> stream.</param>
/// <param name="documents">Bytes by digest, hashed by whoever gives them; null where there are none.</param>
/// <param name="epoch">The highest epoch signed, and how it is raised durably before the signature is given.</param>
/// <param name="isApart">Whether these keys are a user's who is not the server's.</param>
/// <param name="time">The clock of issue.</param>
public sealed class Signer(
    SignerKeys keys, Func<GovernanceState> fold, Func<string, CancellationToken, Task<byte[]?>> documents,
    EpochMark epoch, bool isApart, TimeProvider time) : ISigner
{
    /// <inheritdoc/>
    public async Task<Answer<SignedWarrant>> IssueWarrantAsync(
        WarrantRequest request, CancellationToken cancellationToken)
    {
        var state = fold();
        var now = InstantConverter.Whole(time.GetUtcNow());
        if (state.Registry.Find(request.System, request.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem(request.System);

        if (state.Registry.Release(request.System, request.Release) is not { } submitted)
            return RegistryErrors.NoSuchRelease(request.Release);

        var releaseJson = await documents(submitted.Digest, cancellationToken);
        var terms = await documents(system.Terms, cancellationToken);
        if (releaseJson is null || terms is null)
            return ApprovalErrors.BlobGone();

        var release = ReleaseDocument.Read(releaseJson);
        var quorum = QuorumRule.Of(state, system, submitted, now);
        if (!quorum.Reached)
        {
            var variant = await VariantIssue.PredicateAsync(
                state, system, submitted, release, documents, now, cancellationToken);
            return variant switch
            {
                null => ApprovalErrors.QuorumMissing(quorum.Missing),
                { Fault: { } fault } => fault,
                { Value: var admitted } => Sign(admitted),
            };
        }

        if (Doubt(state, system, SystemDocument.ReadTerms(terms), release, quorum, now) is { } doubt)
            return doubt;

        var key = system.Key;
        var conditions = quorum.Counted.SelectMany(a => a.Said.Conditions).Distinct().ToList();
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
            Conditions = conditions,
            Thresholds = release.Spec.ThresholdsJson,
            Fallback = release.Spec.FallbackJson,
            Owners = new WarrantOwners(system.Owners.Business, system.Owners.Technical, system.Owners.Deputy),
            NotBefore = now,
            NotAfter = ApprovalCondition.EndUnder(
                conditions, ExperimentalLane.EndOf(key.Environment, now, release.Spec.Expires)),
            Late = quorum.Counted.Any(a => a.Late),
            Supersedes = state.Warrants.Live(key, now)?.Id,
            Envelope = release.Spec.EnvelopeJson,
        };
        return Sign(predicate);
    }

    /// <inheritdoc/>
    public Answer<byte[]> SignSnapshot(SnapshotDocument document) =>
        SignSnapshot(document, JsonSerializer.SerializeToUtf8Bytes(document, SnapshotJson.Default.SnapshotDocument));

    /// <summary>Signs exactly these bytes, of which the document was read.</summary>
    internal Answer<byte[]> SignSnapshot(SnapshotDocument document, byte[] payload)
    {
        var state = fold();
        if (document.Org != state.Founded.Facts.Org || document.Origin != state.Founded.Facts.Origin
            || document.Epoch <= Math.Max(state.Epoch, epoch.Highest()))
        {
            return new GovernanceFault(FaultKind.Conflict, "provost.snapshot.epoch",
                "The snapshot is of another log, or its epoch was used.", "Compile it again.");
        }

        if (SnapshotCheck.Doubt(document, state, time.GetUtcNow()) is { } doubt)
            return doubt;

        epoch.Raise(document.Epoch);
        return Dsse.Write(Dsse.Sign(SnapshotDocument.PayloadType, payload, keys.Snapshot));
    }

    /// <inheritdoc/>
    public Answer<JsonElement> SignTestResult(TestResultPredicate result)
    {
        var state = fold();
        return state.Rehearsals.Find(result.Run.Rehearsal) is not { } open || !open.IsOpen(time.GetUtcNow())
                || !RehearsalState.IsOf(result, open, state.Founded.Facts.Org)
            ? EvaluationErrors.OtherResult()
            : SignedStatement.Element(Dsse.Sign(
                Statement<TestResultPredicate>.PayloadType, TestResult.Payload(result, open.Is.Release), keys.Warrant));
    }

    /// <inheritdoc/>
    public Answer<JsonElement> CountersignRoster(string person, string after, string nonce)
    {
        var state = fold();
        if (!state.Roster.IsBootstrap(state.Founded, time.GetUtcNow()))
            return AccessErrors.BootstrapOver();

        if (keys.Root is null)
            return SignerErrors.RootAbsent();

        var act = RosterState.ActFor(state.Founded.Facts.Org, person, after, nonce);
        var envelope = Dsse.Sign(
            Statement<ActPredicate>.PayloadType, SignedStatement.ActPayload(act, []), keys.Root);
        return SignedStatement.Element(envelope);
    }

    /// <inheritdoc/>
    public Answer<SignedGenesis> SignGenesis(GenesisRequest request)
    {
        if (fold().Genesis is not null)
            return SignerErrors.Founded();

        if (keys.Root is null)
            return SignerErrors.RootAbsent();

        var body = new GenesisMade
        {
            Org = request.Org,
            Origin = request.Origin,
            Taxonomy = Taxonomy.BuiltIn.Edition,
            Custody = request.Custody,
            Root = keys.Root.PublicKey.ToString(),
            Warrant = keys.Warrant.PublicKey.ToString(),
            Snapshot = keys.Snapshot.PublicKey.ToString(),
            Log = new NoteVerifierKey(request.Origin, keys.Log.PublicKey).ToString(),
            Payload = request.Payload,
        };
        var bytes = CanonicalJson.From(JsonSerializer.SerializeToElement(body, GovernanceJson.Default.GenesisMade));
        return new SignedGenesis(
            body, SignedStatement.Element(Dsse.Sign(Genesis.PayloadType, bytes, keys.Root)));
    }

    /// <summary>Everything that the fold's quorum does not see: custody, signatures, documents.</summary>
    private GovernanceFault? Doubt(
        GovernanceState state, SystemState system, SystemDocument terms, ReleaseDocument release,
        QuorumStanding quorum, DateTimeOffset now)
    {
        if (!(isApart && state.Custody == "C1") && system.Tier == "high"
            && SigningQuorum.IsProduction(system.Key.Environment) && !state.Founded.IsTrial)
            return ApprovalErrors.CustodyTooLow();

        if (ExperimentalLane.Beyond(system.Key.Environment, terms.Intake.DataClasses) is [var beyond, ..])
            return ApprovalErrors.BeyondExperiment(beyond);

        if (release.System != system.Key.System || terms.Name != system.Key.System
            || terms.Purpose != system.Purpose || terms.Intake.Population != system.Population)
        {
            return ApprovalErrors.BlobGone();
        }

        var submitted = state.Registry.Release(system.Key.System, release.Digest)!;
        if (ReleaseDuties.Of(system.Tier).AsksParts
            && (submitted.Declares?.SequenceEqual(ReleaseDuties.Places(release)) != true
                || (submitted.Evaluation is null) == submitted.Declares.Contains("evaluation")))
        {
            return ApprovalErrors.DeclaredOtherwise();
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
