using Provost.Control.Access;
using Provost.Gateway.Warrants;

namespace Provost.Control.Governance;

/// <summary>Acts that a person is to sign: exactly these bytes, for a while.</summary>
internal static class ActProposal
{
    public static Proposal Of(
        GovernanceState state, string verb, string target, string after, DateTimeOffset expires) =>
        Proposal.Of<ActPredicate>(SignedStatement.ActPayload(
            new ActPredicate
            {
                Org = state.Founded.Facts.Org,
                Verb = verb,
                Object = target,
                After = after,
                Expires = InstantConverter.Whole(expires),
                Nonce = SecretText.NewSecret(),
            },
            []));
}
