using System.Collections.Concurrent;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>Who asks, as the request proved it.</summary>
/// <param name="ByCookie">A browser's session, which a foreign page could ride on; tokens cannot be ridden.</param>
public sealed record Principal(string Person, bool ByCookie)
{
    public Actor Actor => Actor.Person(Person);
}

/// <summary>
/// Sessions of the console, in memory: a restart signs everybody out, a sign-out ends at once, and nothing that could
/// be
/// stolen from a disk signs anyone in.
/// </summary>
public sealed class Sessions(GovernanceLog log, TimeProvider time)
{
    /// <summary>Longest life.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>Life without a request.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>Opens a session and gives the secret for the cookie.</summary>
    public string Open(Person person)
    {
        var (secret, now) = (SecretText.NewSecret(), time.GetUtcNow());
        foreach (var (key, session) in _sessions)
        {
            if (IsOver(session, now))
                _sessions.TryRemove(key, out _);
        }

        _sessions[SecretText.HashOf(secret)] = new Session(person.Id, person.Password, now, now);
        return secret;
    }

    /// <summary>Whose session the cookie's secret is; null when it is over, or the person or password
    /// changed.</summary>
    public Person? Find(string secret)
    {
        var (key, now) = (SecretText.HashOf(secret), time.GetUtcNow());
        if (!_sessions.TryGetValue(key, out var session) || IsOver(session, now)
            || log.State.Roster.Live(session.Person) is not { } person || person.Password != session.Password)
        {
            return null;
        }

        _sessions[key] = session with { Seen = now };
        return person;
    }

    /// <summary>Ends a session.</summary>
    public void Close(string secret) => _sessions.TryRemove(SecretText.HashOf(secret), out _);

    private static bool IsOver(Session session, DateTimeOffset now) =>
        now >= session.Opened + Longest || now >= session.Seen + Idle;

    private sealed record Session(string Person, string? Password, DateTimeOffset Opened, DateTimeOffset Seen);
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
