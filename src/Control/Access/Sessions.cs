using System.Collections.Concurrent;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>Who asks, as the request proved it.</summary>
/// <param name="Person">The person, or who answers for the program.</param>
/// <param name="ByCookie">A browser's session, which a foreign page could ride on; tokens cannot be ridden.</param>
public sealed record Principal(string Person, bool ByCookie)
{
    /// <summary>Id of the token or session it was proved with; null where a handler is called without a
    /// request.</summary>
    public string? Credential { get; init; }

    /// <summary>The program that acts in the person's name; null when it is the person.</summary>
    public AutomationGrant? Program { get; init; }

    /// <summary>Whom the log names: the program, where it is one; the fold finds the person behind it.</summary>
    public Actor Actor => Program is { } program ? new Actor(program.Kind, program.Id) : Actor.Person(Person);

    /// <summary>Whether a program's scope has the system; a person's is not bounded here.</summary>
    public bool Covers(string system) => Program?.Covers(system) != false;
}

/// <summary>A session that stands, and whose.</summary>
public sealed record LiveSession(string Id, Person Person);

/// <summary>A session as its person sees it.</summary>
/// <param name="Seen">Its last request.</param>
/// <param name="Ends">When it ends if no further request comes.</param>
public sealed record SessionView(string Id, DateTimeOffset Opened, DateTimeOffset Seen, DateTimeOffset Ends);

/// <summary>
/// Sessions of the console, in memory: a restart signs everybody out, a sign-out ends at once, and nothing that could
/// be stolen from a disk signs anyone in.
/// </summary>
public sealed class Sessions(GovernanceLog log, TimeProvider time)
{
    /// <summary>Longest life.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>Life without a request.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    /// <summary>What entries and lists call such a credential.</summary>
    internal const string Kind = "session";

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>Opens a session; gives its id and the secret for the cookie.</summary>
    /// <param name="passkey">Id of the passkey it was opened with, and with which it ends; null for none.</param>
    public (string Id, string Secret) Open(Person person, string? passkey = null)
    {
        var (secret, now) = (SecretText.NewSecret(), time.GetUtcNow());
        foreach (var (key, session) in _sessions)
        {
            if (IsOver(session, now))
                _sessions.TryRemove(key, out _);
        }

        var id = Guid.CreateVersion7(now).ToString();
        _sessions[SecretText.HashOf(secret)] = new Session(id, person.Id, person.Password, passkey, now, now);
        return (id, secret);
    }

    /// <summary>The session that the cookie's secret opens; null when it is over, or the person or password
    /// changed.</summary>
    public LiveSession? Find(string secret)
    {
        var (key, now) = (SecretText.HashOf(secret), time.GetUtcNow());
        if (!_sessions.TryGetValue(key, out var session) || IsOver(session, now)
            || Holder(session) is not { } person)
        {
            return null;
        }

        // only where it still stands: one that was ended meanwhile must not come back
        _sessions.TryUpdate(key, session with { Seen = now }, session);
        return new LiveSession(session.Id, person);
    }

    /// <summary>A person's sessions that stand.</summary>
    public IReadOnlyList<SessionView> Of(string person)
    {
        var now = time.GetUtcNow();
        return
        [
            .. _sessions.Values.Where(s => s.Person == person && !IsOver(s, now) && Holder(s) is not null)
                .Select(s => new SessionView(s.Id, s.Opened, s.Seen, End(s))),
        ];
    }

    /// <summary>Ends a session of a person's; false when there is none of that id.</summary>
    public bool End(string person, string id) => _sessions
        .Where(s => s.Value.Person == person && s.Value.Id == id)
        .Aggregate(seed: false, (ended, s) => _sessions.TryRemove(s.Key, out _) || ended);

    /// <summary>Ends a session.</summary>
    public void Close(string secret) => _sessions.TryRemove(SecretText.HashOf(secret), out _);

    private Person? Holder(Session session) =>
        log.State.Roster.Live(session.Person) is { } person && person.Password == session.Password
        && (session.Passkey is null || person.Holds(session.Passkey))
        && (person.ReturnedAt is not { } back || session.Opened >= back)
            ? person
            : null;

    private static DateTimeOffset End(Session session) =>
        session.Opened + Longest < session.Seen + Idle ? session.Opened + Longest : session.Seen + Idle;

    private static bool IsOver(Session session, DateTimeOffset now) => now >= End(session);

    private sealed record Session(
        string Id, string Person, string? Password, string? Passkey, DateTimeOffset Opened, DateTimeOffset Seen);
}

/// <summary>The code that a first start prints: makes the first administrator, from loopback, for 15 minutes.</summary>
public sealed class SetupCode(TimeProvider time)
{
    private const int MaxTries = 20;

    private readonly DateTimeOffset _expires = time.GetUtcNow() + TimeSpan.FromMinutes(15);
    private int _tries;

    /// <summary>The text to print; valid for this process alone.</summary>
    public string Text { get; } = SecretText.NewCode();

    internal bool Accepts(string code) => Interlocked.Increment(ref _tries) <= MaxTries
        && time.GetUtcNow() < _expires && SecretText.Matches(code.Trim().ToUpperInvariant(), SecretText.HashOf(Text));
}
