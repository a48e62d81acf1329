using System.Text.Json;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Snapshot;

/// <summary>
/// Holds the variants of one snapshot against the warrants with their envelopes. An envelope whose own warrant is not
/// in the snapshot bears none.
/// </summary>
/// <param name="document">The releases' documents.</param>
/// <param name="approved">The warrants that persons approved, checked.</param>
/// <param name="compared">Digests of warrants whose documents an earlier snapshot compared: documents are named by
/// their digests, so that holds for ever.</param>
internal sealed class CheckedVariants(
    SnapshotDocument document, IEnumerable<WarrantPredicate> approved, IReadOnlySet<string>? compared)
{
    private readonly Dictionary<Guid, WarrantPredicate> _approved = approved.DistinctBy(w => w.Id)
        .ToDictionary(w => w.Id);

    private readonly Dictionary<string, SnapshotRelease> _releases = document.Releases.DistinctBy(r => r.Digest)
        .ToDictionary(r => r.Digest);

    private readonly HashSet<(Guid Warrant, DateOnly Day, int Number)> _numbers = [];
    private readonly HashSet<string> _compared = [];

    /// <summary>Digests of the warrants that were found sound.</summary>
    public IReadOnlySet<string> Compared => _compared;

    /// <summary>Why a signed warrant without approvals is none; null when it is one.</summary>
    public string? Fault(WarrantPredicate variant, JsonElement json)
    {
        var says = variant.Variant!;
        if (!_approved.TryGetValue(says.Warrant, out var origin))
            return $"warrant {says.Warrant} is not in force here";

        if (VariantCheck.Fault(variant, origin) is { } fault)
            return fault;

        // numbers do not repeat within a day, so that no day has more than the envelope allows
        if (!_numbers.Add((says.Warrant, DateOnly.FromDateTime(variant.NotBefore.UtcDateTime), says.Number)))
            return $"there is another variant {says.Number} of that day";

        var digest = Digest.Of(Dsse.Read(json).Payload);
        if (compared?.Contains(digest) != true && Differs(variant, says) is { } differs)
            return differs;

        _compared.Add(digest);
        return null;
    }

    private string? Differs(WarrantPredicate variant, WarrantVariant says) =>
        _releases.TryGetValue(says.Origin, out var was) && _releases.TryGetValue(variant.Release, out var now)
            ? VariantCheck.Fault(says, was, now)
            : "its release.json or its parent's is not in the snapshot";
}
