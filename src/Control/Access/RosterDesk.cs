using System.Text.Json;
using Provost.Control.Access.Passkeys;
using Provost.Control.Access.Pipelines;
using Provost.Control.Custody;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Access;

/// <summary>What became of a change that was asked for.</summary>
/// <param name="Person">The person concerned.</param>
/// <param name="Invite">The invitation's token, shown once; good from when the change is done. Null where none was
/// made.</param>
/// <param name="Waiting">The change that now waits for signatures; null when it is done.</param>
public sealed record RosterAnswer(string Person, string? Invite, DateTimeOffset? Expires, WaitingChange? Waiting);

/// <summary>A change of somebody in the roster.</summary>
/// <param name="Change">A word of <see cref="RosterChanged"/>.</param>
/// <param name="Roles">For <c>roles_set</c>: all roles from now on.</param>
/// <param name="Key">For <c>key_removed</c>: the key's id.</param>
/// <param name="Reason">Why; recorded.</param>
public sealed record RosterRequest(string Change, IReadOnlyList<string>? Roles, string? Key, string Reason);

/// <summary>
/// Changes of the roster: countersigned by the root key while the bootstrap lasts, signed by two persons afterwards.
/// What only takes away needs nobody else.
/// </summary>
public sealed partial class RosterDesk(
    GovernanceLog log, ISigner signer, PeopleStore store, PeopleDirectory directory, Database database,
    PasskeyOrigin origin, TimeProvider time)
{
    /// <summary>How long an invitation is open.</summary>
    public static readonly TimeSpan InviteLife = TimeSpan.FromDays(7);

    private readonly WaitingChanges _waiting = new(log, new WaitingStore(database), time);

    /// <summary>Changes that wait for signatures, oldest first.</summary>
    public IReadOnlyList<WaitingChange> Waiting => _waiting.All;

    /// <summary>Takes up again what waited when the server stopped.</summary>
    /// <exception cref="DatabaseDownException">The database is down.</exception>
    public Task LoadAsync(CancellationToken cancellationToken) => _waiting.LoadAsync(cancellationToken);

    /// <summary>Adds a person.</summary>
    public async Task<Answer<RosterAnswer>> AddAsync(
        Principal asks, string name, string mail, IReadOnlyList<string> roles, CancellationToken cancellationToken)
    {
        if (!Permission.MayManagePeople(log.State, asks.Person))
            return AccessErrors.OnlyAdministrators();

        if (LoginDesk.Check(name, mail) is { } wrong)
            return wrong;

        if (AccessErrors.CheckRoles(roles) is { } bad)
            return bad;

        if (await directory.ByMailAsync(mail, cancellationToken) is not null)
            return AccessErrors.MailTaken();

        var (state, now) = (log.State, Now());
        var row = PersonRow.New(SecretText.NewPerson(), mail.Trim(), name.Trim());
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
        var draft = GovernanceDraft.Of(asks.Actor, row.Person, body) with { After = SignedStatement.DigestOf(body) };
        var answer = new RosterAnswer(row.Person, invite, body.InviteExpires, null);
        return await AskAsync(asks, "added", draft, body.Bootstrap, row, answer, cancellationToken);
    }

    /// <summary>Changes a person of the roster.</summary>
    public async Task<Answer<RosterAnswer>> ChangeAsync(
        Principal asks, string person, RosterRequest request, CancellationToken cancellationToken)
    {
        var (state, now) = (log.State, Now());
        if (state.Roster.People.GetValueOrDefault(person) is not { } concerned)
            return AccessErrors.NoSuchPerson();

        var invite = request.Change == RosterChanged.Invited ? SecretText.NewSecret() : null;
        var read = Read(concerned, request, invite, now);
        if (read.Fault is { } wrong)
            return wrong;

        var needsNobodyElse = RosterState.NeedsNobodyElse(asks.Person, concerned, read.Value);
        var body = read.Value with
        {
            Bootstrap = !needsNobodyElse && state.Roster.IsBootstrap(state.Founded, now),
        };
        if (!needsNobodyElse && !database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        var draft = GovernanceDraft.Of(asks.Actor, person, body) with
        {
            After = SignedStatement.DigestOf(body),
            Reason = request.Reason.Trim().Length == 0 ? null : request.Reason.Trim(),
        };
        var answer = new RosterAnswer(person, invite, body.InviteExpires, null);
        return needsNobodyElse
            ? await WriteAsync(draft, null, answer, cancellationToken)
            : await AskAsync(asks, body.Change, draft, body.Bootstrap, null, answer, cancellationToken);
    }

    /// <summary>Asks that the runs of a pipeline be trusted, in the name of a person who answers for them.</summary>
    public async Task<Answer<RosterAnswer>> TrustAsync(
        Principal asks, PipelineTrusted trust, string reason, CancellationToken cancellationToken)
    {
        if (trust.Check() is { } wrong)
            return wrong;

        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        var state = log.State;
        if (state.Roster.Live(trust.Person) is null)
            return AccessErrors.NoSuchPerson();

        var body = trust with { Bootstrap = state.Roster.IsBootstrap(state.Founded, Now()) };
        var draft = GovernanceDraft.Of(asks.Actor, body.Person, body) with
        {
            After = SignedStatement.DigestOf(body),
            Reason = reason.Trim().Length == 0 ? null : reason.Trim(),
        };
        var answer = new RosterAnswer(body.Person, null, null, null);
        return await AskAsync(
            asks, PipelineTrusted.Verb, draft, body.Bootstrap, row: null, answer, cancellationToken);
    }

    /// <summary>Adds the asking person's signature; the second one needed makes the change effective.</summary>
    public async Task<Answer<RosterAnswer>> SignAsync(
        Principal asks, Guid change, JsonElement envelope, CancellationToken cancellationToken)
    {
        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        if (log.State.Roster.Live(asks.Person) is not { } person)
            return AccessErrors.NoSuchPerson();

        var signed = await _waiting.SignAsync(change, person, envelope, cancellationToken);
        if (signed.Fault is { } fault)
            return fault;

        var waits = signed.Value;
        var answer = new RosterAnswer(waits.Person, null, null, waits);
        if (!_waiting.IsBorne(waits))
            return answer;

        await _waiting.RemoveAsync(change, cancellationToken); // whatever comes of it: a statement is used once
        return await WriteAsync(
            waits.Draft with { Statement = waits.Envelope }, waits.Row, answer with { Waiting = null },
            cancellationToken);
    }

    /// <summary>Takes a waiting change back: who asked for it, the person concerned, or an administrator.</summary>
    public async Task<GovernanceFault?> WithdrawAsync(
        Principal asks, Guid change, CancellationToken cancellationToken)
    {
        if (_waiting.Find(change) is not { } waits)
            return AccessErrors.NoSuchChange();

        if (asks.Person != waits.By && asks.Person != waits.Person
            && !Permission.MayManagePeople(log.State, asks.Person))
        {
            return AccessErrors.OnlyAdministrators();
        }

        var draft = GovernanceDraft.Of(asks.Actor, waits.Person, new ChangeWithdrawn { Change = change });
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            return refused.Fault;

        await _waiting.RemoveAsync(change, cancellationToken);
        return null;
    }

    /// <summary>What the root key signs to open the bootstrap again, for 24 hours from now.</summary>
    public Answer<Proposal> ProposeReopening(Principal asks)
    {
        var (state, now) = (log.State, Now());
        if (!Permission.MayManagePeople(state, asks.Person))
            return AccessErrors.OnlyAdministrators();

        if (state.Roster.IsBootstrap(state.Founded, now) || state.Roster.ApproversWithKeys(now) >= 2)
            return AccessErrors.BootstrapNotNeeded();

        var body = new BootstrapReopened { Until = now + RosterState.BootstrapWindow };
        var act = RosterState.ActFor(
            state.Founded.Facts.Org, RosterState.Bootstrap, SignedStatement.DigestOf(body), SecretText.NewSecret(),
            body.Until);
        return Proposal.Of<ActPredicate>(SignedStatement.ActPayload(act, []));
    }

    /// <summary>Opens the bootstrap again until the instant that the signed statement names.</summary>
    public async Task<Answer<DateTimeOffset>> ReopenAsync(
        Principal asks, JsonElement envelope, CancellationToken cancellationToken)
    {
        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        var act = SignedStatement.ReadAct(envelope);
        if (act.Fault is { } fault)
            return fault;

        if (act.Value.Predicate.Expires is not { } until)
            return AccessErrors.RootUnsigned();

        var body = new BootstrapReopened { Until = until };
        var draft = GovernanceDraft.Of(asks.Actor, RosterState.Bootstrap, body) with
        {
            After = SignedStatement.DigestOf(body),
            Statement = envelope,
        };
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : until;
    }

    /// <summary>The body of a request, or what is wrong with it.</summary>
    private static Answer<RosterChanged> Read(
        Person concerned, RosterRequest request, string? invite, DateTimeOffset now)
    {
        var body = new RosterChanged { Person = concerned.Id, Change = request.Change };
        switch (request.Change)
        {
            case RosterChanged.RolesSet:
                var roles = request.Roles ?? [];
                return AccessErrors.CheckRoles(roles) is { } wrong ? wrong
                    : concerned.Roles.SetEquals(roles) ? AccessErrors.NothingToChange()
                    : body with { Roles = [.. roles.Order(StringComparer.Ordinal)] };
            case RosterChanged.KeyRemoved:
                return concerned.Keys.FirstOrDefault(k => k.Key.KeyId == request.Key) is { } key
                    ? body with { Key = key.Key.ToString() }
                    : AccessErrors.NoSuchKey();
            case RosterChanged.Invited when concerned.Active:
                return body with { Invite = SecretText.HashOf(invite!), InviteExpires = now + InviteLife };
            case RosterChanged.Deactivated:
                return concerned.Active ? body : AccessErrors.NothingToChange();
            case RosterChanged.Reactivated:
                return concerned.Active ? AccessErrors.NothingToChange() : body;
            default:
                return AccessErrors.UnknownChange();
        }
    }

    /// <summary>Has the root key countersign while it may; else the change waits for two persons.</summary>
    private async Task<Answer<RosterAnswer>> AskAsync(
        Principal asks, string change, GovernanceDraft draft, bool bootstrap, PersonRow? row, RosterAnswer answer,
        CancellationToken cancellationToken)
    {
        if (bootstrap)
        {
            var countersigned = signer.CountersignRoster(draft.Object, draft.After!, SecretText.NewSecret());
            return countersigned.Fault is { } fault
                ? fault
                : await WriteAsync(draft with { Statement = countersigned.Value }, row, answer, cancellationToken);
        }

        if (log.State.Roster.Live(asks.Person)?.Roles.Overlaps(Roles.SignsRoster) != true)
            return AccessErrors.MayNotAsk();

        return await WaitAsync(
            asks, change, draft, Payload(draft.Object, draft.After!), [], Now() + WaitingChanges.Life, row, answer,
            cancellationToken);
    }

    private async Task<Answer<RosterAnswer>> WaitAsync(
        Principal asks, string change, GovernanceDraft draft, byte[] payload,
        IReadOnlyList<EnvelopeSignature> signatures, DateTimeOffset until, PersonRow? row, RosterAnswer answer,
        CancellationToken cancellationToken)
    {
        var now = Now();
        var waits = new WaitingChange
        {
            Id = Guid.CreateVersion7(now),
            Person = draft.Object,
            Change = change,
            By = asks.Person,
            Asked = now,
            Until = until,
            Draft = draft,
            Payload = payload,
            Signatures = signatures,
            Reason = draft.Reason,
            Row = row,
        };
        return await _waiting.AddAsync(waits, cancellationToken) is { } fault ? fault : answer with { Waiting = waits };
    }

    private async Task<Answer<RosterAnswer>> WriteAsync(
        GovernanceDraft draft, PersonRow? row, RosterAnswer answer, CancellationToken cancellationToken)
    {
        if (row is not null)
            await store.AddAsync(row, time.GetUtcNow(), cancellationToken);

        var outcome = await log.AppendAsync(
            state => LosesLastAdministrator(state, draft)
                ? AccessErrors.LastAdministrator()
                : new Answer<IReadOnlyList<GovernanceDraft>>([draft]),
            cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
        {
            if (row is not null)
                await store.RemoveAsync(row.Person, cancellationToken);

            return refused.Fault;
        }

        if (row is not null)
            await directory.RefreshAsync(cancellationToken);

        return answer;
    }

    private static bool LosesLastAdministrator(GovernanceState state, GovernanceDraft draft)
    {
        if (draft.Verb != RosterChanged.Verb)
            return false;

        var body = draft.Body.Deserialize(GovernanceJson.Default.RosterChanged)!;
        var loses = body.Change == RosterChanged.Deactivated
            || (body.Change == RosterChanged.RolesSet && body.Roles?.Contains(Roles.PlatformAdministrator) != true);
        return loses && state.Roster.Live(body.Person)?.Has(Roles.PlatformAdministrator) == true
            && state.Roster.People.Values.Count(p => p.Has(Roles.PlatformAdministrator)) == 1;
    }

    private byte[] Payload(string person, string after) => SignedStatement.ActPayload(
        RosterState.ActFor(
            log.State.Founded.Facts.Org, person, after, SecretText.NewSecret(), Now() + WaitingChanges.Life),
        []);

    private DateTimeOffset Now() => InstantConverter.Whole(time.GetUtcNow());
}
