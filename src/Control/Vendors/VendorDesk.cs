using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;

namespace Provost.Control.Vendors;

/// <summary>A notice as somebody gives it, by hand or in a feed.</summary>
/// <param name="Shutdown">When the provider ends the model.</param>
/// <param name="Source">The https address where the provider says so.</param>
public sealed record NoticeOrder(
    string Provider, string Model, DateTimeOffset Shutdown, string Source, string? Replacement = null);

/// <summary>What became of a feed.</summary>
/// <param name="Added">Notices that are new, as they stand now.</param>
/// <param name="Known">How many stood already.</param>
/// <param name="Dependents">Warranted releases that the new ones end.</param>
public sealed record FeedAnswer(IReadOnlyList<VendorNoticeView> Added, int Known, int Dependents);

/// <summary>Terms as somebody gives them.</summary>
public sealed record TermsOrder(int NoticeDays, bool Reapproval, string Pays, string Contact, string Source);

/// <summary>Keeps notices and terms of providers. A notice is in force at every gateway that confirms before this
/// returns.</summary>
public sealed class VendorDesk(GovernanceLog log, SnapshotPublisher publisher, VendorViews views, TimeProvider time)
{
    private static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>Adds every notice that is new, or none: the first that is wrong refuses all.</summary>
    /// <param name="isFeed">Whether they come from a file that may be read again: twice is once then. By hand a notice
    /// that stands already is a conflict.</param>
    public async Task<Answer<FeedAnswer>> AddAsync(
        Principal asks, IReadOnlyList<NoticeOrder> orders, bool isFeed, CancellationToken cancellationToken)
    {
        if (orders.Count == 0)
            return VendorErrors.EmptyFeed();

        var fresh = new List<VendorNoticeAdded>();
        var outcome = await log.AppendAsync(
            state =>
            {
                fresh.Clear();
                for (var i = 0; i < orders.Count; i++)
                {
                    var body = Body(orders[i]);
                    if (VendorWords.Fault(body) is { } fault)
                        return orders.Count == 1 ? fault : VendorErrors.BadFeed(i, fault);

                    if (!state.Vendors.InForce.Select(n => n.Says).Concat(fresh).Any(said => IsSame(said, body)))
                        fresh.Add(body);
                }

                if (fresh.Count == 0)
                    return VendorErrors.NotedBefore(Body(orders[0]));

                return new Answer<IReadOnlyList<GovernanceDraft>>(
                    [.. fresh.Select(f => GovernanceDraft.Of(asks.Actor, $"{f.Provider}/{f.Model}", f))]);
            },
            cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
        {
            return isFeed && refused.Fault.Code == VendorErrors.NotedCode
                ? new FeedAnswer([], orders.Count, 0)
                : refused.Fault;
        }

        await publisher.PublishAsync(CancellationToken.None);
        var ids = fresh.Select(f => f.Id).ToHashSet();
        return new FeedAnswer(
            [.. fresh.Select(f => views.View(log.State.Vendors.Find(f.Id)!))], orders.Count - fresh.Count,
            VendorTask.Of(log.State, time.GetUtcNow()).Count(t => ids.Contains(t.Notice.Id)));
    }

    /// <summary>What a second person signs, so that a notice counts no more.</summary>
    public Answer<Proposal> ProposeWithdrawal(Guid notice, string basis) =>
        log.State.Vendors.Find(notice) is not { InForce: true }
            ? VendorErrors.NoSuchNotice()
            : ActProposal.Of(
                log.State, VendorNoticeWithdrawn.Act, notice.ToString(),
                SignedStatement.DigestOf(new VendorNoticeWithdrawn { Notice = notice, Basis = basis }),
                time.GetUtcNow() + ProposalLife);

    /// <summary>Withdraws a notice with the second person's signature.</summary>
    public async Task<Answer<VendorNoticeView>> WithdrawAsync(
        Principal asks, Guid notice, string basis, JsonElement envelope, CancellationToken cancellationToken)
    {
        var body = new VendorNoticeWithdrawn { Notice = notice, Basis = basis };
        var draft = GovernanceDraft.Of(asks.Actor, notice.ToString(), body) with { Statement = envelope };
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            return refused.Fault;

        await publisher.PublishAsync(CancellationToken.None);
        return views.View(log.State.Vendors.Find(notice)!);
    }

    /// <summary>Sets the terms of a provider in place of those before.</summary>
    public async Task<Answer<VendorView>> SetTermsAsync(
        Principal asks, string provider, TermsOrder order, CancellationToken cancellationToken)
    {
        var body = new VendorTermsSet
        {
            Provider = provider,
            NoticeDays = order.NoticeDays,
            Reapproval = order.Reapproval,
            Pays = order.Pays,
            Contact = order.Contact,
            Source = order.Source,
        };
        return await log.AppendAsync(GovernanceDraft.Of(asks.Actor, provider, body), cancellationToken)
            is GovernanceOutcome.Refused refused
            ? refused.Fault
            : views.List().First(v => v.Provider == provider);
    }

    private VendorNoticeAdded Body(NoticeOrder order) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        Provider = order.Provider,
        Model = order.Model,
        Shutdown = InstantConverter.Whole(order.Shutdown),
        Source = order.Source,
        Replacement = order.Replacement,
    };

    private static bool IsSame(VendorNoticeAdded a, VendorNoticeAdded b) =>
        a.Provider == b.Provider && a.Model == b.Model && a.Shutdown == b.Shutdown;
}
