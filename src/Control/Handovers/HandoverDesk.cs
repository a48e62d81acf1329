using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;

namespace Provost.Control.Handovers;

/// <summary>Who is to hold which office: mail addresses or ids of persons; null leaves an office as it is.</summary>
public sealed record HandoverWish(string? Business = null, string? Technical = null, string? Deputy = null);

/// <summary>What a person signs, and exactly what it says.</summary>
/// <param name="Says">The act's content; the statement names its digest.</param>
/// <param name="Persons">Names of the persons in it, by id.</param>
public sealed record HandoverProposal(
    string Payload, string PayloadType, JsonElement Says, IReadOnlyDictionary<string, string> Persons);

/// <summary>Owners in force, and what is still offered.</summary>
public sealed record HandoverStanding(string System, OwnersView Owners, OwnersView? Offered);

/// <summary>A rehearsal that was recorded, with what each gateway answered.</summary>
public sealed record RehearsalReceipt(Guid Rehearsal, IReadOnlyList<PointReport> Points);

/// <summary>Hands offices over: one person offers, the other accepts, each with a signature of their own.</summary>
public sealed class HandoverDesk(
    GovernanceLog log, PeopleDirectory directory, SnapshotPublisher publisher, Database database, SystemViews views,
    TimeProvider time)
{
    private static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>The statement for an offer.</summary>
    public async Task<Answer<HandoverProposal>> ProposeAsync(
        string system, HandoverWish wish, CancellationToken cancellationToken)
    {
        if (!log.State.Registry.Everywhere(system).Any())
            return RegistryErrors.NoSuchSystem(system);

        var ids = new Dictionary<string, string>();
        foreach (var (office, named) in new[]
        {
            ("business", wish.Business), ("technical", wish.Technical), ("deputy", wish.Deputy),
        })
        {
            if (string.IsNullOrWhiteSpace(named))
                continue;

            var person = log.State.Roster.Live(named) ?? await directory.ByMailAsync(named, cancellationToken);
            if (person is null)
                return HandoverErrors.NotLive(office);

            ids[office] = person.Id;
        }

        return ids.Count == 0
            ? HandoverErrors.Nothing()
            : Propose("handover", new HandoverOffered
            {
                System = system,
                Business = ids.GetValueOrDefault("business"),
                Technical = ids.GetValueOrDefault("technical"),
                Deputy = ids.GetValueOrDefault("deputy"),
            }, system, ids.Values);
    }

    /// <summary>Offers the offices with the statement signed.</summary>
    public Task<Answer<HandoverStanding>> OfferAsync(
        Principal asks, string system, HandoverOffered offer, JsonElement envelope, string reason,
        CancellationToken cancellationToken) => WriteAsync(
            system,
            GovernanceDraft.Of(asks.Actor, system, offer) with
            {
                Statement = envelope,
                Reason = reason.Trim().Length == 0 ? null : reason,
            },
            cancellationToken);

    /// <summary>The statement by which this person accepts what is offered, or takes the office they were named
    /// for.</summary>
    public Answer<HandoverProposal> ProposeAcceptance(Principal asks, string system)
    {
        var here = log.State.Registry.Everywhere(system).ToList();
        if (here.Count == 0)
            return RegistryErrors.NoSuchSystem(system);

        return here.Find(s => s.MayAccept(asks.Person)) is { } offered
            ? Propose(
                "accept_ownership", new OwnershipAccepted { System = system, Owners = offered.Named }, system,
                Ownership.Offices(offered.Named).Select(o => o.Person))
            : HandoverErrors.NothingOffered(system);
    }

    /// <summary>Accepts with the statement signed.</summary>
    public Task<Answer<HandoverStanding>> AcceptAsync(
        Principal asks, string system, JsonElement envelope, CancellationToken cancellationToken)
    {
        var owners = log.State.Registry.Everywhere(system).FirstOrDefault(s => s.MayAccept(asks.Person))?.Named;
        return owners is null
            ? Task.FromResult<Answer<HandoverStanding>>(HandoverErrors.NothingOffered(system))
            : WriteAsync(
                system,
                GovernanceDraft.Of(
                    asks.Actor, system, new OwnershipAccepted { System = system, Owners = owners }) with
                {
                    Statement = envelope,
                },
                cancellationToken);
    }

    /// <summary>Goes through a pause up to its effect: the fold holds it against the rule of a real one, and every
    /// gateway is handed what stands.</summary>
    public async Task<Answer<RehearsalReceipt>> RehearseAsync(
        Principal asks, SystemKey key, CancellationToken cancellationToken)
    {
        var body = new PauseRehearsed { System = key.System, Environment = key.Environment };
        var draft = GovernanceDraft.Of(asks.Actor, key.System, body) with { Drill = true };
        return await log.AppendAsync(draft, cancellationToken) switch
        {
            GovernanceOutcome.Refused refused => refused.Fault,
            GovernanceOutcome.Done done => new RehearsalReceipt(
                done.Entries[^1].Id, await publisher.PublishAsync(CancellationToken.None)),
            _ => throw new InvalidOperationException(),
        };
    }

    private HandoverProposal Propose<T>(string verb, T body, string system, IEnumerable<string> persons)
        where T : IGovernanceBody<T>
    {
        var proposal = ActProposal.Of(
            log.State, verb, system, SignedStatement.DigestOf(body), time.GetUtcNow() + ProposalLife);
        return new HandoverProposal(
            proposal.Payload, proposal.PayloadType, JsonSerializer.SerializeToElement(body, T.Json),
            persons.Distinct().ToDictionary(p => p, directory.NameOf));
    }

    private async Task<Answer<HandoverStanding>> WriteAsync(
        string system, GovernanceDraft draft, CancellationToken cancellationToken)
    {
        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            return refused.Fault;

        await publisher.PublishAsync(CancellationToken.None);
        var now = log.State.Registry.Everywhere(system).First();
        return new HandoverStanding(
            system, views.Owners(now.Owners), now.Proposed is { } offered ? views.Owners(offered) : null);
    }
}
