using System.Collections.Immutable;
using System.Text.Json;
using Provost.Control.Registry;
using Provost.Gateway.Warrants;

namespace Provost.Control.Adoptions;

/// <summary>A person's signature under an adoption.</summary>
/// <param name="Envelope">The DSSE envelope, verbatim.</param>
public sealed record AdoptionSignature(string Person, DateTimeOffset At, JsonElement Envelope);

/// <summary>An adoption: waiting for its second person, in force, or over.</summary>
public sealed record Adoption(AdoptionContent Content, ImmutableList<AdoptionSignature> Signatures)
{
    public string? EndedBy { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? EndReason { get; init; }

    public Guid Id => Content.Id;

    public SystemKey Key => new(Content.System, Content.Environment);

    /// <summary>Whether all that it needs have signed.</summary>
    public bool IsSigned => Signatures.Count == Content.Signers();

    /// <summary>When the last of them signed.</summary>
    public DateTimeOffset From => Signatures[^1].At;

    /// <summary>When it is or was over.</summary>
    public DateTimeOffset End => EndedAt ?? Content.Until;

    /// <summary>Signed by all, ended by nobody, and its time is not over.</summary>
    public bool IsInForce(DateTimeOffset at) => IsSigned && From <= at && at < End;

    /// <summary><c>asked</c>, <c>in force</c>, <c>ended</c> or <c>over</c>.</summary>
    public string Standing(DateTimeOffset at) => EndedAt <= at ? "ended"
        : at >= Content.Until ? "over"
        : IsSigned ? "in force"
        : "asked";
}
