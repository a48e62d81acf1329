using System.Collections.Immutable;
using Provost.Ledger.Statements;

namespace Provost.Control.Access;

/// <summary>A person as the log knows them: a random id, no name and no mail address.</summary>
public sealed record Person
{
    /// <summary><c>p_</c> and 16 random Crockford characters.</summary>
    public required string Id { get; init; }

    public required ImmutableSortedSet<string> Roles { get; init; }

    /// <summary>Keys that sign for this person, at once or from a coming instant on.</summary>
    public ImmutableArray<PersonKey> Keys { get; init; } = [];

    /// <summary>Keys that were taken away: old signatures stay attributable, new ones do not count.</summary>
    public ImmutableArray<PersonKey> FormerKeys { get; init; } = [];

    /// <summary>Commitment to the mail address; the row in PostgreSQL must open it.</summary>
    public required string Mail { get; init; }

    /// <summary>Commitment to the name.</summary>
    public required string Name { get; init; }

    /// <summary>Commitment to the password's row; null before one was set.</summary>
    public string? Password { get; init; }

    /// <summary>SHA-256 (hex) of the open invitation's token; null when there is none.</summary>
    public string? Invite { get; init; }

    public DateTimeOffset InviteExpires { get; init; }

    public bool Active { get; init; } = true;

    /// <summary>When the person was taken out; null while active.</summary>
    public DateTimeOffset? LeftAt { get; init; }

    /// <summary>When the person was last taken in again; sessions from before stay ended. Null for never.</summary>
    public DateTimeOffset? ReturnedAt { get; init; }

    /// <summary>Added while the root key countersigned.</summary>
    public bool Bootstrap { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether the person holds a role and is active.</summary>
    public bool Has(string role) => Active && Roles.Contains(role);

    /// <summary>Whether the person has a key whose signatures count at an instant.</summary>
    public bool CanSign(DateTimeOffset at) => Keys.Any(k => k.From <= at);

    /// <summary>Whether a key of that id stands.</summary>
    public bool Holds(string keyId) => Keys.Any(k => k.Key.KeyId == keyId);

    /// <summary>The key, counting at that instant, that made one of the signatures over this envelope; null when none
    /// did.</summary>
    public SignatureKey? SignerOf(Envelope envelope, DateTimeOffset at) =>
        Keys.FirstOrDefault(k => k.From <= at && envelope.IsSignedBy(k.Key))?.Key;
}

/// <summary>A public key of a person.</summary>
/// <param name="Since">When it was registered.</param>
/// <param name="From">From when on its signatures count: at once for a first key, a day later for any other.</param>
/// <param name="Until">When it was taken away; null while it stands.</param>
public sealed record PersonKey(
    SignatureKey Key, DateTimeOffset Since, DateTimeOffset From, DateTimeOffset? Until = null);

/// <summary>A bearer token as the log knows it.</summary>
/// <param name="Id">The ten characters after <c>pt_</c>.</param>
/// <param name="Hash">SHA-256 of the whole text, lower-case hex.</param>
/// <param name="Since">When it was given.</param>
public sealed record TokenGrant(
    string Id, string Person, string Hash, DateTimeOffset Expires, DateTimeOffset Since);
