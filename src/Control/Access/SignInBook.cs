using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Provost.Control.Access.Passkeys;
using Provost.Control.Governance;
using Provost.Ledger.Spool;

namespace Provost.Control.Access;

/// <summary>
/// Writes who came in, and how often it was tried in vain. Successes are entries of their own, durable before the
/// secret is given. Failures are counted per source, way and code for ten seconds, then one entry each: whoever guesses
/// must not be able to fill the log.
/// </summary>
/// <remarks>
/// A source is HMAC-SHA-256 of the remote address under 32 random bytes of this process. Within one run of the server
/// equal sources are seen to be equal; nobody can tell the address from it, and after a restart nobody can compare.
/// </remarks>
public sealed class SignInBook(GovernanceLog log, TimeProvider time)
{
    /// <summary>How long failures are gathered before they are written.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>Sources told apart within one window; all further ones are counted as one.</summary>
    private const int MaxSources = 32;

    private const string Others = "others";

    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _lock = new();
    private Dictionary<(string Source, string Way, string Code), Tally> _failed = [];

    /// <summary>The commitment to where a request comes from.</summary>
    public string SourceOf(HttpContext call) => Convert.ToBase64String(HMACSHA256.HashData(
        _salt, Encoding.UTF8.GetBytes(call.Connection.RemoteIpAddress?.ToString() ?? "local")));

    /// <summary>Records that a person was let in; the caller gives the secret only afterwards.</summary>
    /// <returns>Why it could not be recorded; null when it stands in the log.</returns>
    public async Task<GovernanceFault?> EnteredAsync(
        HttpContext call, string person, string way, string kind, string credential,
        CancellationToken cancellationToken, PasskeyEntry? passkey = null)
    {
        var draft = GovernanceDraft.Of(Actor.Person(person), person, new SignedInEvent
        {
            Way = way,
            Kind = kind,
            Credential = credential,
            Source = SourceOf(call),
            Passkey = passkey?.Key,
            Counter = passkey?.Counter is > 0 and var count ? count : null,
        });
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : null;
    }

    /// <summary>Records that a person ended a session.</summary>
    public Task LeftAsync(string person, string session, CancellationToken cancellationToken) => log.AppendAsync(
        GovernanceDraft.Of(Actor.Person(person), person, new SignedOut { Credential = session }), cancellationToken);

    /// <summary>Counts an attempt that was refused.</summary>
    public void Failed(HttpContext call, string way, GovernanceFault fault)
    {
        var (source, now) = (SourceOf(call), InstantConverter.Whole(time.GetUtcNow()));
        lock (_lock)
        {
            var key = _failed.Count < MaxSources || _failed.ContainsKey((source, way, fault.Code))
                ? (source, way, fault.Code)
                : (Others, way, fault.Code);
            var seen = _failed.GetValueOrDefault(key) ?? new Tally(0, now, now);
            _failed[key] = seen with { Count = seen.Count + 1, To = now };
        }
    }

    /// <summary>Writes what was counted since the last time; what cannot be written is kept for the next.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Dictionary<(string Source, string Way, string Code), Tally> window;
        lock (_lock)
        {
            if (_failed.Count == 0 || log.State.Genesis is null)
                return;

            (window, _failed) = (_failed, []);
        }

        var drafts = window.Select(f => GovernanceDraft.Of(Actor.Self, "sign-in", new SignInFailed
        {
            Way = f.Key.Way,
            Code = f.Key.Code,
            Source = f.Key.Source,
            Count = f.Value.Count,
            From = f.Value.From,
            To = f.Value.To,
        })).ToList();
        try
        {
            await log.AppendAsync(_ => new Answer<IReadOnlyList<GovernanceDraft>>(drafts), cancellationToken);
        }
        catch (SpoolUnavailableException)
        {
            Keep(window);
        }
    }

    /// <summary>Puts counts back; a few may have been written already, so that a failure is rather told twice than
    /// not.</summary>
    private void Keep(Dictionary<(string Source, string Way, string Code), Tally> window)
    {
        lock (_lock)
        {
            foreach (var (key, tally) in window)
            {
                _failed[key] = _failed.GetValueOrDefault(key) is { } since
                    ? new Tally(tally.Count + since.Count, tally.From, since.To)
                    : tally;
            }
        }
    }

    private sealed record Tally(long Count, DateTimeOffset From, DateTimeOffset To);
}
