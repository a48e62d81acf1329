using Provost.Control.Access.Pipelines;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>A token or session that stands.</summary>
/// <param name="Id">The token's or session's id; names it, opens nothing.</param>
/// <param name="Kind"><c>token</c>, <c>session</c>, <c>service</c> or <c>pipeline</c>.</param>
/// <param name="Name">Of a program; null for a person's own.</param>
/// <param name="Verbs">A program's scope; empty for a person's own, which reach as far as the person.</param>
/// <param name="Seen">A session's last request; null for others.</param>
/// <param name="IsThis">Whether the request that asks was made with it.</param>
public sealed record CredentialView(
    string Id, string Kind, string Person, string? Name, IReadOnlyList<string> Verbs, IReadOnlyList<string> Systems,
    DateTimeOffset Since, DateTimeOffset Expires, DateTimeOffset? Seen, bool IsThis);

/// <summary>A line of who came in, left, was refused, took or gave back a token.</summary>
/// <param name="What">The entry's verb.</param>
/// <param name="Person">Null for refusals: who it would have been is not kept.</param>
/// <param name="Kind">Of the credential: <c>token</c>, <c>session</c>, <c>service</c>.</param>
/// <param name="Credential">Its id.</param>
/// <param name="Code">Of a refusal.</param>
/// <param name="Count">How many attempts the line stands for.</param>
public sealed record SignInLine(
    Guid Id, DateTimeOffset At, string What, string? Person, string? Way, string? Kind, string? Credential,
    string? Source, string? Code, long Count);

/// <summary>Which lines; null means any.</summary>
/// <param name="After">Id of the last line of the page before.</param>
public sealed record SignInFilter(string? Person = null, string? What = null, Guid? After = null, int Limit = 50);

/// <summary>What stands of tokens and sessions, how one ends, and who came in.</summary>
public sealed class CredentialDesk(GovernanceLog log, Sessions sessions, SignInBook book, TimeProvider time)
{
    /// <summary>What a list of sign-ins can be filtered by.</summary>
    public static readonly IReadOnlyList<string> Kinds =
    [
        SignedInEvent.Verb, SignedOut.Verb, SignInFailed.Verb, CredentialSet.Verb, CredentialEnded.Verb,
        ServiceTokenMade.Verb, PipelineEntered.Verb,
    ];

    /// <summary>The asking person's own, newest first.</summary>
    public IReadOnlyList<CredentialView> Of(Principal asks)
    {
        var (roster, now) = (log.State.Roster, time.GetUtcNow());
        var tokens = roster.Tokens.Values.Where(t => t.Person == asks.Person && t.Expires > now)
            .Select(t => new CredentialView(
                t.Id, CredentialSet.Token, t.Person, null, [], [], t.Since, t.Expires, null,
                t.Id == asks.Credential));
        var open = sessions.Of(asks.Person).Select(s => new CredentialView(
            s.Id, Sessions.Kind, asks.Person, null, [], [], s.Opened, s.Ends, s.Seen, s.Id == asks.Credential));
        return [.. tokens.Concat(open).Concat(Programs(asks.Person)).OrderByDescending(c => c.Since)];
    }

    /// <summary>Credentials of programs that stand, newest first.</summary>
    /// <param name="person">Who answers for them; null for everybody.</param>
    public IReadOnlyList<CredentialView> Programs(string? person)
    {
        var now = time.GetUtcNow();
        return
        [
            .. log.State.Roster.Automations.Values
                .Where(g => g.Expires > now && (person is null || g.Person == person))
                .OrderByDescending(g => g.Since)
                .Select(g => new CredentialView(
                    g.Id, g.Kind, g.Person, g.Name, [.. g.Verbs], [.. g.Systems], g.Since, g.Expires, null, false)),
        ];
    }

    /// <summary>Ends a session or token of the asking person's, or of a program of theirs; an administrator ends
    /// anybody's token.</summary>
    public async Task<GovernanceFault?> EndAsync(Principal asks, string id, CancellationToken cancellationToken)
    {
        if (sessions.End(asks.Person, id))
        {
            await book.LeftAsync(asks.Person, id, cancellationToken);
            return null;
        }

        var roster = log.State.Roster;
        var owner = roster.Tokens.GetValueOrDefault(id)?.Person ?? roster.Automations.GetValueOrDefault(id)?.Person;
        if (owner is null)
            return AccessErrors.NoSuchToken();

        var draft = GovernanceDraft.Of(asks.Actor, owner, new CredentialEnded { Person = owner, Id = id });
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : null;
    }

    /// <summary>Ends all sessions and command lines' tokens of the asking person's, but the one that asks.</summary>
    public async Task<GovernanceFault?> EndAllAsync(Principal asks, CancellationToken cancellationToken)
    {
        foreach (var item in Of(asks).Where(c => !c.IsThis && (c.Kind is CredentialSet.Token or Sessions.Kind)))
        {
            if (await EndAsync(asks, item.Id, cancellationToken) is { Kind: not FaultKind.NotFound } fault)
                return fault;
        }

        return null;
    }

    /// <summary>Who came in, newest first: everybody for who may read the roster, else the person's own
    /// lines.</summary>
    public Listing<SignInLine> SignIns(Principal asks, SignInFilter filter)
    {
        var person = Permission.MayReadRoster(log.State, asks.Person) ? filter.Person : asks.Person;
        var (lines, size) = (new List<SignInLine>(), Math.Clamp(filter.Limit, 1, 1000));
        var (entries, isPast) = (log.Entries, filter.After is null);
        for (var i = entries.Count - 1; i >= 0 && lines.Count <= size; i--)
        {
            var entry = entries[i];
            if (isPast && (filter.What is null || filter.What == entry.Verb) && Line(entry) is { } line
                && (person is null || line.Person == person))
            {
                lines.Add(line);
            }

            isPast |= entry.Id == filter.After;
        }

        return lines.Count <= size
            ? new Listing<SignInLine>(lines)
            : new Listing<SignInLine>(lines[..size], lines[size - 1].Id.ToString());
    }

    private static SignInLine? Line(GovernanceEntry entry)
    {
        var line = new SignInLine(entry.Id, entry.Time, entry.Verb, entry.Object, null, null, null, null, null, 1);
        switch (entry.Verb)
        {
            case "signed_in":
                var came = entry.Read<SignedInEvent>();
                return line with
                {
                    Way = came.Way,
                    Kind = came.Kind,
                    Credential = came.Credential,
                    Source = came.Source,
                };
            case "signed_out":
                return line with { Kind = Sessions.Kind, Credential = entry.Read<SignedOut>().Credential };
            case "sign_in_failed":
                var failed = entry.Read<SignInFailed>();
                return line with
                {
                    Person = null,
                    Way = failed.Way,
                    Source = failed.Source,
                    Code = failed.Code,
                    Count = failed.Count,
                };
            case "credential":
                var set = entry.Read<CredentialSet>();
                return line with { Kind = set.Kind, Credential = set.Kind == CredentialSet.Token ? set.Id : null };
            case "credential_ended":
                return line with { Credential = entry.Read<CredentialEnded>().Id };
            case "service_token":
                return line with
                {
                    Kind = AutomationGrant.Service,
                    Credential = entry.Read<ServiceTokenMade>().Id,
                };
            case "pipeline_entered":
                return line with
                {
                    Person = entry.OnBehalf,
                    Way = WayIn.Pipeline,
                    Kind = AutomationGrant.Pipeline,
                    Credential = entry.Actor.Id,
                };
            default:
                return null;
        }
    }
}
