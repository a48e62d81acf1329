using System.Text.Json;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Warrants;

/// <summary>
/// What two persons sign to let a system do, for a while, one thing that its warrant does not allow. Both acts name the
/// digest of exactly this.
/// </summary>
public sealed record ExceptionContent
{
    /// <summary>Never longer than this, whoever signs.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(72);

    /// <summary>Serves one submitted release that nobody approved.</summary>
    public const string ReleaseKind = "release";

    /// <summary>Lets one guardrail flag what it would otherwise act on.</summary>
    public const string GuardrailKind = "guardrail";

    public required Guid Id { get; init; }
    public required string System { get; init; }
    public required string Environment { get; init; }

    /// <summary><see cref="ReleaseKind"/> or <see cref="GuardrailKind"/>; nothing else can be excepted.</summary>
    public required string Kind { get; init; }

    /// <summary>The release served: digest. Null for a guardrail.</summary>
    public string? Release { get; init; }

    /// <summary>The guardrail's id, where <see cref="Direction"/> says. Null for a release.</summary>
    public string? Guardrail { get; init; }

    /// <summary><c>input</c> or <c>output</c>. Null for a release.</summary>
    public string? Direction { get; init; }

    /// <summary>Why, in clear.</summary>
    public required string Reason { get; init; }

    /// <summary>Over by itself from then on; whole seconds, UTC.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>What is excepted, as people write it: <c>release=…</c>, <c>guardrail=output:pii</c>.</summary>
    public string Scope() => Kind == ReleaseKind ? $"release={Release}" : $"guardrail={Direction}:{Guardrail}";

    /// <summary>Whether it is of one of the two forms, and nothing beside it.</summary>
    public bool IsWellFormed() => Kind switch
    {
        ReleaseKind => Release is not null && Digest.IsWellFormed(Release) && Guardrail is null && Direction is null,
        GuardrailKind => Release is null && Guardrail is { Length: > 0 } && Direction is "input" or "output",
        _ => false,
    };

    /// <summary>What the acts' <c>after</c> names.</summary>
    public string DigestOf() => Digest.Of(CanonicalJson.From(
        JsonSerializer.SerializeToElement(this, SnapshotJson.Default.ExceptionContent)));
}
