using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Holds;
using Provost.Control.Retention;
using Provost.Ledger.Records;
using Provost.Ledger.Vault;

namespace Provost.Control.Erasure;

/// <summary>What somebody wants erased: one of the three.</summary>
/// <param name="Basis">The rule it rests on, in clear.</param>
/// <param name="Subject">A person's alias, as the log has it.</param>
/// <param name="Person">The person as clients name them; only its alias is kept.</param>
/// <param name="Decision">One decision.</param>
/// <param name="Despite">Why it outweighs a law that asks for the content still; null where none does.</param>
public sealed record ErasureOrder(
    string Basis, string? Subject = null, string? Person = null, Guid? Decision = null, string? Despite = null);

/// <summary>What is to be signed, and what it says.</summary>
public sealed record ErasureProposal(string Payload, string PayloadType, ContentErased Says);

/// <summary>An erasure that was carried out.</summary>
/// <param name="Erasure">Id of its entry in the log.</param>
/// <param name="Keys">Subject keys destroyed.</param>
/// <param name="Payloads">Single payloads destroyed.</param>
/// <param name="CompleteOn">UTC day on which the last backup of a key is gone.</param>
public sealed record ErasureReceipt(Guid Erasure, int Keys, int Payloads, DateOnly CompleteOn);

/// <summary>What the desks of content need of the log and the vault.</summary>
public sealed record VaultParts
{
    public required IPayloadVault Keys { get; init; }

    /// <summary>Completes when every record that is durable now has its payloads under its subject's key.</summary>
    public required Func<CancellationToken, Task> CatchUpAsync { get; init; }

    /// <summary>Bytes of a committed entry, by index.</summary>
    public required Func<long, ReadOnlyMemory<byte>> ReadEntry { get; init; }

    /// <summary>The alias of a person as clients name them.</summary>
    public required Func<string, string> AliasOf { get; init; }
}

/// <summary>Erases content: the order is signed and stands in the log first, then the keys go.</summary>
public sealed class ErasureDesk(
    GovernanceLog log, DecisionQuery decisions, VaultParts vault, VaultOrders orders, RetentionTerms terms,
    TimeProvider time)
{
    private const int MostGroups = 500;
    private static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>Finds what would be erased, and gives the statement to sign.</summary>
    public async Task<Answer<ErasureProposal>> ProposeAsync(
        Principal asks, ErasureOrder order, CancellationToken cancellationToken)
    {
        var state = log.State;
        if (!Permission.MayErase(state, asks.Person))
            return ErasureErrors.ComplianceOnly();

        if (PlainWords.Check(order.Basis, "basis") is { } words)
            return words;

        var given = new object?[] { order.Subject, order.Person, order.Decision };
        if (given.Count(g => g is not null) != 1)
            return ErasureErrors.NamesNothing();

        await vault.CatchUpAsync(cancellationToken);
        var found = await FindAsync(
            order.Decision, order.Subject ?? (order.Person is { } person ? vault.AliasOf(person) : null), order.Basis,
            cancellationToken);
        if (found.Fault is { } fault)
            return fault;

        var body = found.Value;
        if (ErasureState.Held(body, state.Holds) is { } hold)
            return HoldErrors.Held(hold);

        if (body.Duties.Count > 0)
        {
            if (order.Despite is null)
                return ErasureErrors.InsideTerm(body.Duties[0]);

            body = body with { Despite = order.Despite };
        }

        var proposal = ActProposal.Of(
            state, "erase", (body.Decision ?? body.Subject)!, SignedStatement.DigestOf(body),
            time.GetUtcNow() + ProposalLife);
        return new ErasureProposal(proposal.Payload, proposal.PayloadType, body);
    }

    /// <summary>Writes the order, then destroys. When this returns an answer, nothing here opens the content.</summary>
    public async Task<Answer<ErasureReceipt>> EraseAsync(
        Principal asks, ContentErased says, JsonElement envelope, CancellationToken cancellationToken)
    {
        var target = says.Decision ?? says.Subject;
        if (target is null)
            return ErasureErrors.NamesNothing();

        if (!Permission.MayErase(log.State, asks.Person))
            return ErasureErrors.ComplianceOnly();

        // what a client says of places and groups is held against what there is: a hold is asked by them
        Guid? decision = Guid.TryParse(says.Decision, out var id) ? id : null;
        if (says.Decision is not null && decision is null)
            return ErasureErrors.UnknownDecision();

        var found = await FindAsync(decision, says.Subject, says.Basis, cancellationToken);
        if (found.Fault is { } none)
            return none;

        if (!IsOf(says, found.Value))
            return ErasureErrors.Differs();

        var draft = GovernanceDraft.Of(asks.Actor, target, says) with { Statement = envelope };
        var outcome = await log.AppendAsync(draft, cancellationToken);
        if (outcome is not GovernanceOutcome.Done done)
            return ((GovernanceOutcome.Refused)outcome).Fault;

        // the order stands: from here on it is finished, now or by the next start
        id = done.Entries[0].Id;
        try
        {
            await vault.CatchUpAsync(CancellationToken.None);
            var answer = orders.CarryOut(done.State.Erasures.All.FindLast(e => e.Id == id)!);
            return new ErasureReceipt(id, answer.Keys, answer.Payloads, says.CompleteOn);
        }
        catch (IOException away)
        {
            return ErasureErrors.Ordered(id, away.Message);
        }
    }

    /// <summary>A person's keys may have become more since the proposal; a decision's places are what they
    /// are.</summary>
    private static bool IsOf(ContentErased says, ContentErased found) =>
        !found.Duties.Except(says.Duties).Any() && (says.Decision is null
            ? says.Groups.Count > 0 && says.Places.Count == 0 && !says.Groups.Except(found.Groups).Any()
            : says.Groups.Count == 0 && says.System == found.System && says.Subject == found.Subject
                && says.Time == found.Time && says.Places.SequenceEqual(found.Places));

    private Task<Answer<ContentErased>> FindAsync(
        Guid? decision, string? subject, string basis, CancellationToken cancellationToken) => decision is { } id
            ? OfDecisionAsync(id, basis, cancellationToken)
            : OfSubjectAsync(subject!, basis, cancellationToken);

    private async Task<Answer<ContentErased>> OfSubjectAsync(
        string subject, string basis, CancellationToken cancellationToken)
    {
        var groups = vault.Keys.Find(subject);
        return groups.Count switch
        {
            0 => ErasureErrors.NothingKept(),
            > MostGroups => ErasureErrors.TooMany(),
            _ => new ContentErased
            {
                Subject = subject,
                Groups = [.. groups.OrderBy(g => g.Month).ThenBy(g => g.System).ThenBy(g => g.Class)],
                Duties = await terms.DutiesAsync(groups, time.GetUtcNow(), cancellationToken),
                Basis = basis,
                CompleteOn = ErasureState.CompleteOn(time.GetUtcNow()),
            },
        };
    }

    private async Task<Answer<ContentErased>> OfDecisionAsync(
        Guid decision, string basis, CancellationToken cancellationToken)
    {
        if (await decisions.FindByIdAsync(decision, cancellationToken) is not { } row)
            return ErasureErrors.UnknownDecision();

        var places = new List<PayloadPlace>();
        var kinds = new HashSet<string>();
        foreach (var index in new[] { row.IntentLeaf, row.LeafIndex }.OfType<long>().Distinct())
        {
            var leaf = LeafReader.Read(vault.ReadEntry(index));
            places.Add(new PayloadPlace(leaf.Node, leaf.NodeSeq));
            using var record = JsonDocument.Parse(leaf.Record);
            if (record.RootElement.TryGetProperty("retention", out var kind) && kind.GetString() is { } named)
                kinds.Add(named);
        }

        var month = KeyGroup.MonthOf(row.Time);
        var groups = kinds.Select(k => new KeyGroup(row.System ?? "", k, month)).ToList();

        return new ContentErased
        {
            Subject = row.Subject,
            Decision = decision.ToString(),
            System = row.System,
            Time = InstantConverter.Whole(row.Time),
            Places = places,
            Duties = await terms.DutiesAsync(groups, time.GetUtcNow(), cancellationToken),
            Basis = basis,
            CompleteOn = ErasureState.CompleteOn(time.GetUtcNow()),
        };
    }
}
