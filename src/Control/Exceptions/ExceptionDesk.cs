using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Gateway.Manifests;
using Provost.Gateway.Warrants;

namespace Provost.Control.Exceptions;

/// <summary>What somebody wants excepted.</summary>
/// <param name="Scope"><c>release=VERSION</c> or its digest; <c>guardrail=input:ID</c> or
/// <c>guardrail=output:ID</c>.</param>
/// <param name="Until">At most 72 hours ahead.</param>
public sealed record ExceptionOrder(
    string System, string Scope, string Reason, DateTimeOffset Until, string Environment = "production");

/// <summary>The act to sign, with the content that it names by digest.</summary>
public sealed record ExceptionProposal(string Payload, string PayloadType, ExceptionContent Content);

/// <summary>What stands now, with what each gateway confirmed.</summary>
public sealed record ExceptionReceipt(Guid Exception, string Standing, IReadOnlyList<PointReport> Points);

/// <summary>
/// Exceptions: asked for by one person with standing, granted by another, in the signed snapshot, over by themselves.
/// Ending one needs no signature and no database: it tightens.
/// </summary>
public sealed class ExceptionDesk(
    GovernanceLog log, BlobStore blobs, SnapshotPublisher publisher, Database database, TimeProvider time)
{
    private static readonly TimeSpan ProposalLife = TimeSpan.FromHours(1);

    /// <summary>The act for the first person to sign.</summary>
    public async Task<Answer<ExceptionProposal>> ProposeAsync(
        Principal asks, ExceptionOrder order, CancellationToken cancellationToken)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        if (state.Registry.Find(order.System, order.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem($"{order.System} in {order.Environment}");

        if (!Permission.MayExcept(state, asks.Person, system))
            return ExceptionErrors.NoStanding();

        if (Read(state, order, now) is not { } content || !content.IsWellFormed())
            return ExceptionErrors.Scope();

        if (content.Until <= now || content.Until > now + ExceptionContent.Longest)
            return ExceptionErrors.TooLong();

        if (PlainWords.Check(content.Reason, "reason") is { } words)
            return words;

        if (content.Release is { } release && state.Registry.Release(order.System, release) is null)
            return RegistryErrors.NoSuchRelease(order.Scope);

        return content.Guardrail is not null && !await ActsAsync(state, system, content, now, cancellationToken)
            ? ExceptionErrors.NoGuardrail(content.Scope())
            : Proposed(state, content, now);
    }

    /// <summary>Takes the first signature; nothing is excepted yet.</summary>
    public Task<Answer<ExceptionReceipt>> AskAsync(
        Principal asks, ExceptionContent content, JsonElement envelope, CancellationToken cancellationToken) =>
        WriteAsync(
            content.Id,
            GovernanceDraft.Of(asks.Actor, content.System, new ExceptionAsked { Content = content }) with
            {
                Statement = envelope,
            },
            loosens: true, cancellationToken);

    /// <summary>The act for the second person to sign.</summary>
    public Answer<ExceptionProposal> ProposeGrant(Principal asks, Guid id)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        if (state.Exceptions.Find(id) is not { Granted: null, EndedAt: null } asked || asked.Content.Until <= now)
            return ExceptionErrors.NotAsked();

        if (asked.Asked.Person == asks.Person)
            return ExceptionErrors.SecondPerson();

        return state.Registry.Systems.GetValueOrDefault(asked.Key) is { } system
            && Permission.MayExcept(state, asks.Person, system)
            ? Proposed(state, asked.Content, now)
            : ExceptionErrors.NoStanding();
    }

    /// <summary>Takes the second signature: in force at every confirmed point when this returns.</summary>
    public Task<Answer<ExceptionReceipt>> GrantAsync(
        Principal asks, Guid id, JsonElement envelope, CancellationToken cancellationToken) => WriteAsync(
            id,
            GovernanceDraft.Of(asks.Actor, id.ToString(), new ExceptionGranted { Exception = id }) with
            {
                Statement = envelope,
            },
            loosens: true, cancellationToken);

    /// <summary>Ends it at once.</summary>
    public Task<Answer<ExceptionReceipt>> EndAsync(
        Principal asks, Guid id, string reason, CancellationToken cancellationToken) => WriteAsync(
            id,
            GovernanceDraft.Of(asks.Actor, id.ToString(), new ExceptionEnded { Exception = id, Reason = reason }),
            loosens: false, cancellationToken);

    private static ExceptionProposal Proposed(GovernanceState state, ExceptionContent content, DateTimeOffset now)
    {
        var proposal = ActProposal.Of(
            state, "exception", content.Id.ToString(), content.DigestOf(), now + ProposalLife);
        return new ExceptionProposal(proposal.Payload, proposal.PayloadType, content);
    }

    private static ExceptionContent? Read(GovernanceState state, ExceptionOrder order, DateTimeOffset now)
    {
        var until = order.Until.ToUniversalTime();
        var content = new ExceptionContent
        {
            Id = Guid.CreateVersion7(now),
            System = order.System,
            Environment = order.Environment,
            Kind = "",
            Reason = order.Reason,
            Until = until.AddTicks(-(until.Ticks % TimeSpan.TicksPerSecond)),
        };
        return order.Scope.Split('=', 2) switch
        {
            ["release", var named] => content with
            {
                Kind = ExceptionContent.ReleaseKind,
                Release = state.Registry.Version(order.System, named)?.Digest ?? named,
            },
            ["guardrail", var named] when named.Split(':', 2) is [var direction, var id] => content with
            {
                Kind = ExceptionContent.GuardrailKind,
                Direction = direction,
                Guardrail = id,
            },
            _ => null,
        };
    }

    /// <summary>Whether a release in force has that guardrail, doing more than to flag.</summary>
    private async Task<bool> ActsAsync(
        GovernanceState state, SystemState system, ExceptionContent content, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        foreach (var warrant in state.Warrants.InForce(system.Key, now))
        {
            if (await blobs.FindAsync(warrant.Release, cancellationToken) is not { } json)
                continue;

            var spec = ReleaseDocument.Read(json).Spec;
            var guardrails = content.Direction == "input" ? spec.InputGuardrails : spec.OutputGuardrails;
            if (guardrails.Any(g => g.Id == content.Guardrail && g.Action is not ("flag" or "allow")))
                return true;
        }

        return false;
    }

    private async Task<Answer<ExceptionReceipt>> WriteAsync(
        Guid id, GovernanceDraft draft, bool loosens, CancellationToken cancellationToken)
    {
        if (loosens && !database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        var before = log.State;
        var wasInForce = before.Exceptions.Find(id)?.IsInForce(time.GetUtcNow()) == true;
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            return refused.Fault;

        var now = time.GetUtcNow();
        var stands = log.State.Exceptions.Find(id)!;
        var points = wasInForce != stands.IsInForce(now) ? await publisher.PublishAsync(CancellationToken.None) : [];
        return new ExceptionReceipt(id, stands.Standing(now), points);
    }
}
