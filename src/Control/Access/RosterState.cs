using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Access;

/// <summary>Who there is, what they may hold and which keys sign for them.</summary>
public sealed record RosterState
{
    /// <summary>How long the root key may countersign after the genesis.</summary>
    public static readonly TimeSpan BootstrapWindow = TimeSpan.FromHours(24);

    internal static readonly FrozenSet<string> Verbs =
        new[] { PersonAdded.Verb, RosterChanged.Verb, CredentialSet.Verb, CredentialEnded.Verb }.ToFrozenSet();

    internal static readonly RosterState Empty = new();

    public ImmutableSortedDictionary<string, Person> People { get; init; } =
        ImmutableSortedDictionary.Create<string, Person>(StringComparer.Ordinal);

    /// <summary>Bearer tokens by id.</summary>
    public ImmutableDictionary<string, TokenGrant> Tokens { get; init; } =
        ImmutableDictionary<string, TokenGrant>.Empty;

    /// <summary>The active person of that id, null when there is none.</summary>
    public Person? Live(string? id) => id is not null && People.GetValueOrDefault(id) is { Active: true } person
        ? person
        : null;

    /// <summary>Approvers who can sign.</summary>
    public int ApproversWithKeys => People.Values.Count(p => p.Has(Roles.Approver) && !p.Keys.IsEmpty);

    /// <summary>Whether the root key still countersigns an administrator's changes.</summary>
    public bool IsBootstrap(Genesis genesis, DateTimeOffset at) =>
        at < genesis.At + BootstrapWindow && ApproversWithKeys < 2;

    /// <summary>What a person or the root key signs for a change of the roster.</summary>
    internal static ActPredicate ActFor(string org, string person, string after, string nonce) => new()
    {
        Org = org,
        Verb = "roster",
        Object = person,
        After = after,
        Nonce = nonce,
    };

    internal Answer<RosterState> Apply(GovernanceEntry entry, GovernanceState whole) => entry.Verb switch
    {
        "person_added" => Add(entry, entry.Read<PersonAdded>(), whole),
        "roster" => Change(entry, entry.Read<RosterChanged>(), whole),
        "credential" => Set(entry, entry.Read<CredentialSet>()),
        _ => End(entry, entry.Read<CredentialEnded>()),
    };

    private Answer<RosterState> Add(GovernanceEntry entry, PersonAdded body, GovernanceState whole)
    {
        if (People.ContainsKey(body.Person) || entry.Object != body.Person)
            return AccessErrors.PersonTaken();

        if (AccessErrors.CheckRoles(body.Roles) is { } wrong)
            return wrong;

        // The first person opens the house and can only run the platform: approving needs two others.
        var first = People.IsEmpty;
        if (first && (entry.Actor.Kind != Actor.Setup.Kind || body.Roles is not [Roles.PlatformAdministrator]))
            return AccessErrors.FirstIsAdministrator();

        if (!first && Live(entry.Actor.Id)?.Has(Roles.PlatformAdministrator) != true)
            return AccessErrors.OnlyAdministrators();

        var after = SignedStatement.DigestOf(body);
        if (CheckSigned(entry, body.Person, after, body.Bootstrap, whole) is { } unsigned)
            return unsigned;

        return With(new Person
        {
            Id = body.Person,
            Roles = [.. body.Roles],
            Mail = body.Mail,
            Name = body.Name,
            Invite = body.Invite,
            InviteExpires = body.InviteExpires,
            Bootstrap = body.Bootstrap,
            Since = entry.Time,
        });
    }

    private Answer<RosterState> Change(GovernanceEntry entry, RosterChanged body, GovernanceState whole)
    {
        if (People.GetValueOrDefault(body.Person) is not { } person || entry.Object != body.Person)
            return AccessErrors.NoSuchPerson();

        var after = SignedStatement.DigestOf(body);
        var isFirstKey = body.Change == RosterChanged.KeyAdded && entry.Actor.Id == person.Id
            && person.Keys.IsEmpty && person.FormerKeys.IsEmpty;
        if (body.Change == RosterChanged.Deactivated)
        {
            // Taking away is tightening: an administrator, or the person, needs no one else.
            if (entry.Actor.Id != person.Id && Live(entry.Actor.Id)?.Has(Roles.PlatformAdministrator) != true)
                return AccessErrors.OnlyAdministrators();
        }
        else if (!isFirstKey && CheckSigned(entry, person.Id, after, body.Bootstrap, whole) is { } unsigned)
        {
            return unsigned;
        }

        return body.Change switch
        {
            RosterChanged.KeyAdded => AddKey(entry, person, body.Key, after, whole),
            RosterChanged.KeyRemoved => RemoveKey(person, body.Key),
            RosterChanged.RolesSet => SetRoles(person, body.Roles ?? []),
            RosterChanged.Invited when body is { Invite: { } invite, InviteExpires: { } expires } =>
                With(person with { Invite = invite, InviteExpires = expires }),
            RosterChanged.Deactivated => With(person with { Active = false, Invite = null }) with
            {
                Tokens = Tokens.RemoveRange(Tokens.Values.Where(t => t.Person == person.Id).Select(t => t.Id)),
            },
            RosterChanged.Reactivated => With(person with { Active = true }),
            _ => AccessErrors.UnknownChange(),
        };
    }

    private Answer<RosterState> AddKey(
        GovernanceEntry entry, Person person, string? text, string after, GovernanceState whole)
    {
        if (Ed25519PublicKey.TryParse(text) is not { } key)
            return AccessErrors.BadKey();

        if (People.Values.Any(p => p.Keys.Contains(key) || p.FormerKeys.Contains(key)))
            return AccessErrors.KeyTaken();

        var act = SignedStatement.ReadAct(entry.Statement);
        if (act.Fault is { } fault)
            return fault;

        // Possession: the new key itself signs that it is this person's.
        return Says(act.Value, person.Id, after, entry, whole) && act.Value.Envelope.IsSignedBy(key)
            ? With(person with { Keys = person.Keys.Add(key) })
            : AccessErrors.KeyUnproven();
    }

    private Answer<RosterState> RemoveKey(Person person, string? text)
    {
        if (Ed25519PublicKey.TryParse(text) is not { } key || !person.Keys.Contains(key))
            return AccessErrors.BadKey();

        return With(person with { Keys = person.Keys.Remove(key), FormerKeys = person.FormerKeys.Add(key) });
    }

    private Answer<RosterState> SetRoles(Person person, IReadOnlyList<string> roles) =>
        AccessErrors.CheckRoles(roles) is { } wrong ? wrong : With(person with { Roles = [.. roles] });

    private Answer<RosterState> Set(GovernanceEntry entry, CredentialSet body)
    {
        if (Live(body.Person) is not { } person || entry.Actor.Id != body.Person)
            return AccessErrors.NoSuchPerson();

        if (body.Invite is { } invite)
        {
            if (person.Invite != invite || entry.Time >= person.InviteExpires)
                return AccessErrors.BadInvite();

            person = person with { Invite = null };
        }
        else if (person.Password is null)
        {
            return AccessErrors.BadInvite();
        }

        if (body.Kind == CredentialSet.Password)
            return With(person with { Password = body.Hash });

        return Tokens.ContainsKey(body.Id) || body.Expires is not { } expires
            ? AccessErrors.TokenTaken()
            : With(person) with { Tokens = Tokens.Add(body.Id, new(body.Id, person.Id, body.Hash, expires)) };
    }

    private Answer<RosterState> End(GovernanceEntry entry, CredentialEnded body) =>
        Tokens.GetValueOrDefault(body.Id) is { } token && token.Person == body.Person
            && (entry.Actor.Id == token.Person || Live(entry.Actor.Id)?.Has(Roles.PlatformAdministrator) == true)
            ? this with { Tokens = Tokens.Remove(body.Id) }
            : AccessErrors.NoSuchToken();

    /// <summary>Whether the root key (while it may) or two persons with standing signed this change.</summary>
    private GovernanceFault? CheckSigned(
        GovernanceEntry entry, string person, string after, bool bootstrap, GovernanceState whole)
    {
        var act = SignedStatement.ReadAct(entry.Statement);
        if (act.Fault is { } fault)
            return fault;

        if (!Says(act.Value, person, after, entry, whole))
            return AccessErrors.StatementDiffers();

        var envelope = act.Value.Envelope;
        if (bootstrap)
        {
            return IsBootstrap(whole.Founded, entry.Time) && envelope.IsSignedBy(whole.Founded.RootKey)
                && (entry.Actor.Kind == Actor.Setup.Kind || Live(entry.Actor.Id) is { } asks
                    && asks.Has(Roles.PlatformAdministrator))
                ? null
                : AccessErrors.BootstrapOver();
        }

        var signers = People.Values.Count(p => p.Id != person && p.Active && p.Roles.Overlaps(Roles.SignsRoster)
            && p.SignerOf(envelope) is not null);
        return signers >= 2 ? null : AccessErrors.NeedsTwo(signers);
    }

    private static bool Says(
        SignedStatement<ActPredicate> act, string person, string after, GovernanceEntry entry, GovernanceState whole) =>
        act.Predicate is { Verb: "roster" } said && said.Org == whole.Founded.Facts.Org && said.Object == person
        && said.After == after && (said.Expires is null || said.Expires > entry.Time);

    private RosterState With(Person person) => this with { People = People.SetItem(person.Id, person) };
}
