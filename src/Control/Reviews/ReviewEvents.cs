using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Reviews;

/// <summary>An owner looked at a system again and signed what they saw.</summary>
public sealed record SystemReviewed : IGovernanceBody<SystemReviewed>
{
    public static string Verb => "system_reviewed";

    static JsonTypeInfo<SystemReviewed> IGovernanceBody<SystemReviewed>.Json => GovernanceJson.Default.SystemReviewed;

    public required string System { get; init; }
    public required string Environment { get; init; }

    /// <summary>The terms that stood then.</summary>
    public required string Terms { get; init; }

    /// <summary>The release that served then; null while none did.</summary>
    public string? Release { get; init; }

    /// <summary>What was found, in clear: 3 to 200 printable characters.</summary>
    public required string Finding { get; init; }
}
