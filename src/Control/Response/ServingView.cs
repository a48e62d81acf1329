using Provost.Gateway.Manifests;

namespace Provost.Control.Response;

/// <summary>One system in one environment as the response needs to see it; made from the governance state.</summary>
public sealed record ServingView
{
    public required string System { get; init; }

    public required string Environment { get; init; }

    /// <summary>Digest of the release that traffic goes to.</summary>
    public required string Release { get; init; }

    public required DateTimeOffset LiveSince { get; init; }

    /// <summary><c>onBreach</c> of that release.</summary>
    public required IReadOnlyList<BreachRule> OnBreach { get; init; }

    public required bool HasFallback { get; init; }

    /// <summary>The latency threshold of that release, null when it has none.</summary>
    public LatencyThreshold? Latency { get; init; }

    /// <summary>Releases that served before, newest first, whose warrants are in force now.</summary>
    public required IReadOnlyList<string> Restorable { get; init; }

    /// <summary>Whom to call, in the order of the manifest; persons in force now, not at approval.</summary>
    public required IReadOnlyList<EscalationTarget> Escalation { get; init; }
}

/// <param name="After">From the opening of the incident.</param>
/// <param name="Person">Person id.</param>
public sealed record EscalationTarget(string Role, TimeSpan After, string Person);

/// <summary>How a person can be reached. Personal data: it goes to channels, never into a record or a log.</summary>
/// <param name="Mail">Null when no mail address is known, or the database that holds it is down.</param>
public sealed record Contact(string Person, string Name, string? Mail);
