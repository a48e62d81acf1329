using System.Collections.Immutable;

namespace Provost.Control.Incidents;

/// <summary>All incidents, folded from their events. Immutable; applying an event twice is applying it once.</summary>
public sealed record IncidentState
{
    public static IncidentState Empty { get; } = new();

    public ImmutableDictionary<Guid, Incident> Incidents { get; private init; } =
        ImmutableDictionary<Guid, Incident>.Empty;

    private ImmutableHashSet<Guid> Applied { get; init; } = [];

    private ImmutableDictionary<string, PageToken> Tokens { get; init; } =
        ImmutableDictionary<string, PageToken>.Empty;

    public IEnumerable<Incident> Open => Incidents.Values.Where(i => i.IsOpen);

    /// <summary>The open incident of a system; there is at most one.</summary>
    public Incident? OpenOf(string system, string environment) =>
        Open.FirstOrDefault(i => i.System == system && i.Environment == environment);

    /// <summary>What an acknowledgement token stands for, by its SHA-256 in hex; null for none of ours.</summary>
    public PageToken? Find(string tokenHash) => Tokens.GetValueOrDefault(tokenHash);

    /// <summary>True when this breach already stands in some incident: a replay says it again.</summary>
    public bool Knows(string system, string environment, BreachNote breach) => Incidents.Values.Any(i =>
        i.System == system && i.Environment == environment && i.Breaches.Exists(b => b.Release == breach.Release
            && b.Signal == breach.Signal && b.Feature == breach.Feature && b.Found >= breach.Found));

    /// <exception cref="FormatException">An event of an incident that was never opened.</exception>
    public IncidentState Apply(IncidentEvent said)
    {
        if (Applied.Contains(said.Id))
        {
            return this;
        }

        var incident = said is IncidentEvent.Opened opened
            ? new Incident
            {
                Id = opened.Incident,
                System = opened.System,
                Environment = opened.Environment,
                OpenedAt = opened.At,
            }
            : Incidents.GetValueOrDefault(said.Incident)
                ?? throw new FormatException($"Incident {said.Incident} was never opened.");
        return this with
        {
            Applied = Applied.Add(said.Id),
            Incidents = Incidents.SetItem(incident.Id, incident.Apply(said)),
            Tokens = said is IncidentEvent.PageAttempted page
                ? Tokens.SetItem(page.TokenHash, new PageToken(page.Incident, page.Page, page.Person))
                : Tokens,
        };
    }
}

/// <summary>Whom a token was sent to, and about what.</summary>
public sealed record PageToken(Guid Incident, Guid Page, string Person);
