using System.Collections.Immutable;

namespace Provost.Control.Registry;

/// <summary>One system in one environment: what is registered, approved, ordered and served.</summary>
public readonly record struct SystemKey(string System, string Environment)
{
    public override string ToString() => $"{System}/{Environment}";
}

/// <summary>Person ids. Exactly one business and one technical owner; they may be the same person.</summary>
public sealed record OwnerIds(string Business, string Technical, string? Deputy)
{
    /// <summary>Whether the person holds one of the offices.</summary>
    public bool Includes(string person) => person == Business || person == Technical || person == Deputy;
}

/// <param name="Role"><c>technical</c>, <c>deputy</c> or <c>business</c>.</param>
/// <param name="AfterMs">Milliseconds from the breach.</param>
public sealed record EscalationStepFact(string Role, long AfterMs);

/// <summary>A registered system in one environment.</summary>
public sealed record SystemState
{
    public required SystemKey Key { get; init; }

    /// <summary><c>model</c> or <c>llm</c>.</summary>
    public required string Kind { get; init; }

    public required string Unit { get; init; }

    public required string Purpose { get; init; }

    public required string Population { get; init; }

    /// <summary>Digest of the terms as last declared; a live warrant may still bind older ones.</summary>
    public required string Terms { get; init; }

    /// <summary><c>high</c>, <c>limited</c> or <c>minimal</c>, by <see cref="Taxonomy"/>.</summary>
    public required string Tier { get; init; }

    public required int Taxonomy { get; init; }

    /// <summary>Owners in force.</summary>
    public required OwnerIds Owners { get; init; }

    /// <summary>Owners named since, who have not all accepted; null when the declared owners are in force.</summary>
    public OwnerIds? Proposed { get; init; }

    public required IReadOnlyList<EscalationStepFact> Escalation { get; init; }

    /// <summary>Office (security, compliance, data) to person id, as far as the persons are in the roster.</summary>
    public required IReadOnlyDictionary<string, string> Contacts { get; init; }

    /// <summary>Who registered it first.</summary>
    public required string Registrant { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset Changed { get; init; }

    /// <summary>The same with the person in every office that was offered.</summary>
    internal SystemState AcceptedBy(string person)
    {
        if (Proposed is not { } offered)
            return this;

        var owners = new OwnerIds(
            offered.Business == person ? person : Owners.Business,
            offered.Technical == person ? person : Owners.Technical,
            offered.Deputy == person ? person : Owners.Deputy);
        return this with { Owners = owners, Proposed = owners == offered ? null : offered };
    }

    /// <summary>The same under a new declaration: an office that changes hands waits for acceptance.</summary>
    internal SystemState Declared(SystemState next)
    {
        var owners = Owners with { Deputy = next.Owners.Deputy is null ? null : Owners.Deputy };
        return next with
        {
            Owners = owners,
            Proposed = next.Owners == owners ? null : next.Owners,
            Registrant = Registrant,
            Since = Since,
        };
    }
}

/// <summary>A release as submitted; its standing in an environment follows from approvals and warrants.</summary>
public sealed record ReleaseState
{
    public required string System { get; init; }

    public required string Digest { get; init; }

    public required string Version { get; init; }

    /// <summary>Who ran submit: never counts towards the quorum.</summary>
    public required string Author { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Name of the provider in the platform's settings.</summary>
    public required string Provider { get; init; }

    /// <summary>The model as clients request it.</summary>
    public required string Model { get; init; }

    /// <summary>How long a warrant lasts, in milliseconds.</summary>
    public required long LastsMs { get; init; }

    /// <summary>Path to blob digest.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }
}
