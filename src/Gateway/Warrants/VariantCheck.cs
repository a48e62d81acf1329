using System.Globalization;
using System.Text.Json;
using Provost.Gateway.Envelopes;
using Provost.Gateway.Manifests;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Warrants;

/// <summary>
/// Checks a warrant without approvals: a variant of a release that persons approved with an envelope. The fold asks it
/// of the two warrants; a gateway, which has the documents too, compares these again.
/// </summary>
public static class VariantCheck
{
    /// <summary>Why a variant's warrant does not stand in the other's envelope; null when it does. Both are signed
    /// already.</summary>
    /// <param name="variant">A warrant that says whose variant it is.</param>
    /// <param name="origin">The warrant that it names, whose approvals are checked already.</param>
    public static string? Fault(WarrantPredicate variant, WarrantPredicate origin)
    {
        if (variant.Variant is not { } says || says.Warrant != origin.Id || says.Origin != origin.Release
            || variant.Approvals.Count > 0 || variant.Envelope is not null || variant.Late)
        {
            return "it is no variant of the warrant that it names";
        }

        if (origin.Variant is not null || origin.Envelope is not { } json)
            return $"warrant {origin.Id} has no envelope";

        if (!IsSame(variant, origin))
            return $"it is for something else than warrant {origin.Id}";

        try
        {
            var envelope = EnvelopeSpec.Read(json);
            return LastsTooLong(variant, origin, envelope)
                ? $"it lasts longer than the envelope of warrant {origin.Id}"
                : says.Number < 1 || says.Number > envelope.PerDay
                    ? $"it is variant {says.Number} of its day; {envelope.PerDay} are allowed"
                    : says.Changes.Select(c => EnvelopeBounds.Outside(envelope, c)).FirstOrDefault(o => o is not null)
                        ?? Unproven(says, envelope);
        }
        catch (FormatException broken)
        {
            return $"the envelope of warrant {origin.Id} cannot be read: {broken.Message}";
        }
    }

    /// <summary>The same of the documents; the list of changes must be exactly what they say.</summary>
    /// <param name="says">What the warrant says.</param>
    /// <param name="origin">The release with the envelope, with its files.</param>
    /// <param name="variant">The release that varies, with its files.</param>
    internal static string? Fault(WarrantVariant says, SnapshotRelease origin, SnapshotRelease variant)
    {
        try
        {
            var (was, now) = (Read(origin), Read(variant));
            var found = VariantComparison.Between(was.Release, was.Files, now.Release, now.Files);
            return was.Release.Digest != says.Origin || now.Release.Digest != variant.Digest
                ? "its release.json is another one"
                : found.Outside is [var outside, ..] ? outside
                : found.Changes.SequenceEqual(says.Changes) ? null : "it differs otherwise than its warrant says";
        }
        catch (Exception broken) when (broken is ManifestException or FormatException)
        {
            return $"it cannot be compared: {broken.Message}";
        }
    }

    private static (ReleaseDocument Release, Dictionary<string, byte[]> Files) Read(SnapshotRelease source) => (
        ReleaseDocument.Read(Convert.FromBase64String(source.ReleaseJson)),
        source.Files.ToDictionary(f => f.Key, f => Convert.FromBase64String(f.Value)));

    private static bool IsSame(WarrantPredicate variant, WarrantPredicate origin) =>
        variant.Org == origin.Org && variant.System == origin.System && variant.Environment == origin.Environment
        && variant.Release != origin.Release && variant.Terms == origin.Terms && variant.Purpose == origin.Purpose
        && variant.Population == origin.Population && variant.Tier == origin.Tier
        && variant.Taxonomy == origin.Taxonomy && variant.Conditions.SequenceEqual(origin.Conditions)
        && JsonElement.DeepEquals(variant.Thresholds, origin.Thresholds)
        && IsSame(variant.Fallback, origin.Fallback);

    private static bool IsSame(JsonElement? one, JsonElement? other) => (one, other) switch
    {
        ({ } a, { } b) => JsonElement.DeepEquals(a, b),
        _ => one is null && other is null,
    };

    private static bool LastsTooLong(WarrantPredicate variant, WarrantPredicate origin, EnvelopeSpec envelope) =>
        variant.NotBefore < origin.NotBefore
        || variant.NotAfter > envelope.EndOf(variant.NotBefore, origin.NotAfter);

    private static string? Unproven(WarrantVariant says, EnvelopeSpec envelope)
    {
        if (!Digest.IsWellFormed(says.Evidence))
            return "it names no evidence";

        foreach (var (name, minimum) in envelope.Minimum)
        {
            var found = says.Measures.FirstOrDefault(m => m.Name == name);
            if (found is null || !decimal.TryParse(
                found.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                || value < minimum)
            {
                return $"{name} is {found?.Value ?? "not proven"}; "
                    + $"the envelope asks {CanonicalJson.DecimalText(minimum)}";
            }
        }

        return null;
    }
}
