using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Gateway.Warrants;

namespace Provost.Control.Adoptions;

/// <summary>What somebody wants adopted.</summary>
/// <param name="Until">At most 30 days after the row began; see <c>docs/adoption.md</c>.</param>
/// <param name="Provider">A provider of the platform's settings; null where it has one alone.</param>
/// <param name="Reason">In clear; null for the usual one.</param>
public sealed record AdoptionOrder(
    string System, DateTimeOffset Until, string? Provider = null, string? Reason = null,
    string Environment = "production");

/// <summary>The act to sign, with the content that it names by digest.</summary>
public sealed record AdoptionProposal(string Payload, string PayloadType, AdoptionContent Content);

/// <summary>What stands now, with what each gateway confirmed.</summary>
public sealed record AdoptionReceipt(Guid Adoption, string Standing, IReadOnlyList<PointReport> Points);

/// <summary>
/// Adoptions: a registered system's traffic passes before anything of it was approved, signed for, over by itself.
/// Ending one needs no signature and no database: it tightens.
/// </summary>
public sealed class AdoptionDesk(
    GovernanceLog log, SnapshotPublisher publisher, Database database, RegistryOptions registry, TimeProvider time)
{
    private const string UsualReason = "On the way to its first approval.";

    private static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>The act for an owner to sign.</summary>
    public Answer<AdoptionProposal> Propose(Principal asks, AdoptionOrder order)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        if (state.Registry.Find(order.System, order.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem($"{order.System} in {order.Environment}");

        if (!Permission.MayAdopt(state, asks.Person, system))
            return AdoptionErrors.NoStanding();

        if (AdoptionState.Against(state, system) is { } against)
            return against;

        var provider = order.Provider ?? (registry.Providers.Count == 1 ? registry.Providers.First() : "");
        if (!registry.Providers.Contains(provider))
            return AdoptionErrors.Provider(registry.Providers);

        var (renews, since) = state.Adoptions.RowAt(system.Key, now);
        var content = new AdoptionContent
        {
            Id = Guid.CreateVersion7(now),
            System = order.System,
            Environment = order.Environment,
            Provider = provider,
            Terms = system.Terms,
            Tier = system.Tier,
            Reason = order.Reason ?? UsualReason,
            Renews = renews,
            Since = since,
            Until = WholeSecondConverter.Floor(Within(order.Until, since + AdoptionContent.Longest)),
        };
        return !content.IsWellFormed() || content.Until <= now ? AdoptionErrors.TooLong(since)
            : PlainWords.Check(content.Reason, "reason") is { } words ? words
            : Proposed(state, content, now);
    }

    /// <summary>Takes the owner's signature: a first adoption is in force at every confirmed point when this
    /// returns.</summary>
    public Task<Answer<AdoptionReceipt>> SignAsync(
        Principal asks, AdoptionContent content, JsonElement envelope, CancellationToken cancellationToken) =>
        WriteAsync(
            content.Id,
            GovernanceDraft.Of(asks.Actor, content.System, new AdoptionSigned { Content = content }) with
            {
                Statement = envelope,
            },
            loosens: true, cancellationToken);

    /// <summary>The act for the second person of a renewal to sign.</summary>
    public Answer<AdoptionProposal> ProposeConfirmation(Principal asks, Guid id)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        if (state.Adoptions.Find(id) is not { IsSigned: false, EndedAt: null } asked || asked.Content.Until <= now)
            return AdoptionErrors.NotAsked();

        if (asked.Signatures[0].Person == asks.Person)
            return AdoptionErrors.SecondPerson();

        return state.Registry.Systems.GetValueOrDefault(asked.Key) is { } system
            && Permission.MayExcept(state, asks.Person, system)
            ? Proposed(state, asked.Content, now)
            : AdoptionErrors.NoSecondStanding();
    }

    /// <summary>Takes the second signature: the renewal is in force at every confirmed point when this
    /// returns.</summary>
    public Task<Answer<AdoptionReceipt>> ConfirmAsync(
        Principal asks, Guid id, JsonElement envelope, CancellationToken cancellationToken) => WriteAsync(
            id,
            GovernanceDraft.Of(asks.Actor, id.ToString(), new AdoptionConfirmed { Adoption = id }) with
            {
                Statement = envelope,
            },
            loosens: true, cancellationToken);

    /// <summary>Ends it at once.</summary>
    public Task<Answer<AdoptionReceipt>> EndAsync(
        Principal asks, Guid id, string reason, CancellationToken cancellationToken) => WriteAsync(
            id,
            GovernanceDraft.Of(asks.Actor, id.ToString(), new AdoptionEnded { Adoption = id, Reason = reason }),
            loosens: false, cancellationToken);

    /// <summary>Whole days that were counted by a clock which goes before this one end with the row.</summary>
    private static DateTimeOffset Within(DateTimeOffset until, DateTimeOffset latest) =>
        until > latest && until - latest < TimeSpan.FromMinutes(5) ? latest : until;

    private static AdoptionProposal Proposed(GovernanceState state, AdoptionContent content, DateTimeOffset now)
    {
        var proposal = ActProposal.Of(
            state, AdoptionContent.Verb, content.Id.ToString(), content.DigestOf(), now + ProposalLife);
        return new AdoptionProposal(proposal.Payload, proposal.PayloadType, content);
    }

    private async Task<Answer<AdoptionReceipt>> WriteAsync(
        Guid id, GovernanceDraft draft, bool loosens, CancellationToken cancellationToken)
    {
        if (loosens && !database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        var wasInForce = log.State.Adoptions.Find(id)?.IsInForce(time.GetUtcNow()) == true;
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            return refused.Fault;

        var now = time.GetUtcNow();
        var stands = log.State.Adoptions.Find(id)!;
        var points = wasInForce != stands.IsInForce(now) ? await publisher.PublishAsync(CancellationToken.None) : [];
        return new AdoptionReceipt(id, stands.Standing(now), points);
    }
}
