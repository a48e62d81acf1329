using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;

namespace Provost.Control.Intake.Editions;

/// <summary>An edition as a client sends it.</summary>
/// <param name="File">Name that errors carry.</param>
/// <param name="Edition">The text of the file.</param>
public sealed record EditionRequest(string File, string Edition);

/// <summary>What an edition would do.</summary>
/// <param name="Digest">Of its canonical JSON: what persons sign.</param>
/// <param name="Frozen">Systems whose releases freeze, that is of which it asks more.</param>
/// <param name="Changes">Every system in every environment, what tightens first.</param>
public sealed record EditionPlan(
    int Edition, string Digest, int Frozen, string? Reapproval, IReadOnlyList<TierChange> Changes);

/// <summary>The act to sign, with what it brings about.</summary>
/// <param name="Second">Whether the signature is the second one, which puts the edition in force.</param>
public sealed record EditionProposal(string Payload, string PayloadType, bool Second, EditionPlan Plan);

/// <summary>How far an edition has come.</summary>
/// <param name="InForce">Two persons signed it; false: it waits for the second.</param>
public sealed record EditionStanding(int Edition, string Digest, bool InForce);

/// <summary>
/// Editions of the taxonomy: planned by anybody, brought by one person of compliance or approval, put in force by
/// another who sends the same file. Everything that an edition does to systems is done by the fold.
/// </summary>
public sealed class TaxonomyDesk(
    GovernanceLog log, SnapshotPublisher publisher, Database database, TimeProvider time)
{
    private static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>What an edition would do to every system; changes nothing.</summary>
    public Answer<EditionPlan> Plan(EditionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var read = TaxonomyReader.Read(request.Edition, request.File);
        return read.Fault is { } fault ? fault : Planned(log.State, read.Value);
    }

    /// <summary>What the edition that waits would do; null while none waits.</summary>
    public EditionPlan? PlanOfWaiting() =>
        log.State.Taxonomies.Waiting(time.GetUtcNow()) is { Document: { } document, Digest: { } digest } waiting
            ? Planned(log.State, new ReadEdition(waiting.Rules, document, digest))
            : null;

    /// <summary>The act for this person to sign: the first signature, or the second where the same edition waits for
    /// it.</summary>
    public Answer<EditionProposal> Propose(Principal asks, EditionRequest request)
    {
        ArgumentNullException.ThrowIfNull(asks);
        var plan = Plan(request);
        if (plan.Fault is { } fault)
            return fault;

        var (state, now) = (log.State, time.GetUtcNow());
        if (Refusal(state, asks, plan.Value, now) is { } no)
            return no;

        var act = ActProposal.Of(
            state, TaxonomyState.ActVerb, TaxonomyState.Target(plan.Value.Edition), plan.Value.Digest,
            now + ProposalLife);
        return new EditionProposal(act.Payload, act.PayloadType, IsSecond(state, plan.Value.Digest, now), plan.Value);
    }

    /// <summary>Takes a signature under an edition: the first brings it, the second puts it in force.</summary>
    public async Task<Answer<EditionStanding>> SignAsync(
        Principal asks, EditionRequest request, JsonElement envelope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asks);
        ArgumentNullException.ThrowIfNull(request);
        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        var read = TaxonomyReader.Read(request.Edition, request.File);
        if (read.Fault is { } unsound)
            return unsound;

        var (edition, now) = (read.Value, time.GetUtcNow());
        var outcome = await log.AppendAsync(
            state => new Answer<IReadOnlyList<GovernanceDraft>>(
                [Draft(asks, edition, IsSecond(state, edition.Digest, now)) with { Statement = envelope }]),
            cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
            return refused.Fault;

        var isInForce = log.State.Taxonomies.Editions[^1].Digest == edition.Digest;
        if (isInForce)
            await publisher.PublishAsync(CancellationToken.None);

        return new EditionStanding(edition.Rules.Edition, edition.Digest, isInForce);
    }

    private static GovernanceDraft Draft(Principal asks, ReadEdition edition, bool isSecond)
    {
        var target = TaxonomyState.Target(edition.Rules.Edition);
        return isSecond
            ? GovernanceDraft.Of(asks.Actor, target, new TaxonomyApplied
            {
                Edition = edition.Rules.Edition,
                Document = edition.Digest,
            })
            : GovernanceDraft.Of(asks.Actor, target, new TaxonomyProposed { Document = edition.Document });
    }

    /// <summary>What the fold would refuse anyhow, said before anybody signs.</summary>
    private static GovernanceFault? Refusal(
        GovernanceState state, Principal asks, EditionPlan plan, DateTimeOffset now)
    {
        var next = state.Taxonomies.InForce.Edition + 1;
        if (!Permission.MayConfirm(state, asks.Person))
            return TaxonomyErrors.MayNot();

        if (plan.Edition != next)
            return TaxonomyErrors.NotNext(next);

        if (!IsSecond(state, plan.Digest, now))
            return null;

        var first = state.Taxonomies.Proposed!.ProposedBy!;
        return first == asks.Person ? TaxonomyErrors.SecondPerson()
            : Permission.MayHold(state, first) || Permission.MayHold(state, asks.Person) ? null
            : TaxonomyErrors.NeedsCompliance();
    }

    private static bool IsSecond(GovernanceState state, string digest, DateTimeOffset now) =>
        state.Taxonomies.Waiting(now)?.Digest == digest;

    private static EditionPlan Planned(GovernanceState state, ReadEdition edition)
    {
        var changes = Tiering.Plan(state, edition.Rules);
        return new EditionPlan(
            edition.Rules.Edition, edition.Digest, changes.Count(c => c.Tightens), edition.Rules.Reapproval?.ToString(),
            changes);
    }
}
