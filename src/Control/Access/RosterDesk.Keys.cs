using System.Text.Json;
using Provost.Control.Access.Passkeys;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Access;

/// <summary>Keys of key files and passkeys.</summary>
public sealed partial class RosterDesk
{
    /// <summary>What a person signs with a new key to make it theirs.</summary>
    public Answer<Proposal> ProposeKey(Principal asks, string publicKey)
    {
        var body = KeyBody(asks, publicKey);
        return body.Fault is { } fault
            ? fault
            : Proposal.Of<ActPredicate>(Payload(asks.Person, SignedStatement.DigestOf(body.Value)));
    }

    /// <summary>
    /// Registers the asking person's own key, proved by its signature: a first one at once, any other when two others
    /// have signed, and its signatures count a day after that.
    /// </summary>
    public async Task<Answer<RosterAnswer>> AddKeyAsync(
        Principal asks, string publicKey, JsonElement? envelope, CancellationToken cancellationToken)
    {
        var roster = log.State.Roster;
        var read = KeyBody(asks, publicKey);
        if (read.Fault is { } wrong)
            return wrong;

        if (roster.Live(asks.Person) is not { } person)
            return AccessErrors.NoSuchPerson();

        var body = read.Value;

        var draft = GovernanceDraft.Of(asks.Actor, asks.Person, body) with
        {
            After = SignedStatement.DigestOf(body),
            Statement = envelope,
        };
        var answer = new RosterAnswer(asks.Person, null, null, null);
        if (RosterState.NeedsNobodyElse(asks.Person, person, body))
            return await WriteAsync(draft, null, answer, cancellationToken);

        var act = SignedStatement.ReadAct(envelope);
        if (act.Fault is { } fault)
            return fault;

        var (signed, said, key) = (act.Value.Envelope, act.Value.Predicate, SignatureKey.TryRead(body.Key)!);
        if (roster.IsTaken(key))
            return AccessErrors.KeyTaken();

        if (!signed.IsSignedBy(key))
            return RosterState.WhyUnproven(signed, key);

        if (said.Verb != "roster" || said.Object != asks.Person
            || said.After != draft.After || said.Expires is not { } until || until > Now() + WaitingChanges.Life)
        {
            return AccessErrors.KeyUnproven();
        }

        return await WaitAsync(
            asks, body.Change, draft, signed.Payload, signed.Signatures, until, null, answer, cancellationToken);
    }

    /// <summary>The registration of a key: of a file by its text or its bare base64, of a passkey by its text, made
    /// on the console's own address.</summary>
    private Answer<RosterChanged> KeyBody(Principal asks, string publicKey)
    {
        if ((SignatureKey.TryRead(publicKey) ?? SignatureKey.TryRead("ed25519:" + publicKey)) is not { } key)
            return AccessErrors.BadKey();

        return key is PasskeyPublicKey passkey && !origin.Accepts(passkey.Origin)
            ? PasskeyErrors.OtherAddress(origin.Allowed)
            : new RosterChanged { Person = asks.Person, Change = RosterChanged.KeyAdded, Key = key.ToString() };
    }
}
