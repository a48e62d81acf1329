namespace Provost.Control.Registry;

/// <summary>What the registry must know of the platform.</summary>
public sealed record RegistryOptions
{
    /// <summary>Names of the providers in the platform's settings: a release may name only these.</summary>
    /// <value>No default: an unknown provider could never be served.</value>
    public required IReadOnlyCollection<string> Providers { get; init; }
}
