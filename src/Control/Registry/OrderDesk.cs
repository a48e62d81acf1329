using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Storage;
using Provost.Gateway.Warrants;

namespace Provost.Control.Registry;

/// <summary>An order that stands, with what each gateway confirmed.</summary>
public sealed record OrderReceipt(Guid Order, IReadOnlyList<PointReport> Points);

/// <summary>Orders that ended.</summary>
public sealed record ResumeReceipt(IReadOnlyList<Guid> Ended, IReadOnlyList<PointReport> Points);

/// <summary>What an owner signs to resume: exactly the orders named.</summary>
public sealed record ResumeProposal(string Payload, string PayloadType, IReadOnlyList<Order> Orders);

/// <summary>Tightens in one step, without the database; loosens by an owner's signature alone.</summary>
public sealed class OrderDesk(GovernanceLog log, SnapshotPublisher publisher, Database database, TimeProvider time)
{
    /// <summary>How long a proposed resume may wait for its signature.</summary>
    public static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>Gives an order; it is in force at every confirmed point when this returns.</summary>
    /// <param name="actor">A person, or <see cref="Actor.Response"/>.</param>
    /// <param name="key">The system.</param>
    /// <param name="kind"><c>pause</c>, <c>kill</c>, <c>fallback</c> or <c>rollback</c>.</param>
    /// <param name="release">Rollback: digest or version to restore; null takes the release warranted before.</param>
    /// <param name="incident">The incident it answers.</param>
    /// <param name="reason">Why; recorded.</param>
    /// <param name="cancellationToken">Ends the wait for the writer; an order once written is published.</param>
    public async Task<Answer<OrderReceipt>> GiveAsync(
        Actor actor, SystemKey key, string kind, string? release, Guid? incident, string reason,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var state = log.State;
        // The response may ask again after a crash; the order that stands is reported again, not doubled.
        if (incident is { } known && state.Orders.On(key).FirstOrDefault(o => o.Incident == known && o.Kind == kind)
            is { } standing)
        {
            return new OrderReceipt(standing.Id, await publisher.PublishAsync(CancellationToken.None));
        }

        var body = new OrderGiven
        {
            Id = Guid.CreateVersion7(now),
            Kind = kind,
            System = key.System,
            Environment = key.Environment,
            Release = kind == "rollback" ? Target(state, key, release, now) : null,
            Incident = incident,
        };
        var draft = GovernanceDraft.Of(actor, key.System, body) with { Reason = reason.Length == 0 ? null : reason };
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : new OrderReceipt(body.Id, await publisher.PublishAsync(CancellationToken.None));
    }

    /// <summary>What an owner has to sign to end every order in force on a system.</summary>
    public Answer<ResumeProposal> Propose(SystemKey key)
    {
        var state = log.State;
        if (state.Registry.Find(key.System, key.Environment) is null)
            return RegistryErrors.NoSuchSystem(key.ToString());

        var orders = state.Orders.On(key).ToList();
        if (orders.Count == 0)
            return RegistryErrors.NoSuchOrder();

        var act = new ActPredicate
        {
            Org = state.Founded.Facts.Org,
            Environment = key.Environment,
            Verb = "resume",
            Object = key.System,
            Before = OrderState.DigestOf(orders.Select(o => o.Id)),
            Expires = InstantConverter.Whole(time.GetUtcNow() + ProposalLife),
            Nonce = SecretText.NewSecret(),
        };
        var proposal = Proposal.Of<ActPredicate>(SignedStatement.ActPayload(act, []));
        return new ResumeProposal(proposal.Payload, proposal.PayloadType, orders);
    }

    /// <summary>Ends the orders that the signed statement names.</summary>
    public async Task<Answer<ResumeReceipt>> ResumeAsync(
        Principal asks, SystemKey key, JsonElement envelope, string reason, CancellationToken cancellationToken)
    {
        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        IReadOnlyList<Guid> ended = [];
        var outcome = await log.AppendAsync(
            state =>
            {
                ended = [.. state.Orders.On(key).Select(o => o.Id)];
                var body = new OrderEnded { System = key.System, Environment = key.Environment, Orders = ended };
                var draft = GovernanceDraft.Of(asks.Actor, key.System, body) with
                {
                    Statement = envelope,
                    Reason = reason.Length == 0 ? null : reason,
                };
                return new Answer<IReadOnlyList<GovernanceDraft>>([draft]);
            },
            cancellationToken);
        return outcome is GovernanceOutcome.Refused refused
            ? refused.Fault
            : new ResumeReceipt(ended, await publisher.PublishAsync(CancellationToken.None));
    }

    private static string? Target(GovernanceState state, SystemKey key, string? asked, DateTimeOffset now) =>
        asked is null
            ? state.Warrants.InForce(key, now).Select(w => w.Release).Distinct().Skip(1).FirstOrDefault()
            : state.Registry.Version(key.System, asked)?.Digest ?? asked;
}
