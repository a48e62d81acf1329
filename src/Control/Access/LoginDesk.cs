using System.Net.Mail;
using Provost.Control.Custody;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>What somebody gets who proved who they are.</summary>
/// <param name="Token">A bearer token, shown once; null when a session was asked for.</param>
public sealed record SignedIn(string Person, string? Token, DateTimeOffset? Expires);

/// <summary>Setup, invitation, password, token: every way in.</summary>
/// <param name="iterations">PBKDF2 iterations of a new password.</param>
public sealed class LoginDesk(
    GovernanceLog log, ISigner signer, PeopleStore store, PeopleDirectory directory, SetupCode setup, int iterations,
    TimeProvider time)
{
    /// <summary>How long a bearer token lives.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromDays(90);

    // Compared when there is no such account, so that the time of an answer does not tell which addresses exist.
    private readonly Lazy<PasswordRow> _nobody =
        new(() => PasswordRow.New("nobody", SecretText.NewSecret(), iterations));

    private readonly WrongTries _wrong = new(time);

    /// <summary>Makes the first platform administrator, with the code of the first start.</summary>
    public async Task<Answer<SignedIn>> SetUpAsync(
        string code, string name, string mail, string password, CancellationToken cancellationToken)
    {
        if (!log.State.Roster.People.IsEmpty || !setup.Accepts(code))
            return LoginErrors.BadSetupCode();

        if (Check(name, mail) is { } wrong)
            return wrong;

        if (password.Length < PasswordRow.MinLength)
            return LoginErrors.WeakPassword();

        var row = PersonRow.New(SecretText.NewPerson(), mail.Trim(), name.Trim());
        var invite = SecretText.NewSecret();
        var body = new PersonAdded
        {
            Person = row.Person,
            Mail = row.MailCommitment,
            Name = row.NameCommitment,
            Roles = [Roles.PlatformAdministrator],
            Invite = SecretText.HashOf(invite),
            InviteExpires = time.GetUtcNow() + TimeSpan.FromMinutes(15),
            Bootstrap = true,
        };
        var after = SignedStatement.DigestOf(body);
        var statement = signer.CountersignRoster(row.Person, after, SecretText.NewSecret());
        if (statement.Fault is { } fault)
            return fault;

        await store.AddAsync(row, time.GetUtcNow(), cancellationToken);
        var draft = GovernanceDraft.Of(Actor.Setup, row.Person, body) with
        {
            After = after,
            Statement = statement.Value,
        };
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : await AcceptAsync(invite, password, cancellationToken);
    }

    /// <summary>Uses an invitation up: sets the password and gives a first token.</summary>
    public async Task<Answer<SignedIn>> AcceptAsync(
        string invite, string password, CancellationToken cancellationToken)
    {
        if (password.Length < PasswordRow.MinLength)
            return LoginErrors.WeakPassword();

        var hash = SecretText.HashOf(invite);
        if (log.State.Roster.People.Values.FirstOrDefault(p => p.Active && p.Invite == hash) is not { } person)
            return AccessErrors.BadInvite();

        var row = PasswordRow.New(person.Id, password, iterations);
        await store.SetPasswordAsync(row, cancellationToken);
        var outcome = await log.AppendAsync(Password(row, hash), cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
            return refused.Fault;

        await directory.RefreshAsync(cancellationToken);
        return await TokenAsync(person.Id, cancellationToken);
    }

    /// <summary>Checks mail and password; the caller opens a session or takes a token.</summary>
    public async Task<Answer<Person>> CheckAsync(string mail, string password, CancellationToken cancellationToken)
    {
        if (_wrong.IsOver(mail))
            return LoginErrors.TooManyTries();

        var person = await directory.ByMailAsync(mail, cancellationToken);
        var row = person is null ? null : await store.PasswordAsync(person.Id, cancellationToken);
        var isTheLogs = row is not null && row.Digest == person!.Password;
        if ((isTheLogs ? row! : _nobody.Value).Accepts(password) && isTheLogs)
        {
            _wrong.Forget(mail);
            return person!;
        }

        _wrong.Failed(mail);
        return LoginErrors.WrongPassword();
    }

    /// <summary>A bearer token for somebody who has just proved who they are.</summary>
    public async Task<Answer<SignedIn>> TokenAsync(string person, CancellationToken cancellationToken)
    {
        var (token, expires) = (SecretText.NewToken(), InstantConverter.Whole(time.GetUtcNow() + TokenLife));
        var draft = GovernanceDraft.Of(Actor.Person(person), person, new CredentialSet
        {
            Person = person,
            Kind = CredentialSet.Token,
            Id = SecretText.IdOf(token)!,
            Hash = SecretText.HashOf(token),
            Expires = expires,
        });
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : new SignedIn(person, token, expires);
    }

    /// <summary>Whose token this is, a person's or a program's, from memory alone; null when it is unknown or
    /// over.</summary>
    public Principal? Bearer(string token)
    {
        if (SecretText.IdOf(token) is not { } id)
            return null;

        var (roster, program) = (log.State.Roster, log.State.Roster.Automations.GetValueOrDefault(id));
        var (person, hash, expires) = program is not null ? (program.Person, program.Hash, program.Expires)
            : roster.Tokens.GetValueOrDefault(id) is { } own ? (own.Person, own.Hash, own.Expires)
            : ("", "", default);
        return hash.Length > 0 && SecretText.Matches(token, hash) && time.GetUtcNow() < expires
            && roster.Live(person) is not null
                ? new Principal(person, ByCookie: false) { Credential = id, Program = program }
                : null;
    }

    internal static GovernanceFault? Check(string name, string mail) =>
        name.Trim().Length is 0 or > 200 ? LoginErrors.BadName()
            : mail.Length > 254 || !MailAddress.TryCreate(mail.Trim(), out var read) || read.Address != mail.Trim()
                ? LoginErrors.BadMail()
                : null;

    private static GovernanceDraft Password(PasswordRow row, string? invite) =>
        GovernanceDraft.Of(Actor.Person(row.Person), row.Person, new CredentialSet
        {
            Person = row.Person,
            Kind = CredentialSet.Password,
            Id = "password",
            Hash = row.Digest,
            Invite = invite,
        });
}

/// <summary>Every no on the way in, with its stable code.</summary>
internal static class LoginErrors
{
    public static GovernanceFault BadSetupCode() => new(FaultKind.Forbidden, "provost.setup.code",
        "The setup code is wrong, used or older than 15 minutes.",
        "Use the code that the server printed, or restart it for a new one while there is no administrator.");

    public static GovernanceFault NotLoopback() => new(FaultKind.Forbidden, "provost.setup.loopback",
        "Setup is possible from this machine alone.", "Run the command where the server runs.");

    public static GovernanceFault WeakPassword() => new GovernanceFault(
        FaultKind.Invalid, "provost.login.weak_password",
        $"A password has at least {PasswordRow.MinLength} characters.", "Choose a longer one.").At("password");

    public static GovernanceFault WrongPassword() => new(FaultKind.Unauthenticated, "provost.login.wrong",
        "Mail address or password is wrong.", "Try again, or ask a platform administrator for an invitation.");

    public static GovernanceFault TooManyTries() => new(FaultKind.TooMany, "provost.login.too_many",
        "Too many wrong passwords for this address.", "Wait a minute.");

    public static GovernanceFault BadName() => new GovernanceFault(FaultKind.Invalid, "provost.people.bad_name",
        "A name has 1 to 200 characters.", "Give the person's name.").At("name");

    public static GovernanceFault BadMail() => new GovernanceFault(FaultKind.Invalid, "provost.people.bad_mail",
        "This is not one mail address.", "Give a plain address, as dana@acme.example.").At("mail");

    public static GovernanceFault Unknown() => new(FaultKind.Unauthenticated, "provost.login.needed",
        "Who asks is not known.", "Sign in: provost login.");

    public static GovernanceFault TooLarge() => new(FaultKind.Invalid, "provost.login.too_large",
        $"A request without a sign-in has at most {RequestIdentity.MaxUnprovenBody >> 10} KiB.", "Send less.");

    public static GovernanceFault CrossOrigin() => new(FaultKind.Forbidden, "provost.cross_origin",
        "A signed-in browser may change things from this console's own pages only.",
        "Use the console itself, or a bearer token.");
}
