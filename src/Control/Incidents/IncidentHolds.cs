using Provost.Control.Governance;
using Provost.Control.Holds;

namespace Provost.Control.Incidents;

/// <summary>
/// Freezes the evidence of incidents: a hold on the system, from a week before the incident opened to a week after,
/// placed by the response itself. The hold has no end of its own, so what it covers is still there years later; two
/// persons end it.
/// </summary>
/// <remarks>An incident without its hold gets it at the next tick, also after a crash in between.</remarks>
public sealed class IncidentHolds(GovernanceLog log, TimeProvider time)
{
    /// <summary>What led to an incident lies before it, what came of it after.</summary>
    public static readonly TimeSpan Around = TimeSpan.FromDays(7);

    /// <summary>Places what is due.</summary>
    /// <exception cref="InvalidOperationException">The log refuses the hold: a bug.</exception>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        var state = log.State;
        foreach (var incident in state.Incidents.Open.OrderBy(i => i.OpenedAt))
        {
            if (state.Holds.All.Exists(hold => hold.Covers.Incident == incident.Id && hold.By == Actor.Response.Id))
                continue;

            var body = HoldOf(incident, Guid.CreateVersion7(time.GetUtcNow()));
            var placed = await log.AppendAsync(
                GovernanceDraft.Of(Actor.Response, body.Id.ToString(), body), cancellationToken);
            if (placed is GovernanceOutcome.Refused refused)
                throw new InvalidOperationException(refused.Fault.Message);
        }
    }

    /// <summary>Whether the response may place this hold: it covers its incident and nothing beside it.</summary>
    internal static bool Fits(HoldPlaced body, IncidentState incidents) =>
        body.Incident is { } id && incidents.Incidents.GetValueOrDefault(id) is { } incident
        && body == HoldOf(incident, body.Id);

    private static HoldPlaced HoldOf(Incident incident, Guid id) => new()
    {
        Id = id,
        System = incident.System,
        From = InstantConverter.Whole(incident.OpenedAt - Around),
        To = InstantConverter.Whole(incident.OpenedAt + Around),
        Incident = incident.Id,
        Basis = $"Evidence of incident {incident.Id}",
    };
}
