using System.Text.Json;
using System.Text.Json.Serialization;

namespace Provost.Gateway.Warrants;

/// <summary>
/// An in-toto Statement v1: what a signature is about (<see cref="Subject"/>) and what it says
/// (<see cref="Predicate"/>).
/// Carried as the payload of a DSSE envelope of type <see cref="PayloadType"/>, in canonical JSON.
/// </summary>
/// <typeparam name="TPredicate">One of <see cref="ApprovalPredicate"/>, <see cref="ActPredicate"/>,
/// <see cref="WarrantPredicate"/>.</typeparam>
public sealed record Statement<TPredicate>
{
    /// <summary>The DSSE payload type of every statement.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>The in-toto type of every statement.</summary>
    public const string StatementType = "https://in-toto.io/Statement/v1";

    [JsonPropertyName("_type")]
    public string Type { get; init; } = StatementType;

    public required IReadOnlyList<StatementSubject> Subject { get; init; }

    public required string PredicateType { get; init; }

    public required TPredicate Predicate { get; init; }
}

/// <summary>A named artefact and its SHA-256 in lower-case hex, without the prefix that digests carry.</summary>
public sealed record StatementSubject(string Name, SubjectDigest Digest)
{
    public const string Release = "release.json";
    public const string Terms = "terms.json";
}

public sealed record SubjectDigest(string Sha256);

/// <summary>The predicate types of edition 1.</summary>
public static class PredicateTypes
{
    public const string Approval = "https://provost.dev/approval/v1";
    public const string Act = "https://provost.dev/act/v1";
    public const string Warrant = "https://provost.dev/warrant/v1";
}

/// <summary>
/// One person's sign-off on one release under one set of terms. Signed by the person alone. <see cref="Release"/>,
/// <see cref="Terms"/> and <see cref="Difference"/> are digests (<c>sha256:…</c>); <see cref="Seen"/> is the last
/// checkpoint the signer had seen, which stops back-dating.
/// </summary>
public sealed record ApprovalPredicate
{
    public required string Org { get; init; }
    public required string Environment { get; init; }
    public required string System { get; init; }
    public required string Release { get; init; }
    public required string Terms { get; init; }
    public required string Purpose { get; init; }
    public required string Population { get; init; }
    public required string Tier { get; init; }
    public required int Taxonomy { get; init; }
    public required string Difference { get; init; }
    public required string Person { get; init; }
    public IReadOnlyList<ApprovalCondition> Conditions { get; init; } = [];
    public required DateTimeOffset Expires { get; init; }
    public required string Nonce { get; init; }
    public bool Demo { get; init; }
    public SeenCheckpoint? Seen { get; init; }

    /// <summary>Where the signer has <see cref="Release"/> from: a word of <see cref="DigestOrigin"/>; null in a
    /// statement of before that member, which counts as <see cref="DigestOrigin.Server"/>.</summary>
    public string? DigestFrom { get; init; }
}

/// <summary>Where the digest in an approval comes from. The person signs the word with the rest.</summary>
public static class DigestOrigin
{
    /// <summary>The signer's own machine computed it again from the files of a checkout.</summary>
    public const string Checkout = "checkout";

    /// <summary>The server said it.</summary>
    public const string Server = "server";

    /// <summary>Whether a word is one of these; null is, too.</summary>
    public static bool IsKnown(string? origin) => origin is null or Checkout or Server;

    /// <summary>Whether one approval at least must come from a checkout: else whoever holds the server could have
    /// every signer approve another release than they believe.</summary>
    public static bool NeedsCheckout(string tier) => tier == "high";
}

/// <summary>An act that loosens, ends or destroys, signed by a person.</summary>
public sealed record ActPredicate
{
    public required string Org { get; init; }
    public string? Environment { get; init; }

    /// <summary>One of <c>resume</c>, <c>exception</c>, <c>adopt</c>, <c>roster</c>, <c>reject</c>, <c>revoke</c>,
    /// <c>erase</c>, <c>release_hold</c>, <c>reveal</c>; of the root key also <c>reset</c>, <c>rotate</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>What is acted on: a system's name, a person's id, a warrant's id.</summary>
    public required string Object { get; init; }

    public string? Before { get; init; }
    public string? After { get; init; }
    public DateTimeOffset? Expires { get; init; }
    public required string Nonce { get; init; }
    public SeenCheckpoint? Seen { get; init; }
}

/// <summary>Size and root (base64) of a checkpoint somebody held when signing.</summary>
public sealed record SeenCheckpoint(long Size, string Root);

/// <summary>
/// The contract a gateway admits: issued by the signer after it has itself checked roster, approvals and quorum.
/// Approvals are embedded as whole DSSE envelopes so that gateway and verifier can check them again.
/// </summary>
public sealed record WarrantPredicate
{
    public required Guid Id { get; init; }
    public required string Org { get; init; }
    public required string Environment { get; init; }
    public required string System { get; init; }
    public required string Release { get; init; }
    public required string Terms { get; init; }
    public required string Purpose { get; init; }
    public required string Population { get; init; }
    public required string Tier { get; init; }
    public required int Taxonomy { get; init; }
    public required IReadOnlyList<JsonElement> Approvals { get; init; }
    public IReadOnlyList<ApprovalCondition> Conditions { get; init; } = [];

    /// <summary>The thresholds of the release, verbatim: nothing else sets a monitor.</summary>
    public required JsonElement Thresholds { get; init; }

    /// <summary>The fallback of the release, verbatim.</summary>
    public JsonElement? Fallback { get; init; }

    /// <summary>Person ids at issue; live owners come from the roster.</summary>
    public required WarrantOwners Owners { get; init; }

    public required DateTimeOffset NotBefore { get; init; }
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>True when the release was already serving at the time of approval.</summary>
    public bool Late { get; init; }

    public Guid? Supersedes { get; init; }

    /// <summary>The envelope of the release, verbatim: what may vary under this warrant. Left out where there is
    /// none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Envelope { get; init; }

    /// <summary>Of which envelope this release is a variant. Left out in a warrant that persons approved; beside it
    /// <see cref="Approvals"/> is empty, and <see cref="Envelope"/> is left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WarrantVariant? Variant { get; init; }
}

public sealed record WarrantOwners(string Business, string Technical, string? Deputy);
