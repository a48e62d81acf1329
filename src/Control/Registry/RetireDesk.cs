using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Gateway.Warrants;

namespace Provost.Control.Registry;

/// <summary>What a person signs to retire a system, and what ends with it.</summary>
/// <param name="Keys">Client keys that end.</param>
/// <param name="Warrants">Warrants in force that end.</param>
public sealed record RetireProposal(string Payload, string PayloadType, JsonElement Says, int Keys, int Warrants);

/// <summary>A system that is retired, with what each gateway confirmed.</summary>
public sealed record RetireReceipt(string System, int Keys, int Warrants, IReadOnlyList<PointReport> Points);

/// <summary>Ends systems for good.</summary>
public sealed class RetireDesk(GovernanceLog log, SnapshotPublisher publisher, TimeProvider time)
{
    private static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>The statement to sign.</summary>
    public Answer<RetireProposal> Propose(string system)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        if (!state.Registry.Everywhere(system).Any())
            return RegistryErrors.NoSuchSystem(system);

        if (state.Registry.IsRetired(system))
            return RegistryErrors.Retired(system);

        var body = new SystemRetired { System = system };
        var proposal = ActProposal.Of(
            state, "retire", system, SignedStatement.DigestOf(body), InstantConverter.Whole(now + ProposalLife));
        var (keys, warrants) = Ending(state, system, now);
        return new RetireProposal(
            proposal.Payload, proposal.PayloadType,
            JsonSerializer.SerializeToElement(body, GovernanceJson.Default.SystemRetired), keys, warrants);
    }

    /// <summary>Retires the system; every gateway that confirmed refuses its calls when this returns.</summary>
    /// <param name="asks">The person, whose signature the envelope carries.</param>
    /// <param name="system">Its name.</param>
    /// <param name="envelope">The signed statement.</param>
    /// <param name="reason">Why; recorded, never empty.</param>
    /// <param name="cancellationToken">Ends the wait for the writer; what was written is published.</param>
    public async Task<Answer<RetireReceipt>> RetireAsync(
        Principal asks, string system, JsonElement envelope, string reason, CancellationToken cancellationToken)
    {
        if (reason.Trim().Length == 0)
            return RegistryErrors.RetireReasonMissing();

        var (keys, warrants) = Ending(log.State, system, time.GetUtcNow());
        var draft = GovernanceDraft.Of(asks.Actor, system, new SystemRetired { System = system }) with
        {
            Statement = envelope,
            Reason = reason,
        };
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : new RetireReceipt(system, keys, warrants, await publisher.PublishAsync(CancellationToken.None));
    }

    private static (int Keys, int Warrants) Ending(GovernanceState state, string system, DateTimeOffset now) => (
        state.ClientKeys.Keys.Values.Count(k => k.System.System == system && k.IsLive(now)),
        state.Warrants.Issued.Count(w => w.Key.System == system && w.IsInForce(now)));
}
