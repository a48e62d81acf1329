using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>A person proved who they are and was let in. Grants nothing by itself: the token or session does.</summary>
public sealed record SignedInEvent : IGovernanceBody<SignedInEvent>
{
    public static string Verb => "signed_in";

    static JsonTypeInfo<SignedInEvent> IGovernanceBody<SignedInEvent>.Json => GovernanceJson.Default.SignedInEvent;

    /// <summary>How: a word of <see cref="WayIn"/>.</summary>
    public required string Way { get; init; }

    /// <summary><c>token</c> or <c>session</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Id of the token or session that was given; never the secret.</summary>
    public required string Credential { get; init; }

    /// <summary>Commitment to the address it came from (<see cref="SignInBook"/>).</summary>
    public required string Source { get; init; }

    /// <summary>With a passkey: its key id.</summary>
    public string? Passkey { get; init; }

    /// <summary>With a passkey whose authenticator counts its signatures: how many.</summary>
    public uint? Counter { get; init; }
}

/// <summary>Attempts from one source that were refused, of ten seconds. No address of mail, no password, no
/// name.</summary>
public sealed record SignInFailed : IGovernanceBody<SignInFailed>
{
    public static string Verb => "sign_in_failed";

    static JsonTypeInfo<SignInFailed> IGovernanceBody<SignInFailed>.Json => GovernanceJson.Default.SignInFailed;

    /// <summary>What was tried: a word of <see cref="WayIn"/>.</summary>
    public required string Way { get; init; }

    /// <summary>Code of the refusal.</summary>
    public required string Code { get; init; }

    /// <summary>Commitment to the address; <c>others</c> beyond the bound on sources.</summary>
    public required string Source { get; init; }

    public required long Count { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }
}

/// <summary>A session of the console ended before its time.</summary>
public sealed record SignedOut : IGovernanceBody<SignedOut>
{
    public static string Verb => "signed_out";

    static JsonTypeInfo<SignedOut> IGovernanceBody<SignedOut>.Json => GovernanceJson.Default.SignedOut;

    /// <summary>Id of the session.</summary>
    public required string Credential { get; init; }
}

/// <summary>Ways to prove who one is.</summary>
public static class WayIn
{
    /// <summary>The code of the first start.</summary>
    public const string Setup = "setup";

    public const string Invitation = "invitation";

    public const string Password = "password";

    public const string Passkey = "passkey";

    /// <summary>The organisation's OpenID provider.</summary>
    public const string OpenId = "openid";

    /// <summary>The token of a pipeline's issuer.</summary>
    public const string Pipeline = "pipeline";
}
