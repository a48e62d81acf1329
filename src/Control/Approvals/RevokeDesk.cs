using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Gateway.Warrants;

namespace Provost.Control.Approvals;

/// <summary>What a person signs to end a warrant, and what follows from it.</summary>
/// <param name="ServesAfter">The release that traffic then goes to: the newest other one whose warrant is in force;
/// null when there is none, and every call is refused.</param>
public sealed record RevokeProposal(
    string Payload, string PayloadType, Guid Warrant, string System, string Environment, ReleaseRef Release,
    ReleaseRef? ServesAfter);

/// <summary>A warrant that ended, with what each gateway confirmed.</summary>
/// <param name="Serves">The release that traffic goes to now; null when every call is refused.</param>
public sealed record RevokeReceipt(Guid Warrant, ReleaseRef? Serves, IReadOnlyList<PointReport> Points);

/// <summary>Ends a warrant before its time, by the signature of somebody who might have approved it.</summary>
public sealed class RevokeDesk(GovernanceLog log, SnapshotPublisher publisher, Database database, TimeProvider time)
{
    /// <summary>How long a proposed revocation may wait for its signature.</summary>
    public static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>The statement for this person to sign.</summary>
    public Answer<RevokeProposal> Propose(Principal asks, Guid id)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        if (state.Warrants.Find(id) is not { } warrant || !warrant.IsInForce(now))
            return ApprovalErrors.NoSuchWarrant();

        var key = warrant.Key;
        if (!Permission.MayApprove(state, asks.Person, state.Registry.Systems[key]))
            return ApprovalErrors.MayNotRevoke();

        var act = new ActPredicate
        {
            Org = state.Founded.Facts.Org,
            Environment = key.Environment,
            Verb = "revoke",
            Object = id.ToString(),
            Expires = InstantConverter.Whole(now + ProposalLife),
            Nonce = SecretText.NewSecret(),
        };
        var proposal = Proposal.Of<ActPredicate>(SignedStatement.ActPayload(act, []));
        return new RevokeProposal(
            proposal.Payload, proposal.PayloadType, id, key.System, key.Environment, Named(state, warrant),
            state.Warrants.InForce(key, now).FirstOrDefault(w => w.Id != id) is { } next ? Named(state, next) : null);
    }

    /// <summary>Ends the warrant; it is over at every confirmed point when this returns.</summary>
    /// <param name="asks">The person, whose signature the envelope carries.</param>
    /// <param name="id">The warrant.</param>
    /// <param name="envelope">The signed statement.</param>
    /// <param name="reason">Why; recorded, never empty.</param>
    /// <param name="cancellationToken">Ends the wait for the writer; what was written is published.</param>
    public async Task<Answer<RevokeReceipt>> RevokeAsync(
        Principal asks, Guid id, JsonElement envelope, string reason, CancellationToken cancellationToken)
    {
        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        if (reason.Trim().Length == 0)
            return ApprovalErrors.RevokeReasonMissing();

        var draft = GovernanceDraft.Of(asks.Actor, id.ToString(), new WarrantRevoked { Warrant = id }) with
        {
            Statement = envelope,
            Reason = reason,
        };
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            return refused.Fault;

        var points = await publisher.PublishAsync(CancellationToken.None);
        var state = log.State;
        var live = state.Warrants.Live(state.Warrants.Find(id)!.Key, time.GetUtcNow());
        return new RevokeReceipt(id, live is null ? null : Named(state, live), points);
    }

    private static ReleaseRef Named(GovernanceState state, Warrant warrant) => new(
        state.Registry.Release(warrant.Key.System, warrant.Release)?.Version ?? "", warrant.Release);
}
