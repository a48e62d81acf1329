using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Custody;

/// <summary>A new log key for the root key to sign: these bytes exactly, and what they mean.</summary>
/// <param name="Payload">Base64.</param>
/// <param name="Body">What the statement's <c>after</c> is the digest of, spelled as the log spells it.</param>
public sealed record RotationProposal(string Payload, string PayloadType, JsonElement Body);

/// <param name="Envelope">Signed by the root key over the proposal's payload.</param>
/// <param name="Body">As proposed.</param>
/// <param name="Reason">Why the key is replaced.</param>
internal sealed record RotationBody(JsonElement Envelope, LogKeyAdded Body, string Reason = "");

/// <summary>Replaces the key that signs checkpoints, without a new log: the signer makes it, the root key says
/// so.</summary>
/// <param name="log">Governance.</param>
/// <param name="nextKey">Has the signer make the next key, or names the one it made before; a vkey.</param>
/// <param name="time">The clock of overlap and statements.</param>
public sealed class RotationDesk(GovernanceLog log, Func<Answer<string>> nextKey, TimeProvider time)
{
    private static readonly TimeSpan StatementLife = TimeSpan.FromHours(1);

    /// <summary>What the root key would sign.</summary>
    /// <param name="asks">A platform administrator.</param>
    /// <param name="overlapDays">How long both keys sign.</param>
    public Answer<RotationProposal> Propose(Principal asks, int overlapDays)
    {
        var state = log.State;
        if (!Permission.MayManagePeople(state, asks.Person))
            return AccessErrors.OnlyAdministrators();

        if (overlapDays < 1 || overlapDays > LogKeyState.LongestOverlap.TotalDays)
            return RotationErrors.BadOverlap();

        var key = nextKey();
        if (key.Fault is { } fault)
            return fault;

        var now = InstantConverter.Whole(time.GetUtcNow());
        var body = new LogKeyAdded
        {
            Origin = state.Founded.Facts.Origin,
            Key = key.Value,
            Former = state.LogKeys.Keys[^1].Key.ToString(),
            Until = now + TimeSpan.FromDays(overlapDays),
        };
        var act = new ActPredicate
        {
            Org = state.Founded.Facts.Org,
            Verb = LogKeyState.ActVerb,
            Object = body.Key,
            After = SignedStatement.DigestOf(body),
            Expires = now + StatementLife,
            Nonce = SecretText.NewSecret(),
        };
        var proposal = Proposal.Of<ActPredicate>(SignedStatement.ActPayload(act, []));
        return new RotationProposal(
            proposal.Payload, proposal.PayloadType,
            JsonSerializer.SerializeToElement(body, GovernanceJson.Default.LogKeyAdded));
    }

    /// <summary>Writes the new key into the log; the signer signs with it from the next checkpoint on.</summary>
    internal async Task<Answer<LogKeyAdded>> RotateAsync(
        Principal asks, RotationBody request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
            return RotationErrors.ReasonMissing();

        var draft = GovernanceDraft.Of(asks.Actor, request.Body.Key, request.Body) with
        {
            Before = Digest.Of(System.Text.Encoding.UTF8.GetBytes(request.Body.Former)),
            After = SignedStatement.DigestOf(request.Body),
            Reason = request.Reason,
            Statement = request.Envelope,
        };
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : request.Body;
    }

    /// <summary>Ends each key whose overlap is over.</summary>
    public async Task EndDueAsync(CancellationToken cancellationToken)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        foreach (var key in state.LogKeys.Signing.Where(k => k.Until <= now).ToList())
        {
            var ended = new LogKeyEnded { Origin = state.Founded.Facts.Origin, Key = key.Key.ToString() };
            await log.AppendAsync(GovernanceDraft.Of(Actor.Self, ended.Key, ended), cancellationToken);
        }
    }
}
