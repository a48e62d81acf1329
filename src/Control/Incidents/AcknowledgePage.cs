using System.Security.Cryptography;
using System.Text;

namespace Provost.Control.Incidents;

/// <summary>
/// A person who got a page takes the incident with the page's link. The token is the whole proof: it is random, was
/// sent to that person alone, and only its hash is kept.
/// </summary>
public sealed class AcknowledgePage(
    Func<IncidentState> incidents, Func<IncidentEvent, CancellationToken, Task> appendAsync, TimeProvider time)
{
    /// <summary>What the link is about, before anybody presses anything; null when it is no link of ours.</summary>
    public (Incident Incident, PageToken Token)? Find(string token)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        return incidents().Find(hash) is { } found ? (incidents().Incidents[found.Incident], found) : null;
    }

    /// <summary>Takes the incident; pressing twice is pressing once.</summary>
    public async Task<AcknowledgeOutcome> HandleAsync(string token, CancellationToken cancellationToken) =>
        Find(token) is var (incident, page)
            ? await TakeAsync(incident, page.Person, page.Page, cancellationToken)
            : new AcknowledgeOutcome.Unknown();

    /// <summary>Takes an incident for a person who signed in; the caller has checked that they may.</summary>
    public async Task<AcknowledgeOutcome> HandleAsync(
        Guid incident, string person, CancellationToken cancellationToken) =>
        incidents().Incidents.TryGetValue(incident, out var found)
            ? await TakeAsync(found, person, page: null, cancellationToken)
            : new AcknowledgeOutcome.Unknown();

    private async Task<AcknowledgeOutcome> TakeAsync(
        Incident incident, string person, Guid? page, CancellationToken cancellationToken)
    {
        if (!incident.IsOpen)
        {
            return new AcknowledgeOutcome.AlreadyClosed(incident);
        }

        var pressed = incident.Acknowledgements.Exists(a => a.Person == person && a.Page == page && page is not null);
        if (!pressed)
        {
            var now = time.GetUtcNow();
            await appendAsync(
                new IncidentEvent.Acknowledged
                {
                    Id = Guid.CreateVersion7(now),
                    Incident = incident.Id,
                    At = now,
                    Person = person,
                    Page = page,
                },
                cancellationToken);
        }

        return new AcknowledgeOutcome.Taken(incident);
    }
}

/// <summary>What became of an acknowledgement.</summary>
public abstract record AcknowledgeOutcome
{
    private AcknowledgeOutcome()
    {
    }

    public sealed record Taken(Incident Incident) : AcknowledgeOutcome;

    public sealed record AlreadyClosed(Incident Incident) : AcknowledgeOutcome;

    public sealed record Unknown : AcknowledgeOutcome;
}
