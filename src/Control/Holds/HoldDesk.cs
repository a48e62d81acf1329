using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;

namespace Provost.Control.Holds;

/// <summary>What somebody wants held. An incident stands for its system, from a week before it opened.</summary>
/// <param name="Subject">A person's alias, as the log has it.</param>
/// <param name="Person">The person as clients name them; only the alias is kept.</param>
public sealed record HoldOrder(
    string Basis, string? System = null, string? Subject = null, DateTimeOffset? From = null,
    DateTimeOffset? To = null, Guid? Incident = null, string? Person = null);

/// <summary>Places holds at once; ends them by the signature of a second person.</summary>
/// <param name="log">Where they stand.</param>
/// <param name="aliasOf">The alias of a person as clients name them.</param>
/// <param name="time">Clock of ids and proposals.</param>
public sealed class HoldDesk(GovernanceLog log, Func<string, string> aliasOf, TimeProvider time)
{
    /// <summary>What led to an incident lies before it.</summary>
    private static readonly TimeSpan BeforeIncident = TimeSpan.FromDays(7);

    private static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>Places a hold; it blocks from the return of this on.</summary>
    public async Task<Answer<Hold>> PlaceAsync(
        Principal asks, HoldOrder order, CancellationToken cancellationToken)
    {
        var incident = order.Incident is { } id ? log.State.Incidents.Incidents.GetValueOrDefault(id) : null;
        if (order.Incident is not null && incident is null)
            return HoldErrors.UnknownIncident();

        if (order is { Subject: not null, Person: not null })
            return HoldErrors.NamesTwice();

        var body = new HoldPlaced
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            System = order.System ?? incident?.System,
            Subject = order.Person is { } person ? aliasOf(person) : order.Subject,
            From = Whole(order.From ?? (incident is null ? null : incident.OpenedAt - BeforeIncident)),
            To = Whole(order.To),
            Incident = order.Incident,
            Basis = order.Basis,
        };
        return await WriteAsync(GovernanceDraft.Of(asks.Actor, body.Id.ToString(), body), body.Id, cancellationToken);
    }

    /// <summary>Asks for a hold to end.</summary>
    public Task<Answer<Hold>> AskReleaseAsync(
        Principal asks, Guid hold, string basis, CancellationToken cancellationToken) => WriteAsync(
            GovernanceDraft.Of(asks.Actor, hold.ToString(), new HoldReleaseAsked { Hold = hold, Basis = basis }), hold,
            cancellationToken);

    /// <summary>What the second person signs.</summary>
    public Answer<Proposal> ProposeRelease(Guid hold)
    {
        if (log.State.Holds.Find(hold) is not { InForce: true } held)
            return HoldErrors.Unknown();

        return held.Asked is { } asked
            ? ActProposal.Of(
                log.State, "release_hold", hold.ToString(),
                SignedStatement.DigestOf(new HoldReleased { Hold = hold, Asked = asked.Id }),
                time.GetUtcNow() + ProposalLife)
            : HoldErrors.NotAsked();
    }

    /// <summary>Ends a hold with the second person's signature.</summary>
    public async Task<Answer<Hold>> ReleaseAsync(
        Principal asks, Guid hold, JsonElement envelope, CancellationToken cancellationToken)
    {
        var body = new HoldReleased { Hold = hold, Asked = log.State.Holds.Find(hold)?.Asked?.Id ?? Guid.Empty };
        var draft = GovernanceDraft.Of(asks.Actor, hold.ToString(), body) with { Statement = envelope };
        return await WriteAsync(draft, hold, cancellationToken);
    }

    private async Task<Answer<Hold>> WriteAsync(
        GovernanceDraft draft, Guid hold, CancellationToken cancellationToken) =>
        await log.AppendAsync(draft, cancellationToken) switch
        {
            GovernanceOutcome.Refused refused => refused.Fault,
            GovernanceOutcome.Done done => done.State.Holds.Find(hold)!,
            _ => throw new InvalidOperationException(),
        };

    private static DateTimeOffset? Whole(DateTimeOffset? at) =>
        at is { } instant ? InstantConverter.Whole(instant) : null;
}
