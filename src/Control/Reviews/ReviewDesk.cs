using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Reviews;

/// <summary>What an owner found.</summary>
/// <param name="Finding">In clear, without personal data.</param>
public sealed record ReviewOrder(string Finding, string Environment = "production");

/// <summary>The act to sign, with what it says.</summary>
public sealed record ReviewProposal(string Payload, string PayloadType, JsonElement Says);

/// <summary>A system and when it is to be looked at again.</summary>
/// <param name="Every">How often, as <c>6mo</c>.</param>
/// <param name="Last">When an owner last signed a review; null before the first.</param>
/// <param name="Overdue">The date is past.</param>
public sealed record ReviewLine(
    string System, string Environment, string Tier, string Every, DateTimeOffset Due, bool Overdue,
    DateTimeOffset? Last, PersonView? By, string? Finding)
{
    /// <summary>Names the line in a list.</summary>
    public string Id => $"{System}/{Environment}";
}

/// <summary>Reviews: what is due when, and the owner's signature under what they saw.</summary>
public sealed class ReviewDesk(GovernanceLog log, Func<string, PersonView> person, TimeProvider time)
{
    private static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>Every system that is to be reviewed, the most urgent first.</summary>
    public IReadOnlyList<ReviewLine> List() => List(log.State, person, time.GetUtcNow());

    /// <summary>The same of a state.</summary>
    public static IReadOnlyList<ReviewLine> List(
        GovernanceState state, Func<string, PersonView> person, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(person);
        return
        [
            .. state.Registry.Systems.Values
                .Select(s => (System: s, Due: ReviewState.DueAt(state, s, now)))
                .Where(s => s.Due is not null)
                .OrderBy(s => s.Due).ThenBy(s => s.System.Key.ToString(), StringComparer.Ordinal)
                .Select(s => Line(state, person, s.System, s.Due!.Value, now)),
        ];
    }

    /// <summary>The act for an owner to sign.</summary>
    public Answer<ReviewProposal> Propose(Principal asks, string system, ReviewOrder order)
    {
        ArgumentNullException.ThrowIfNull(asks);
        ArgumentNullException.ThrowIfNull(order);
        var (state, now) = (log.State, time.GetUtcNow());
        if (state.Registry.Find(system, order.Environment) is not { } known)
            return RegistryErrors.NoSuchSystem($"{system} in {order.Environment}");

        if (!Permission.MayReview(state, asks.Person, known))
            return ReviewErrors.OwnersReview();

        if (PlainWords.Check(order.Finding, "finding") is { } words)
            return words;

        var body = Body(state, known, order.Finding, now);
        var act = ActProposal.Of(
            state, ReviewState.ActVerb, known.Key.ToString(), SignedStatement.DigestOf(body), now + ProposalLife);
        return new ReviewProposal(
            act.Payload, act.PayloadType,
            JsonSerializer.SerializeToElement(body, GovernanceJson.Default.SystemReviewed));
    }

    /// <summary>Takes the signature; the review date moves when this returns.</summary>
    public async Task<Answer<ReviewLine>> SignAsync(
        Principal asks, string system, ReviewOrder order, JsonElement envelope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asks);
        ArgumentNullException.ThrowIfNull(order);
        if (log.State.Registry.Find(system, order.Environment) is not { } known)
            return RegistryErrors.NoSuchSystem($"{system} in {order.Environment}");

        var draft = GovernanceDraft.Of(
            asks.Actor, system, Body(log.State, known, order.Finding, time.GetUtcNow())) with
        { Statement = envelope };
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            return refused.Fault;

        var (state, now) = (log.State, time.GetUtcNow());
        var stands = state.Registry.Systems[known.Key];
        return Line(state, person, stands, ReviewState.DueAt(state, stands, now) ?? now, now);
    }

    private static SystemReviewed Body(
        GovernanceState state, SystemState system, string finding, DateTimeOffset now) => new()
        {
            System = system.Key.System,
            Environment = system.Key.Environment,
            Terms = system.Terms,
            Release = state.Warrants.Live(system.Key, now)?.Release,
            Finding = finding,
        };

    private static ReviewLine Line(
        GovernanceState state, Func<string, PersonView> person, SystemState system, DateTimeOffset due,
        DateTimeOffset now)
    {
        var last = state.Reviews.Last(system.Key);
        return new ReviewLine(
            system.Key.System, system.Key.Environment, system.NamedTier,
            state.Taxonomies.DutiesOf(system).ReviewEvery?.ToString() ?? "", due, due <= now, last?.At,
            last is null ? null : person(last.By), last?.Is.Finding);
    }
}
