namespace Provost.Control.Incidents;

/// <summary>
/// A person closes an incident. It loosens nothing: orders that stand end by their own signed resume.
/// </summary>
public sealed class CloseIncident(
    Func<IncidentState> incidents, Func<IncidentEvent, CancellationToken, Task> appendAsync, TimeProvider time)
{
    /// <summary>Closes it for a person who signed in; the caller has checked that they may.</summary>
    public async Task<CloseOutcome> HandleAsync(Guid incident, string person, CancellationToken cancellationToken)
    {
        if (!incidents().Incidents.TryGetValue(incident, out var found))
        {
            return CloseOutcome.Unknown;
        }

        if (!found.IsOpen)
        {
            return CloseOutcome.Closed;
        }

        if (found.Acknowledgements.IsEmpty)
        {
            return CloseOutcome.NobodyTookIt;
        }

        var now = time.GetUtcNow();
        await appendAsync(
            new IncidentEvent.Closed
            {
                Id = Guid.CreateVersion7(now),
                Incident = incident,
                At = now,
                Person = person,
            },
            cancellationToken);
        return CloseOutcome.Closed;
    }
}

/// <summary>What became of closing.</summary>
public enum CloseOutcome
{
    Closed,
    Unknown,

    /// <summary>An incident that nobody acknowledged is not closed: somebody has to have seen it.</summary>
    NobodyTookIt,
}
