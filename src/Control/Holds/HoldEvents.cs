using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Holds;

/// <summary>From now on nothing that this covers is erased and no term of it ends.</summary>
public sealed record HoldPlaced : IGovernanceBody<HoldPlaced>
{
    public static string Verb => "hold_placed";

    static JsonTypeInfo<HoldPlaced> IGovernanceBody<HoldPlaced>.Json => GovernanceJson.Default.HoldPlaced;

    public required Guid Id { get; init; }

    /// <summary>Name of a system; null covers all.</summary>
    public string? System { get; init; }

    /// <summary>A person's alias; null covers all.</summary>
    public string? Subject { get; init; }

    /// <summary>Records from then on, inclusive; null from the first.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Records before then; null covers those still to come.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The incident it was placed for.</summary>
    public Guid? Incident { get; init; }

    /// <summary>Why, in clear: a case, an order, a rule.</summary>
    public required string Basis { get; init; }
}

/// <summary>One person wants a hold to end; it ends when another signs.</summary>
public sealed record HoldReleaseAsked : IGovernanceBody<HoldReleaseAsked>
{
    public static string Verb => "hold_release_asked";

    static JsonTypeInfo<HoldReleaseAsked> IGovernanceBody<HoldReleaseAsked>.Json =>
        GovernanceJson.Default.HoldReleaseAsked;

    public required Guid Hold { get; init; }

    public required string Basis { get; init; }
}

/// <summary>A hold ends; signed by a second person.</summary>
public sealed record HoldReleased : IGovernanceBody<HoldReleased>
{
    public static string Verb => "hold_released";

    static JsonTypeInfo<HoldReleased> IGovernanceBody<HoldReleased>.Json => GovernanceJson.Default.HoldReleased;

    public required Guid Hold { get; init; }

    /// <summary>Id of the entry that asked for it.</summary>
    public required Guid Asked { get; init; }
}
