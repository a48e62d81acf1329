using System.Globalization;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Custody.Processes;
using Provost.Control.Governance;

namespace Provost.Control.Custody;

/// <summary>What the desk asks of the host about log and signer.</summary>
public sealed record ResetPorts
{
    /// <summary>What the signer remembers; a fault while it does not answer.</summary>
    public required Func<Answer<SignerStanding>> Signer { get; init; }

    /// <summary>The log as it is written now, signed or not: its first entries, at most so many.</summary>
    public required Func<long, ResetTree> Tree { get; init; }

    /// <summary>Size of the newest checkpoint that stands with the log.</summary>
    public required Func<long> Published { get; init; }

    /// <summary>Why no checkpoint comes, beside what the signer itself says; null while they come.</summary>
    public required Func<string?> Stalled { get; init; }

    /// <summary>Highest epoch that a gateway has taken.</summary>
    public required Func<long> Epoch { get; init; }
}

/// <summary>A reset for the root key to sign: these bytes exactly, and what they mean.</summary>
/// <param name="Payload">Base64.</param>
/// <param name="Body">What the statement's <c>after</c> is the digest of.</param>
public sealed record ResetProposal(string Payload, string PayloadType, LedgerReset Body);

/// <param name="Envelope">Signed by the root key over the proposal's payload.</param>
/// <param name="Body">As proposed.</param>
/// <param name="Reason">What happened and who decided.</param>
internal sealed record ResetBody(JsonElement Envelope, LedgerReset Body, string Reason = "");

/// <param name="Refusal">Why the signer still signs nothing; null when it signs again.</param>
public sealed record ResetDone(string Range, string? Refusal);

/// <summary>Lets the signer go on, when the root key says so: its memory is lost or a backup put back.</summary>
public sealed class ResetDesk(GovernanceLog log, ResetPorts ports, TimeProvider time)
{
    /// <summary>What the root key would sign for a range of entries, <c>FIRST-LAST</c>.</summary>
    public Answer<ResetProposal> Propose(Principal asks, string? range)
    {
        var state = log.State;
        if (!Permission.MayManagePeople(state, asks.Person))
            return AccessErrors.OnlyAdministrators();

        var standing = ports.Signer();
        if (standing.Fault is { } away)
            return away;

        if (standing.Value.Refusal is null && ports.Stalled() is null)
            return ResetErrors.NotNeeded();

        if (Read(range) is not var (first, last))
            return ResetErrors.BadRange();

        // what was signed is in doubt; what came since may be left out or taken in, so that a busy log can be named
        var signed = standing.Value.Signed;
        var inDoubt = Math.Max(signed?.Size ?? 0, ports.Published());
        var tree = ports.Tree(last + 1);
        if (last + 1 < inDoubt || last + 1 > Math.Max(inDoubt, tree.Size))
            return ResetErrors.OtherRange(Math.Min(signed?.Size ?? tree.Size, tree.Size), inDoubt - 1);

        var past = log.Entries;
        var body = new LedgerReset
        {
            Origin = state.Founded.Facts.Origin,
            First = first,
            Last = last,
            Signed = signed,
            Tree = tree,
            Position = past[^1].Position,
            Chain = SignerMemory.ChainOf(past),
            Epoch = Math.Max(Math.Max(state.Epoch, ports.Epoch()), standing.Value.Epoch),
        };
        if (body.CheckRange() is { } other)
            return other;

        var act = new Gateway.Warrants.ActPredicate
        {
            Org = state.Founded.Facts.Org,
            Verb = LedgerReset.ActVerb,
            Object = body.Range(),
            After = SignedStatement.DigestOf(body),
            Expires = InstantConverter.Whole(time.GetUtcNow()) + LedgerReset.Window,
            Nonce = SecretText.NewSecret(),
        };
        var proposal = Proposal.Of<Gateway.Warrants.ActPredicate>(SignedStatement.ActPayload(act, []));
        return new ResetProposal(proposal.Payload, proposal.PayloadType, body);
    }

    /// <summary>Writes the reset into the log and has the signer carry it out.</summary>
    internal async Task<Answer<ResetDone>> ResetAsync(
        Principal asks, ResetBody request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
            return ResetErrors.ReasonMissing();

        var draft = GovernanceDraft.Of(asks.Actor, request.Body.Range(), request.Body) with
        {
            After = SignedStatement.DigestOf(request.Body),
            Reason = request.Reason,
            Statement = request.Envelope,
        };
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            return refused.Fault;

        var standing = ports.Signer();
        return new ResetDone(request.Body.Range(), standing.Fault?.Message ?? standing.Value.Refusal);
    }

    private static (long First, long Last)? Read(string? range) =>
        range?.Split('-') is [var first, var last]
        && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
        && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            ? (from, to)
            : null;
}
