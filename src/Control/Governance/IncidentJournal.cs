using System.Text.Json;
using Provost.Control.Incidents;

namespace Provost.Control.Governance;

/// <summary>Writes the events of incidents as governance records.</summary>
public static class IncidentJournal
{
    /// <summary>Appends one event; what a person did carries the person as actor.</summary>
    /// <exception cref="InvalidOperationException">The event does not fit what stands: a bug of the caller.</exception>
    public static async Task AppendAsync(GovernanceLog log, IncidentEvent said, CancellationToken cancellationToken)
    {
        using var body = JsonDocument.Parse(IncidentEventJson.ToBody(said));
        var outcome = await log.AppendAsync(
            new GovernanceDraft
            {
                Verb = IncidentEventJson.VerbOf(said),
                Actor = said switch
                {
                    IncidentEvent.Acknowledged acknowledged => Actor.Person(acknowledged.Person),
                    IncidentEvent.Closed closed => Actor.Person(closed.Person),
                    _ => Actor.Response,
                },
                Object = said.Incident.ToString(),
                Body = body.RootElement.Clone(),
            },
            cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
            throw new InvalidOperationException(refused.Fault.Message);
    }
}
