using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;

namespace Provost.Control.Exceptions;

/// <summary>A first person asks for an exception and signs it; it excepts nothing until a second one signs.</summary>
public sealed record ExceptionAsked : IGovernanceBody<ExceptionAsked>
{
    public static string Verb => "exception_asked";

    static JsonTypeInfo<ExceptionAsked> IGovernanceBody<ExceptionAsked>.Json => GovernanceJson.Default.ExceptionAsked;

    public required ExceptionContent Content { get; init; }
}

/// <summary>A second person signs the same content: the exception is in force.</summary>
public sealed record ExceptionGranted : IGovernanceBody<ExceptionGranted>
{
    public static string Verb => "exception_granted";

    static JsonTypeInfo<ExceptionGranted> IGovernanceBody<ExceptionGranted>.Json =>
        GovernanceJson.Default.ExceptionGranted;

    public required Guid Exception { get; init; }
}

/// <summary>An exception, or the request for one, ends before its time.</summary>
public sealed record ExceptionEnded : IGovernanceBody<ExceptionEnded>
{
    public static string Verb => "exception_ended";

    static JsonTypeInfo<ExceptionEnded> IGovernanceBody<ExceptionEnded>.Json => GovernanceJson.Default.ExceptionEnded;

    public required Guid Exception { get; init; }

    /// <summary>Why, in clear.</summary>
    public required string Reason { get; init; }
}
