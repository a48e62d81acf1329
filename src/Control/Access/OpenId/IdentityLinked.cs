using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Access.OpenId;

/// <summary>
/// A person of the roster signed in with the organisation's provider for the first time: from now on this identity is
/// theirs, whatever address the provider says. It gives no role.
/// </summary>
public sealed record IdentityLinked : IGovernanceBody<IdentityLinked>
{
    public static string Verb => "identity_linked";

    static JsonTypeInfo<IdentityLinked> IGovernanceBody<IdentityLinked>.Json =>
        GovernanceJson.Default.IdentityLinked;

    public required string Person { get; init; }

    /// <summary>SHA-256 over issuer, a line feed and subject.</summary>
    public required string Identity { get; init; }

    /// <summary>What stands for an identity in the log.</summary>
    public static string Of(string issuer, string subject) =>
        Digest.Of(System.Text.Encoding.UTF8.GetBytes($"{issuer}\n{subject}"));
}
