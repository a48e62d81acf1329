using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Access.OpenId;
using Provost.Control.Access.Passkeys;
using Provost.Control.Access.Pipelines;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Access;

/// <summary>Who there is, what they may hold and which keys sign for them.</summary>
public sealed partial record RosterState
{
    /// <summary>How long the root key may countersign after the genesis.</summary>
    public static readonly TimeSpan BootstrapWindow = TimeSpan.FromHours(24);

    /// <summary>How long a further key waits before its signatures count: time for its owner to notice and
    /// object.</summary>
    public static readonly TimeSpan KeyDelay = TimeSpan.FromHours(24);

    /// <summary>What the act names that opens the bootstrap again.</summary>
    internal const string Bootstrap = "bootstrap";

    internal static readonly FrozenSet<string> Verbs = new[]
    {
        PersonAdded.Verb, RosterChanged.Verb, BootstrapReopened.Verb, CredentialSet.Verb, CredentialEnded.Verb,
        ServiceTokenMade.Verb, PipelineTrusted.Verb, PipelineTrustEnded.Verb, PipelineEntered.Verb,
        ChangeAsked.Verb, ChangeWithdrawn.Verb, IdentityLinked.Verb, SignedInEvent.Verb,
    }.ToFrozenSet();

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

    /// <summary>There were two approvers with keys: the bootstrap is over, and losing one does not bring it
    /// back.</summary>
    public bool IsSettled { get; init; }

    /// <summary>Until when the root key has opened the bootstrap again; null when it never did.</summary>
    public DateTimeOffset? ReopenedUntil { get; init; }

    /// <summary>Approvers who can sign at an instant.</summary>
    public int ApproversWithKeys(DateTimeOffset at) =>
        People.Values.Count(p => p.Has(Roles.Approver) && p.CanSign(at));

    /// <summary>Whether the root key still countersigns an administrator's changes.</summary>
    public bool IsBootstrap(Genesis genesis, DateTimeOffset at) =>
        !IsSettled && at < BootstrapEnds(genesis) && ApproversWithKeys(at) < 2;

    /// <summary>When the bootstrap ends at the latest.</summary>
    public DateTimeOffset BootstrapEnds(Genesis genesis) => ReopenedUntil ?? genesis.At + BootstrapWindow;

    /// <summary>What a person or the root key signs for a change of the roster.</summary>
    internal static ActPredicate ActFor(
        string org, string person, string after, string nonce, DateTimeOffset? expires = null) => new()
        {
            Org = org,
            Verb = "roster",
            Object = person,
            After = after,
            Expires = expires,
            Nonce = nonce,
        };

    internal Answer<RosterState> Apply(GovernanceEntry entry, GovernanceState whole)
    {
        var next = entry.Verb switch
        {
            "person_added" => Add(entry, entry.Read<PersonAdded>(), whole),
            "roster" => Change(entry, entry.Read<RosterChanged>(), whole),
            "bootstrap_reopened" => Reopen(entry, entry.Read<BootstrapReopened>(), whole),
            "credential" => Set(entry, entry.Read<CredentialSet>()),
            "pipeline_trusted" => Trust(entry, entry.Read<PipelineTrusted>(), whole),
            "pipeline_trust_ended" => End(entry, entry.Read<PipelineTrustEnded>()),
            "pipeline_entered" => Enter(entry, entry.Read<PipelineEntered>()),
            "change_asked" => With(Asked.Ask(entry, entry.Read<ChangeAsked>(), this)),
            "change_withdrawn" => With(Asked.Withdraw(entry, entry.Read<ChangeWithdrawn>(), this)),
            "identity_linked" => Link(entry, entry.Read<IdentityLinked>()),
            "signed_in" => Counted(entry.Read<SignedInEvent>()),
            "service_token" => With(ServiceTokenDesk.Read(entry, entry.Read<ServiceTokenMade>(), this), entry.Time),
            _ => End(entry, entry.Read<CredentialEnded>()),
        };
        return next.Fault is null && !next.Value.IsSettled && next.Value.ApproversWithKeys(entry.Time) >= 2
            ? next.Value with { IsSettled = true }
            : next;
    }

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
        if (MayAsk(entry, person, body) is { } no)
            return no;

        if (!NeedsNobodyElse(entry.Actor.Id, person, body)
            && CheckSigned(entry, person.Id, after, body.Bootstrap, whole) is { } unsigned)
        {
            return unsigned;
        }

        return body.Change switch
        {
            RosterChanged.KeyAdded => AddKey(entry, person, body.Key, after, whole),
            RosterChanged.KeyRemoved => RemoveKey(entry, person, body.Key),
            RosterChanged.RolesSet => SetRoles(person, body.Roles ?? []),
            RosterChanged.Invited when person.Active
                && body is { Invite: { } invite, InviteExpires: { } expires } =>
                With(person with { Invite = invite, InviteExpires = expires }).Unlinked(person.Id),
            RosterChanged.Deactivated => With(
                person with { Active = false, Invite = null, LeftAt = entry.Time }) with
            {
                Tokens = Tokens.RemoveRange(Tokens.Values.Where(t => t.Person == person.Id).Select(t => t.Id)),
                Automations = Automations.RemoveRange(
                    Automations.Values.Where(g => g.Person == person.Id).Select(g => g.Id)),
                Pipelines = Pipelines.Without(person.Id),
                Identities = Unlinked(person.Id).Identities,
            },
            RosterChanged.Reactivated => With(
                person with { Active = true, LeftAt = null, ReturnedAt = entry.Time }),
            _ => AccessErrors.UnknownChange(),
        };
    }

    /// <summary>Who may ask for a change: nobody registers a key for somebody else.</summary>
    private GovernanceFault? MayAsk(GovernanceEntry entry, Person person, RosterChanged body)
    {
        var asks = Live(entry.Actor.Id);
        var isOwn = asks?.Id == person.Id;
        return body.Change switch
        {
            RosterChanged.KeyAdded => isOwn ? null : AccessErrors.OwnKeysOnly(),
            RosterChanged.KeyRemoved => isOwn || asks?.Roles.Overlaps(Roles.SignsRoster) == true
                ? null
                : AccessErrors.MayNotAsk(),
            RosterChanged.Deactivated => isOwn || asks?.Has(Roles.PlatformAdministrator) == true
                ? null
                : AccessErrors.OnlyAdministrators(),
            _ => asks?.Roles.Overlaps(Roles.SignsRoster) == true ? null : AccessErrors.MayNotAsk(),
        };
    }

    /// <summary>A first key, and what only takes away: being taken out, giving up a key of one's own.</summary>
    internal static bool NeedsNobodyElse(string asks, Person person, RosterChanged body) => body.Change switch
    {
        RosterChanged.KeyAdded => IsFirstKey(person),
        RosterChanged.KeyRemoved => asks == person.Id,
        RosterChanged.Deactivated => true,
        _ => false,
    };

    private static bool IsFirstKey(Person person) => person.Keys.IsEmpty && person.FormerKeys.IsEmpty;

    /// <summary>Whether a key is or was anybody's.</summary>
    internal bool IsTaken(SignatureKey key) => People.Values.Any(p => p.Keys.Concat(p.FormerKeys).Any(k =>
        k.Key.Equals(key)
        || (k.Key is PasskeyPublicKey held && key is PasskeyPublicKey other && held.Overlaps(other))));

    private Answer<RosterState> AddKey(
        GovernanceEntry entry, Person person, string? text, string after, GovernanceState whole)
    {
        if (SignatureKey.TryRead(text) is not { } key)
            return AccessErrors.BadKey();

        if (IsTaken(key))
            return AccessErrors.KeyTaken();

        var act = SignedStatement.ReadAct(entry.Statement);
        if (act.Fault is { } fault)
            return fault;

        // Possession: the new key itself signs that it is this person's.
        return Says(act.Value, person.Id, after, entry, whole) && act.Value.Envelope.IsSignedBy(key)
            ? With(person with
            {
                Keys = person.Keys.Add(new PersonKey(
                    key, entry.Time, IsFirstKey(person) ? entry.Time : entry.Time + KeyDelay)),
            })
            : WhyUnproven(act.Value.Envelope, key);
    }

    internal static GovernanceFault WhyUnproven(Envelope envelope, SignatureKey key) =>
        key is PasskeyPublicKey passkey && envelope.DoubtOf(passkey) is { } doubt
            ? PasskeyErrors.Of(doubt)
            : AccessErrors.KeyUnproven();

    private Answer<RosterState> RemoveKey(GovernanceEntry entry, Person person, string? text)
    {
        if (SignatureKey.TryRead(text) is not { } key
            || person.Keys.FirstOrDefault(k => k.Key.Equals(key)) is not { } held)
        {
            return AccessErrors.BadKey();
        }

        return With(person with
        {
            Keys = person.Keys.Remove(held),
            FormerKeys = person.FormerKeys.Add(held with { Until = entry.Time }),
        });
    }

    /// <summary>The way back when the bootstrap has ended and no two approvers can sign: the root key, which is kept
    /// offline, opens it again for a day at most.</summary>
    private Answer<RosterState> Reopen(GovernanceEntry entry, BootstrapReopened body, GovernanceState whole)
    {
        if (Live(entry.Actor.Id)?.Has(Roles.PlatformAdministrator) != true)
            return AccessErrors.OnlyAdministrators();

        if (IsBootstrap(whole.Founded, entry.Time) || ApproversWithKeys(entry.Time) >= 2)
            return AccessErrors.BootstrapNotNeeded();

        var act = SignedStatement.ReadAct(entry.Statement);
        if (act.Fault is { } fault)
            return fault;

        var until = body.Until;
        return Says(act.Value, Bootstrap, SignedStatement.DigestOf(body), entry, whole)
            && act.Value.Envelope.IsSignedBy(whole.Founded.RootKey)
            && until > entry.Time && until <= entry.Time + BootstrapWindow
            ? this with { ReopenedUntil = until, IsSettled = false }
            : AccessErrors.RootUnsigned();
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

        return Tokens.ContainsKey(body.Id) || Automations.ContainsKey(body.Id) || body.Expires is not { } expires
            ? AccessErrors.TokenTaken()
            : With(person) with
            {
                Tokens = Tokens.Add(body.Id, new(body.Id, person.Id, body.Hash, expires, entry.Time)),
            };
    }

    private Answer<RosterState> End(GovernanceEntry entry, CredentialEnded body)
    {
        var owner = Tokens.GetValueOrDefault(body.Id)?.Person ?? Automations.GetValueOrDefault(body.Id)?.Person;
        return owner is not null && owner == body.Person
            && (entry.Actor.Id == owner || Live(entry.Actor.Id)?.Has(Roles.PlatformAdministrator) == true)
                ? this with { Tokens = Tokens.Remove(body.Id), Automations = Automations.Remove(body.Id) }
                : AccessErrors.NoSuchToken();
    }

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
            // A further key is the person's own affair and two others', never the root key's.
            return entry.Verb == RosterChanged.Verb && entry.Read<RosterChanged>().Change == RosterChanged.KeyAdded
                ? AccessErrors.NeedsTwo(0)
                : IsBootstrap(whole.Founded, entry.Time) && envelope.IsSignedBy(whole.Founded.RootKey)
                && (entry.Actor.Kind == Actor.Setup.Kind || Live(entry.Actor.Id) is { } asks
                    && asks.Has(Roles.PlatformAdministrator))
                ? null
                : AccessErrors.BootstrapOver();
        }

        var signers = People.Values.Count(p => MaySign(p, person) && p.SignerOf(envelope, entry.Time) is not null);
        return signers >= 2 ? null : AccessErrors.NeedsTwo(signers);
    }

    /// <summary>Whether somebody has standing to sign a change that concerns a person.</summary>
    internal static bool MaySign(Person signer, string concerned) =>
        signer.Id != concerned && signer.Active && signer.Roles.Overlaps(Roles.SignsRoster);

    private static bool Says(
        SignedStatement<ActPredicate> act, string person, string after, GovernanceEntry entry, GovernanceState whole) =>
        act.Predicate is { Verb: "roster" } said && said.Org == whole.Founded.Facts.Org && said.Object == person
        && said.After == after && (said.Expires is null || said.Expires > entry.Time);

    private RosterState With(Person person) => this with { People = People.SetItem(person.Id, person) };
}
