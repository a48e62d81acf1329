using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Approvals;

/// <summary>What a person signs to say no.</summary>
/// <param name="Content">Exactly what the statement's <c>after</c> is the digest of.</param>
public sealed record RejectionProposal(string Payload, string PayloadType, string Release, RejectionGiven Content);

/// <summary>A release that went back to its author.</summary>
public sealed record RejectionReceipt(string State, string Release, string Reason);

/// <summary>Says no to a release, by the signature of somebody who might have approved it. The release returns to its
/// author, with the reason; it can be approved in that environment no more.</summary>
public sealed class RejectDesk(GovernanceLog log, SnapshotPublisher publisher, TimeProvider time)
{
    /// <summary>How long a proposed rejection may wait for its signature.</summary>
    public static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>The statement for this person to sign.</summary>
    public Answer<RejectionProposal> Propose(
        Principal asks, string name, string version, string environment, string reason)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        var found = Find(state, name, version, environment, reason);
        if (found.Fault is { } fault)
            return fault;

        var content = found.Value;
        if (state.Registry.Version(name, version)!.IsBy(asks.Person))
            return ApprovalErrors.OwnWork();

        if (!Permission.MayReject(state, asks.Person, state.Registry.Find(name, environment)!))
            return ApprovalErrors.NoStanding();

        var proposal = ActProposal.Of(
            state, "reject", content.Release, SignedStatement.DigestOf(content), now + ProposalLife);
        return new RejectionProposal(proposal.Payload, proposal.PayloadType, content.Release, content);
    }

    /// <summary>Takes the signed no.</summary>
    public async Task<Answer<RejectionReceipt>> RejectAsync(
        Principal asks, string name, string version, string environment, string reason, JsonElement envelope,
        CancellationToken cancellationToken)
    {
        var found = Find(log.State, name, version, environment, reason);
        if (found.Fault is { } fault)
            return fault;

        var draft = GovernanceDraft.Of(asks.Actor, found.Value.Release, found.Value) with { Statement = envelope };
        var wasServed = log.State.Exceptions.On(new SystemKey(name, environment), time.GetUtcNow())?.Content.Release
            == found.Value.Release;
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            return refused.Fault;

        if (wasServed)
            await publisher.PublishAsync(CancellationToken.None); // the no ends the exception that it served under

        return new RejectionReceipt("rejected", found.Value.Release, reason);
    }

    private static Answer<RejectionGiven> Find(
        GovernanceState state, string name, string version, string environment, string reason)
    {
        if (state.Registry.Find(name, environment) is null)
            return RegistryErrors.NoSuchSystem($"{name} in {environment}");

        if (state.Registry.Version(name, version) is not { } release)
            return RegistryErrors.NoSuchRelease($"{name}@{version}");

        return PlainWords.Check(reason, "reason") is { } words
            ? words
            : new RejectionGiven
            {
                System = name,
                Environment = environment,
                Release = release.Digest,
                Reason = reason,
            };
    }
}
