using System.Collections.Concurrent;
using System.Text.Json;
using Provost.Control.Custody;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Access;

/// <summary>A person who was added.</summary>
/// <param name="Invite">The invitation's token, shown once.</param>
public sealed record Invited(string Person, string Invite, DateTimeOffset Expires);

/// <summary>A change that waits for the signatures of two persons; the same request with them completes it.</summary>
public sealed record Unsigned(GovernanceFault Fault, Proposal Proposal);

/// <summary>Changes of the roster, countersigned by the root key while that lasts, by two persons afterwards.</summary>
public sealed class RosterDesk(
    GovernanceLog log, Signer signer, PeopleStore store, PeopleDirectory directory, TimeProvider time)
{
    /// <summary>How long an invitation is open.</summary>
    public static readonly TimeSpan InviteLife = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<string, Pending> _pending = new(StringComparer.Ordinal);

    /// <summary>Adds a person. Without the signatures that are needed, <paramref name="unsigned"/> is called with the
    /// statement to sign, and the answer is the fault that says so.</summary>
    public async Task<Answer<Invited>> AddAsync(
        Principal asks, string name, string mail, IReadOnlyList<string> roles, JsonElement? envelope,
        Action<Unsigned> unsigned, CancellationToken cancellationToken)
    {
        if (!Permission.MayManagePeople(log.State, asks.Person))
            return AccessErrors.OnlyAdministrators();

        if (LoginDesk.Check(name, mail) is { } wrong)
            return wrong;

        if (AccessErrors.CheckRoles(roles) is { } bad)
            return bad;

        if (envelope is { } signed)
            return await CompleteAsync(asks, signed, cancellationToken);

        if (await directory.ByMailAsync(mail, cancellationToken) is not null)
            return AccessErrors.MailTaken();

        var pending = Prepare(mail.Trim(), name.Trim(), roles);
        var after = SignedStatement.DigestOf(pending.Body);
        if (pending.Body.Bootstrap)
        {
            var countersigned = signer.CountersignRoster(pending.Row.Person, after, SecretText.NewSecret());
            return countersigned.Fault is { } fault
                ? fault
                : await WriteAsync(asks, pending, countersigned.Value, cancellationToken);
        }

        foreach (var (person, old) in _pending)
        {
            if (old.Until < time.GetUtcNow())
                _pending.TryRemove(person, out _);
        }

        _pending[pending.Row.Person] = pending;
        var needed = AccessErrors.NeedsTwo(0);
        unsigned(new Unsigned(needed, Propose(pending.Row.Person, after)));
        return needed;
    }

    /// <summary>What a person signs with a new key to make it theirs.</summary>
    public Answer<Proposal> ProposeKey(Principal asks, string publicKey) => KeyBody(asks, publicKey) is { } body
        ? Propose(asks.Person, SignedStatement.DigestOf(body))
        : AccessErrors.BadKey();

    /// <summary>Registers the asking person's own key, proved by its signature.</summary>
    public async Task<Answer<string>> AddKeyAsync(
        Principal asks, string publicKey, JsonElement? envelope, CancellationToken cancellationToken)
    {
        if (KeyBody(asks, publicKey) is not { } body)
            return AccessErrors.BadKey();

        var draft = GovernanceDraft.Of(asks.Actor, asks.Person, body) with
        {
            After = SignedStatement.DigestOf(body),
            Statement = envelope,
        };
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : Ed25519PublicKey.TryParse(body.Key)!.KeyId;
    }

    /// <summary>Takes a person out at once; needs no signature, because it only tightens.</summary>
    public async Task<GovernanceFault?> DeactivateAsync(
        Principal asks, string person, string reason, CancellationToken cancellationToken)
    {
        var body = new RosterChanged { Person = person, Change = RosterChanged.Deactivated };
        var draft = GovernanceDraft.Of(asks.Actor, person, body) with { Reason = reason };
        return (await log.AppendAsync(draft, cancellationToken) as GovernanceOutcome.Refused)?.Fault;
    }

    private static RosterChanged? KeyBody(Principal asks, string publicKey)
    {
        var text = publicKey.StartsWith("ed25519:", StringComparison.Ordinal) ? publicKey : "ed25519:" + publicKey;
        return Ed25519PublicKey.TryParse(text) is { } key
            ? new RosterChanged { Person = asks.Person, Change = RosterChanged.KeyAdded, Key = key.ToString() }
            : null;
    }

    private Pending Prepare(string mail, string name, IReadOnlyList<string> roles)
    {
        var (state, now) = (log.State, InstantConverter.Whole(time.GetUtcNow()));
        var row = PersonRow.New(SecretText.NewPerson(), mail, name);
        var invite = SecretText.NewSecret();
        var body = new PersonAdded
        {
            Person = row.Person,
            Mail = row.MailCommitment,
            Name = row.NameCommitment,
            Roles = roles,
            Invite = SecretText.HashOf(invite),
            InviteExpires = now + InviteLife,
            Bootstrap = state.Roster.IsBootstrap(state.Founded, now),
        };
        return new Pending(row, body, invite, now + TimeSpan.FromHours(24));
    }

    private async Task<Answer<Invited>> CompleteAsync(
        Principal asks, JsonElement envelope, CancellationToken cancellationToken)
    {
        var act = SignedStatement.ReadAct(envelope);
        if (act.Fault is { } fault)
            return fault;

        return _pending.TryGetValue(act.Value.Predicate.Object, out var pending)
            ? await WriteAsync(asks, pending, envelope, cancellationToken)
            : AccessErrors.StatementDiffers();
    }

    private async Task<Answer<Invited>> WriteAsync(
        Principal asks, Pending pending, JsonElement envelope, CancellationToken cancellationToken)
    {
        await store.AddAsync(pending.Row, time.GetUtcNow(), cancellationToken);
        var draft = GovernanceDraft.Of(asks.Actor, pending.Row.Person, pending.Body) with
        {
            After = SignedStatement.DigestOf(pending.Body),
            Statement = envelope,
        };
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
        {
            await store.RemoveAsync(pending.Row.Person, cancellationToken);
            return refused.Fault;
        }

        _pending.TryRemove(pending.Row.Person, out _);
        await directory.RefreshAsync(cancellationToken);
        return new Invited(pending.Row.Person, pending.Invite, pending.Body.InviteExpires);
    }

    private Proposal Propose(string person, string after) => Proposal.Of<ActPredicate>(SignedStatement.ActPayload(
        RosterState.ActFor(log.State.Founded.Facts.Org, person, after, SecretText.NewSecret()), []));

    private sealed record Pending(PersonRow Row, PersonAdded Body, string Invite, DateTimeOffset Until);
}
