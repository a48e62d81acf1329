using System.Globalization;
using System.Text;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Erasure;
using Provost.Control.Governance;
using Provost.Control.Why;
using Provost.Ledger.Export;
using Provost.Ledger.Statements;

namespace Provost.Control.Reveals;

/// <summary>One revealed decision.</summary>
/// <param name="State"><c>open</c>, or <c>gone</c>: erased, ended, or never kept.</param>
public sealed record RevealedDecision(Guid Decision, DateTimeOffset Time, string State, string? Input, string? Output);

/// <summary>Opens all that is kept of a decision, with what its commitments are checked by; empty when nothing
/// opens.</summary>
public delegate IReadOnlyList<RevealedPayload> PayloadReader(DecisionRow decision);

/// <summary>A reveal that was begun, to be taken out with proofs.</summary>
/// <param name="Filter">What was asked for.</param>
/// <param name="Asked">The same as texts, for the manifest.</param>
/// <param name="Contents">Ascending by entry and place.</param>
public sealed record RevealedBundle(
    DecisionFilter Filter, IReadOnlyDictionary<string, string> Asked, IReadOnlyList<RevealedPayload> Contents);

/// <summary>Content of many decisions: asked for by one person, confirmed by another, recorded, then read.</summary>
public sealed class RevealDesk(
    GovernanceLog log, DecisionQuery decisions, ContentReader content, VaultOrders orders, TimeProvider time)
{
    /// <summary>Decisions in one reveal.</summary>
    public const int Most = 10_000;

    /// <summary>Bytes of one content in a bundle.</summary>
    public const int MostOfOne = 16 << 20;

    /// <summary>Bytes of all contents in a bundle: they are held in memory until it has left.</summary>
    public const int MostInAll = 64 << 20;

    private static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>Asks; the answer says how many decisions fit.</summary>
    public async Task<Answer<Reveal>> AskAsync(
        Principal asks, DecisionParameters parameters, string purpose, CancellationToken cancellationToken)
    {
        if (!Permission.MayReveal(log.State, asks.Person))
            return RevealErrors.ComplianceOnly();

        if (parameters.System is not { } system)
            return RevealErrors.NeedsSystem();

        // what comes later is not in it: a window without an end ends now
        var bounded = parameters.Until is null
            ? parameters with { Until = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) }
            : parameters;
        var found = await FindAsync(bounded, cancellationToken);
        if (found.Fault is { } fault)
            return fault;

        var body = new RevealAsked
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            System = system,
            Query = Texts(bounded),
            Decisions = found.Value.Count,
            Ids = IdsOf(found.Value),
            Purpose = purpose,
        };
        return await WriteAsync(GovernanceDraft.Of(asks.Actor, body.Id.ToString(), body), body.Id, cancellationToken);
    }

    /// <summary>What the second person signs.</summary>
    public Answer<Proposal> Propose(Guid id) => log.State.Reveals.Find(id) is { Asked: { } asked, ConfirmedAt: null }
        ? ActProposal.Of(
            log.State, "reveal", id.ToString(), SignedStatement.DigestOf(asked), time.GetUtcNow() + ProposalLife)
        : RevealErrors.Unknown();

    /// <summary>Confirms with the second person's signature.</summary>
    public Task<Answer<Reveal>> ConfirmAsync(
        Principal asks, Guid id, JsonElement envelope, CancellationToken cancellationToken) => WriteAsync(
            GovernanceDraft.Of(asks.Actor, id.ToString(), new RevealConfirmed { Reveal = id }) with
            {
                Statement = envelope,
            },
            id, cancellationToken);

    /// <summary>Records the reading, then gives the decisions to read, newest first.</summary>
    public async Task<Answer<IReadOnlyList<DecisionRow>>> BeginAsync(
        Principal asks, Guid id, CancellationToken cancellationToken)
    {
        if (log.State.Reveals.Find(id)?.Asked is not { } asked)
            return RevealErrors.Unknown();

        var found = await FindAsync(Parameters(asked), cancellationToken);
        if (found.Fault is { } fault)
            return fault;

        if (IdsOf(found.Value) != asked.Ids)
            return RevealErrors.Changed();

        orders.CarryOut();
        var body = new BulkRevealed { Reveal = id, Decisions = asked.Decisions };
        return await log.AppendAsync(GovernanceDraft.Of(asks.Actor, id.ToString(), body), cancellationToken)
            is GovernanceOutcome.Refused refused
            ? refused.Fault
            : new Answer<IReadOnlyList<DecisionRow>>(found.Value);
    }

    /// <summary>The content of one decision of a reveal that was begun.</summary>
    public async Task<RevealedDecision> ReadAsync(DecisionRow row, CancellationToken cancellationToken)
    {
        var kept = await content(row, cancellationToken);
        return new RevealedDecision(row.Id, row.Time, kept is null ? "gone" : "open", kept?.Input, kept?.Output);
    }

    /// <summary>Records the reading, then opens every content, to be taken out beside its proof.</summary>
    public async Task<Answer<RevealedBundle>> TakeOutAsync(
        Principal asks, Guid id, PayloadReader open, CancellationToken cancellationToken)
    {
        var begun = await BeginAsync(asks, id, cancellationToken);
        if (begun.Fault is { } fault)
            return fault;

        var (contents, bytes) = (new List<RevealedPayload>(), 0L);
        foreach (var payload in begun.Value.SelectMany(row => open(row)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            bytes += payload.Payload.Length;
            if (payload.Payload.Length > MostOfOne || bytes > MostInAll)
                return RevealErrors.TooLargeToTakeOut();

            contents.Add(payload);
        }

        var asked = log.State.Reveals.Find(id)!.Asked!;
        var texts = asked.Query.Append($"system={asked.System}").Append($"reveal={id}")
            .Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var filter = Parameters(asked).ToFilter();
        return filter.Fault is { } wrong
            ? wrong
            : new RevealedBundle(
                filter.Value, texts,
                [.. contents.OrderBy(c => c.Index).ThenBy(c => c.Pointer, StringComparer.Ordinal)]);
    }

    private async Task<Answer<List<DecisionRow>>> FindAsync(
        DecisionParameters parameters, CancellationToken cancellationToken)
    {
        var filter = parameters.ToFilter();
        if (filter.Fault is { } fault)
            return fault;

        var rows = new List<DecisionRow>();
        DecisionCursor? after = null;
        do
        {
            var page = await decisions.PageAsync(filter.Value, after, DecisionQuery.LargestPage, cancellationToken);
            rows.AddRange(page.Rows);
            after = page.Next;
        }
        while (after is not null && rows.Count <= Most);

        return rows.Count switch
        {
            0 => RevealErrors.NothingFits(),
            > Most => RevealErrors.TooMany(Most),
            _ => rows,
        };
    }

    private async Task<Answer<Reveal>> WriteAsync(
        GovernanceDraft draft, Guid id, CancellationToken cancellationToken) =>
        await log.AppendAsync(draft, cancellationToken) switch
        {
            GovernanceOutcome.Refused refused => refused.Fault,
            GovernanceOutcome.Done done => done.State.Reveals.Find(id)!,
            _ => throw new InvalidOperationException(),
        };

    private static string IdsOf(IEnumerable<DecisionRow> rows) =>
        Digest.Of(Encoding.ASCII.GetBytes(string.Join('\n', rows.Select(r => r.Id))));

    private static List<string> Texts(DecisionParameters p) =>
    [
        .. new (string Name, string? Value)[]
        {
            ("environment", p.Environment), ("model", p.Model), ("outcome", p.Outcome), ("code", p.Code),
            ("cohort", p.Cohort), ("since", p.Since), ("until", p.Until), ("key", p.Key), ("release", p.Release),
        }.Where(f => f.Value is not null).Select(f => $"{f.Name}={f.Value}"),
    ];

    private static DecisionParameters Parameters(RevealAsked asked)
    {
        string? Of(string name) => asked.Query.FirstOrDefault(q => q.StartsWith(name + "=", StringComparison.Ordinal))
            ?[(name.Length + 1)..];
        return new DecisionParameters(
            asked.System, Of("environment"), Of("model"), Of("outcome"), Of("code"), Of("cohort"), Of("since"),
            Of("until"), Of("key"), Of("release"));
    }
}
