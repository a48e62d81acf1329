using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Reveals;

/// <summary>Somebody wants to read the content of many decisions; a second person must agree.</summary>
public sealed record RevealAsked : IGovernanceBody<RevealAsked>
{
    public static string Verb => "reveal_asked";

    static JsonTypeInfo<RevealAsked> IGovernanceBody<RevealAsked>.Json => GovernanceJson.Default.RevealAsked;

    public required Guid Id { get; init; }

    /// <summary>The system whose decisions they are.</summary>
    public required string System { get; init; }

    /// <summary>The other filters, one text each, as <c>outcome=blocked</c>.</summary>
    public required IReadOnlyList<string> Query { get; init; }

    /// <summary>How many decisions.</summary>
    public required int Decisions { get; init; }

    /// <summary>Digest of their ids, one a line, newest first: exactly these are revealed.</summary>
    public required string Ids { get; init; }

    /// <summary>Why, in clear: the second person decides by it.</summary>
    public required string Purpose { get; init; }
}

/// <summary>A second person agreed to a reveal of many; signed.</summary>
public sealed record RevealConfirmed : IGovernanceBody<RevealConfirmed>
{
    public static string Verb => "reveal_confirmed";

    static JsonTypeInfo<RevealConfirmed> IGovernanceBody<RevealConfirmed>.Json =>
        GovernanceJson.Default.RevealConfirmed;

    public required Guid Reveal { get; init; }
}

/// <summary>Content of many decisions is read; written before the first of it is given out.</summary>
public sealed record BulkRevealed : IGovernanceBody<BulkRevealed>
{
    public static string Verb => "bulk_revealed";

    static JsonTypeInfo<BulkRevealed> IGovernanceBody<BulkRevealed>.Json => GovernanceJson.Default.BulkRevealed;

    public required Guid Reveal { get; init; }

    public required int Decisions { get; init; }
}
