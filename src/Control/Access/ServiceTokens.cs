using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>A person makes a token for a program. It was shown once; the log has its hash.</summary>
public sealed record ServiceTokenMade : IGovernanceBody<ServiceTokenMade>
{
    public static string Verb => "service_token";

    static JsonTypeInfo<ServiceTokenMade> IGovernanceBody<ServiceTokenMade>.Json =>
        GovernanceJson.Default.ServiceTokenMade;

    /// <summary>Who answers for it: the person who makes it.</summary>
    public required string Person { get; init; }

    /// <summary>The ten characters after <c>pt_</c>.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the whole text, lower-case hex.</summary>
    public required string Hash { get; init; }

    public required string Name { get; init; }

    /// <summary>Words of <see cref="AutomationScope.Verbs"/>.</summary>
    public required IReadOnlyList<string> Verbs { get; init; }

    /// <summary>Names of systems, or <c>*</c> alone.</summary>
    public required IReadOnlyList<string> Systems { get; init; }

    public required DateTimeOffset Expires { get; init; }
}

/// <summary>What a person asks for.</summary>
/// <param name="Days">Its life, 1 to 90.</param>
public sealed record ServiceTokenOrder(
    string Name, IReadOnlyList<string> Verbs, IReadOnlyList<string> Systems, int Days = 90);

/// <summary>A new service token; the text is shown this once.</summary>
public sealed record ServiceTokenShown(string Id, string Token, DateTimeOffset Expires);

/// <summary>Makes tokens for programs; <see cref="CredentialDesk"/> ends them.</summary>
public sealed class ServiceTokenDesk(GovernanceLog log, TimeProvider time)
{
    /// <summary>Longest life.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>Service tokens one person may have at once.</summary>
    internal const int AtMost = 50;

    /// <summary>Makes one in the asking person's name.</summary>
    public async Task<Answer<ServiceTokenShown>> MakeAsync(
        Principal asks, ServiceTokenOrder order, CancellationToken cancellationToken)
    {
        if (order.Days is < 1 or > 90)
            return AutomationErrors.BadLife();

        var (token, expires) =
            (SecretText.NewToken(), InstantConverter.Whole(time.GetUtcNow() + TimeSpan.FromDays(order.Days)));
        var body = new ServiceTokenMade
        {
            Person = asks.Person,
            Id = SecretText.IdOf(token)!,
            Hash = SecretText.HashOf(token),
            Name = order.Name.Trim(),
            Verbs = [.. order.Verbs.Order(StringComparer.Ordinal)],
            Systems = [.. order.Systems.Order(StringComparer.Ordinal)],
            Expires = expires,
        };
        return await log.AppendAsync(GovernanceDraft.Of(asks.Actor, asks.Person, body), cancellationToken)
            is GovernanceOutcome.Refused refused
                ? refused.Fault
                : new ServiceTokenShown(body.Id, token, expires);
    }

    /// <summary>The fold of one that was made.</summary>
    internal static Answer<AutomationGrant> Read(GovernanceEntry entry, ServiceTokenMade body, RosterState roster)
    {
        if (entry.Actor.Kind != Actor.Person(body.Person).Kind || entry.Actor.Id != body.Person
            || roster.Live(body.Person) is null || entry.Object != body.Person)
        {
            return AutomationErrors.NotTheirs();
        }

        if (AutomationScope.Check(body.Verbs, body.Systems) is { } wrong)
            return wrong;

        if (body.Name.Length is 0 or > 60
            || !body.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/'))
        {
            return AutomationErrors.BadName();
        }

        if (body.Expires <= entry.Time || body.Expires > entry.Time + Longest + TimeSpan.FromMinutes(1))
            return AutomationErrors.BadLife();

        var theirs = roster.Automations.Values
            .Where(g => g.Kind == AutomationGrant.Service && g.Person == body.Person && g.Expires > entry.Time)
            .ToList();
        if (theirs.Exists(g => g.Name == body.Name))
            return AutomationErrors.NameTaken();

        if (theirs.Count >= AtMost)
            return AutomationErrors.TooMany();

        return roster.Tokens.ContainsKey(body.Id) || roster.Automations.ContainsKey(body.Id)
            ? AccessErrors.TokenTaken()
            : new AutomationGrant
            {
                Id = body.Id,
                Kind = AutomationGrant.Service,
                Name = body.Name,
                Person = body.Person,
                Hash = body.Hash,
                Verbs = [.. body.Verbs],
                Systems = [.. body.Systems],
                Since = entry.Time,
                Expires = body.Expires,
            };
    }
}
