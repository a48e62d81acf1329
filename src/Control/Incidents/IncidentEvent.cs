namespace Provost.Control.Incidents;

/// <summary>
/// Something that happened to an incident, as a governance record says it: <see cref="Verb"/> and a canonical body
/// without personal data (people are random ids). Incidents are folded from these events alone, so a restart goes on
/// where the log ends.
/// </summary>
public abstract record IncidentEvent
{
    private IncidentEvent()
    {
    }

    /// <summary>Of the event; applying it twice is applying it once.</summary>
    public required Guid Id { get; init; }

    public required Guid Incident { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>A breach that found no open incident of its system.</summary>
    public sealed record Opened : IncidentEvent
    {
        public required string System { get; init; }

        public required string Environment { get; init; }

        public required BreachNote Breach { get; init; }
    }

    /// <summary>A further breach, while the incident is open.</summary>
    public sealed record SignalJoined : IncidentEvent
    {
        public required BreachNote Breach { get; init; }
    }

    /// <summary>A reverse test proved a signal back within its limit.</summary>
    public sealed record SignalRecovered : IncidentEvent
    {
        public required string Release { get; init; }

        public required string Signal { get; init; }

        public string? Feature { get; init; }

        public required decimal Value { get; init; }

        public required decimal Limit { get; init; }

        public required long Rows { get; init; }
    }

    /// <summary>An action was engaged, tried, or could not be.</summary>
    public sealed record ActionTaken : IncidentEvent
    {
        /// <summary>Id in the catalog of actions.</summary>
        public required string Action { get; init; }

        /// <summary>The release that traffic went to when the action was chosen.</summary>
        public required string OnRelease { get; init; }

        /// <summary>The release that was restored, for a rollback.</summary>
        public string? Restored { get; init; }

        public required string Reason { get; init; }

        public required ActionOutcome Outcome { get; init; }

        /// <summary>Enforcement points that said so themselves.</summary>
        public required IReadOnlyList<string> Confirmed { get; init; }

        /// <summary>Points that were told and have not confirmed.</summary>
        public required IReadOnlyList<string> Unconfirmed { get; init; }

        public Guid? Order { get; init; }
    }

    /// <summary>The bound passed without proof of recovery.</summary>
    public sealed record NotRecovered : IncidentEvent
    {
        /// <summary>The restored release that did not prove itself.</summary>
        public required string Release { get; init; }
    }

    /// <summary>Written before a page leaves, so that its acknowledgement finds it whatever happens next.</summary>
    public sealed record PageAttempted : IncidentEvent
    {
        public required Guid Page { get; init; }

        public required PagePurpose Purpose { get; init; }

        /// <summary>How often the chain has begun anew.</summary>
        public required int Round { get; init; }

        /// <summary>Place in the escalation, from 0.</summary>
        public required int Step { get; init; }

        public required string Role { get; init; }

        /// <summary>Person id.</summary>
        public required string Person { get; init; }

        public required int Attempt { get; init; }

        /// <summary>SHA-256 of the acknowledgement token, hex. The token itself is only in the page.</summary>
        public required string TokenHash { get; init; }
    }

    /// <summary>A channel took the page.</summary>
    public sealed record PageDelivered : IncidentEvent
    {
        public required Guid Page { get; init; }

        public required string Channel { get; init; }

        /// <summary>What the channel's far side said about it.</summary>
        public required string Receipt { get; init; }
    }

    /// <summary>A channel did not take the page.</summary>
    public sealed record PageFailed : IncidentEvent
    {
        public required Guid Page { get; init; }

        public required string Channel { get; init; }

        public required string Reason { get; init; }
    }

    /// <summary>A person took the incident.</summary>
    public sealed record Acknowledged : IncidentEvent
    {
        public required string Person { get; init; }

        /// <summary>The page whose link was followed, null when acknowledged otherwise.</summary>
        public Guid? Page { get; init; }
    }

    /// <summary>Everybody of the chain was paged and nobody answered.</summary>
    public sealed record Exhausted : IncidentEvent
    {
        public required int Round { get; init; }
    }

    /// <summary>A person closed it.</summary>
    public sealed record Closed : IncidentEvent
    {
        public required string Person { get; init; }
    }
}

/// <summary>What became of an action.</summary>
public enum ActionOutcome
{
    /// <summary>Every enforcement point confirmed it.</summary>
    Confirmed,

    /// <summary>Ordered, but some point has not confirmed it.</summary>
    Unconfirmed,

    /// <summary>The order could not be given.</summary>
    Failed,

    /// <summary>There is nothing that could be engaged; the reason says why.</summary>
    Skipped,
}

/// <summary>Why somebody is paged.</summary>
public enum PagePurpose
{
    /// <summary>Something needs a person.</summary>
    Alert,

    /// <summary>Recovery is verified; nothing needs doing at once.</summary>
    Recovery,

    /// <summary>A date nears. No page of an incident has this purpose.</summary>
    Notice,

    /// <summary>Nothing is wrong: whether pages reach the person. No page of an incident has this purpose.</summary>
    Drill,
}

/// <summary>A breach as an incident keeps it. Numbers have six decimals.</summary>
public sealed record BreachNote
{
    public required string Release { get; init; }

    public required Guid Warrant { get; init; }

    public required string Signal { get; init; }

    public string? Feature { get; init; }

    public required decimal Value { get; init; }

    public required decimal Limit { get; init; }

    public required long Rows { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>Time of the record that closed the pane.</summary>
    public required DateTimeOffset Found { get; init; }

    /// <summary>In words, what moved most.</summary>
    public required string Evidence { get; init; }

    /// <summary>Natural logarithm of the evidence.</summary>
    public required decimal LogEvidence { get; init; }
}
