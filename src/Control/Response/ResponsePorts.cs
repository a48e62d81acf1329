using Provost.Control.Incidents;
using Provost.Control.Signals;

namespace Provost.Control.Response;

/// <summary>
/// All that the response can see and do. It has no private way to change behaviour: orders go to the registry and are
/// recorded like any other.
/// </summary>
public sealed record ResponsePorts
{
    /// <summary>The incidents as the log tells them now.</summary>
    public required Func<IncidentState> Incidents { get; init; }

    /// <summary>Makes an event durable and applies it; it has happened when this returns.</summary>
    public required Func<IncidentEvent, CancellationToken, Task> AppendAsync { get; init; }

    /// <summary>A system as it serves now; null when it is gone.</summary>
    public required Func<string, string, ServingView?> Serving { get; init; }

    /// <summary>
    /// Gives an order. An order of the same kind for the same incident that is already in force is reported again,
    /// not given twice. Throws when the order could not be recorded.
    /// </summary>
    public required Func<OrderRequest, CancellationToken, Task<OrderReport>> GiveOrderAsync { get; init; }

    /// <summary>A person's ways to be reached; null when the person is not active.</summary>
    public required Func<string, CancellationToken, Task<Contact?>> ContactAsync { get; init; }

    /// <summary>Whether a release is proven to have held a latency limit (see the signal engine).</summary>
    public required Func<ReleaseKey, TimeSpan, double, bool> HeldLatency { get; init; }

    /// <summary>Verdict of a release over all its monitors.</summary>
    public required Func<ReleaseKey, SignalVerdict> Verdict { get; init; }
}

/// <param name="Kind"><c>fallback</c>, <c>rollback</c>, <c>pause</c> or <c>kill</c>.</param>
/// <param name="Release">Digest to restore, for a rollback.</param>
public sealed record OrderRequest(
    string Kind, string System, string Environment, string? Release, Guid Incident, string Reason);

/// <param name="Points">What each enforcement point itself confirmed.</param>
public sealed record OrderReport(Guid Order, IReadOnlyList<PointReport> Points);

public sealed record PointReport(string Point, bool Confirmed);
