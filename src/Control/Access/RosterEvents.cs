using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>A person joins, with an invitation to set a password and register a key.</summary>
public sealed record PersonAdded : IGovernanceBody<PersonAdded>
{
    public static string Verb => "person_added";

    static JsonTypeInfo<PersonAdded> IGovernanceBody<PersonAdded>.Json => GovernanceJson.Default.PersonAdded;

    public required string Person { get; init; }

    /// <summary>Commitment to the mail address.</summary>
    public required string Mail { get; init; }

    /// <summary>Commitment to the name.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>SHA-256 (hex) of the invitation's token.</summary>
    public required string Invite { get; init; }

    public required DateTimeOffset InviteExpires { get; init; }

    /// <summary>Countersigned by the root key instead of two persons.</summary>
    public bool Bootstrap { get; init; }
}

/// <summary>Something about a person changes.</summary>
public sealed record RosterChanged : IGovernanceBody<RosterChanged>
{
    public const string KeyAdded = "key_added";
    public const string KeyRemoved = "key_removed";
    public const string RolesSet = "roles_set";
    public const string Invited = "invited";
    public const string Deactivated = "deactivated";
    public const string Reactivated = "reactivated";

    public static string Verb => "roster";

    static JsonTypeInfo<RosterChanged> IGovernanceBody<RosterChanged>.Json => GovernanceJson.Default.RosterChanged;

    public required string Person { get; init; }

    /// <summary>One of the words above.</summary>
    public required string Change { get; init; }

    /// <summary>Key added or removed: its text form.</summary>
    public string? Key { get; init; }

    /// <summary>Roles set: all of them.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>Invited: SHA-256 (hex) of the new token.</summary>
    public string? Invite { get; init; }

    public DateTimeOffset? InviteExpires { get; init; }

    public bool Bootstrap { get; init; }
}

/// <summary>
/// The root key opens the bootstrap again, since no two approvers can sign. The statement names
/// <c>bootstrap</c> and is signed by the root key alone.
/// </summary>
public sealed record BootstrapReopened : IGovernanceBody<BootstrapReopened>
{
    public static string Verb => "bootstrap_reopened";

    static JsonTypeInfo<BootstrapReopened> IGovernanceBody<BootstrapReopened>.Json =>
        GovernanceJson.Default.BootstrapReopened;

    /// <summary>Until when, at most 24 hours ahead.</summary>
    public required DateTimeOffset Until { get; init; }
}

/// <summary>A person sets a password or takes a token; the log keeps commitments only.</summary>
public sealed record CredentialSet : IGovernanceBody<CredentialSet>
{
    public const string Password = "password";
    public const string Token = "token";

    public static string Verb => "credential";

    static JsonTypeInfo<CredentialSet> IGovernanceBody<CredentialSet>.Json => GovernanceJson.Default.CredentialSet;

    public required string Person { get; init; }

    /// <summary><c>password</c> or <c>token</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Token: its id. Password: the commitment again.</summary>
    public required string Id { get; init; }

    /// <summary>Token: SHA-256 (hex). Password: digest of the stored row.</summary>
    public required string Hash { get; init; }

    public DateTimeOffset? Expires { get; init; }

    /// <summary>SHA-256 (hex) of the invitation this uses up; null for a later change.</summary>
    public string? Invite { get; init; }
}

/// <summary>A token ends before its time.</summary>
public sealed record CredentialEnded : IGovernanceBody<CredentialEnded>
{
    public static string Verb => "credential_ended";

    static JsonTypeInfo<CredentialEnded> IGovernanceBody<CredentialEnded>.Json =>
        GovernanceJson.Default.CredentialEnded;

    public required string Person { get; init; }

    public required string Id { get; init; }
}
