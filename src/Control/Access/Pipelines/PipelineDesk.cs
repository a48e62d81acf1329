using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Access.Pipelines;

/// <summary>A run asks to come in.</summary>
/// <param name="Token">The issuer's signed token.</param>
/// <param name="System">The system it wants to work on.</param>
public sealed record PipelineProof(string Token, string System);

/// <summary>What a run is given for a quarter of an hour.</summary>
public sealed record PipelineSession(
    string Token, DateTimeOffset Expires, Guid Trust, string System, IReadOnlyList<string> Verbs);

/// <summary>Changes the token of a pipeline's issuer for one of this server, and ends trusts.</summary>
public sealed class PipelineDesk(GovernanceLog log, IssuerKeys keys, TimeProvider time)
{
    /// <summary>Checks the proof against the trusts of its issuer for that system. The token's signature is checked
    /// before anything else that it says is.</summary>
    public async Task<Answer<PipelineSession>> EnterAsync(PipelineProof proof, CancellationToken cancellationToken)
    {
        var read = SignedToken.Read(proof.Token);
        if (read.Fault is { } malformed)
            return malformed;

        var token = read.Value;
        var trusts = log.State.Roster.Pipelines.Trusts.Values
            .Where(t => t.Says.System == proof.System && t.Says.Issuer == token.Claim("iss"))
            .OrderBy(t => t.Since).ThenBy(t => t.Says.Trust).ToList();
        GovernanceFault why = PipelineErrors.NoSuchTrust();
        foreach (var trust in trusts)
        {
            if (await IsSignedAsync(token, new Uri(trust.Says.Keys), cancellationToken) is { } unsigned)
                return unsigned;

            if (PipelineClaims.Judge(token, trust.Says, time.GetUtcNow()) is not { } misfit)
                return await GiveAsync(trust.Says, token, cancellationToken);

            why = misfit;
        }

        return why;
    }

    /// <summary>Ends a trust at once.</summary>
    public async Task<GovernanceFault?> EndAsync(Principal asks, Guid trust, CancellationToken cancellationToken)
    {
        if (log.State.Roster.Pipelines.Trusts.GetValueOrDefault(trust) is not { } stands)
            return PipelineErrors.NoSuchTrust();

        var draft = GovernanceDraft.Of(asks.Actor, stands.Says.Person, new PipelineTrustEnded { Trust = trust });
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : null;
    }

    private async Task<GovernanceFault?> IsSignedAsync(
        SignedToken token, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            var known = await keys.FindAsync(address, token.KeyId, cancellationToken);
            return known.Count == 0 ? PipelineErrors.UnknownKey()
                : known.Any(token.IsSignedBy) ? null
                : PipelineErrors.Signature();
        }
        catch (IssuerAwayException away)
        {
            return PipelineErrors.IssuerAway(away.Message);
        }
    }

    private async Task<Answer<PipelineSession>> GiveAsync(
        PipelineTrusted says, SignedToken proof, CancellationToken cancellationToken)
    {
        var (token, claims) = (SecretText.NewToken(), PipelineClaims.Of(proof));
        var body = new PipelineEntered
        {
            Trust = says.Trust,
            Id = SecretText.IdOf(token)!,
            Hash = SecretText.HashOf(token),
            Expires = InstantConverter.Whole(time.GetUtcNow() + PipelineState.TokenLife),
            Proof = proof.SignedHash,
            Subject = claims.Subject!,
            Ref = claims.Ref!,
            Commit = claims.Commit,
            Run = claims.Run,
        };
        var actor = new Actor(AutomationGrant.Pipeline, body.Id);
        var draft = GovernanceDraft.Of(actor, says.Trust.ToString(), body) with { OnBehalf = says.Person };
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : new PipelineSession(token, body.Expires, says.Trust, says.System, says.Verbs);
    }
}
