using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Ledger.Vault;

namespace Provost.Control.Erasure;

/// <summary>
/// The content about a person, or of one decision, is destroyed. Written before the keys go, so that whatever happens
/// then, it is carried out. Signed by the person who orders it.
/// </summary>
public sealed record ContentErased : IGovernanceBody<ContentErased>
{
    public static string Verb => "content_erased";

    static JsonTypeInfo<ContentErased> IGovernanceBody<ContentErased>.Json => GovernanceJson.Default.ContentErased;

    /// <summary>Alias of the person; of a single decision its subject, if it has one.</summary>
    public string? Subject { get; init; }

    /// <summary>Id of the one decision; null erases all of <see cref="Subject"/>.</summary>
    public string? Decision { get; init; }

    /// <summary>The decision's system.</summary>
    public string? System { get; init; }

    /// <summary>The decision's time.</summary>
    [JsonConverter(typeof(InstantConverter))]
    public DateTimeOffset? Time { get; init; }

    /// <summary>Where the decision's records stand.</summary>
    public IReadOnlyList<PayloadPlace> Places { get; init; } = [];

    /// <summary>Where the person had keys.</summary>
    public IReadOnlyList<KeyGroup> Groups { get; init; } = [];

    /// <summary>The rule it rests on, in clear: it stands in the log for good.</summary>
    public required string Basis { get; init; }

    /// <summary>Laws that ask for the content still, each with its last day; empty when none does.</summary>
    public IReadOnlyList<string> Duties { get; init; } = [];

    /// <summary>Why the erasure outweighs <see cref="Duties"/>, in clear.</summary>
    public string? Despite { get; init; }

    /// <summary>The basis, and what it outweighs, in one line.</summary>
    [JsonIgnore]
    public string Grounds => Duties.Count == 0 ? Basis : $"{Basis}; despite {string.Join(" and ", Duties)}: {Despite}";

    /// <summary>UTC day on which the last backup that still held a key is gone.</summary>
    public required DateOnly CompleteOn { get; init; }
}
