using System.Text;
using System.Text.Json;
using Provost.Gateway.Manifests;

namespace Provost.Gateway.Protocols;

/// <summary>What an answer must say about the model that made it.</summary>
/// <param name="Model">The name it must carry (a scorer: the version), UTF-8; null where the release lets it
/// float.</param>
/// <param name="Fingerprints">It must carry one of these, UTF-8; empty where the release names none.</param>
internal sealed record ApprovedAnswer(byte[]? Model, IReadOnlyList<byte[]> Fingerprints)
{
    /// <summary>Where nothing was approved: whatever answers.</summary>
    public static readonly ApprovedAnswer Any = new(Model: null, []) { IsAny = true };

    /// <summary>Whether an answer need not even say who made it.</summary>
    public bool IsAny { get; private init; }

    /// <summary>What a release asks of its answers.</summary>
    public static ApprovedAnswer Of(ReleaseDocument release)
    {
        var model = release.Spec.Model;
        var name = release.Kind == "model" ? model.Version ?? "" : model.Served ?? model.Name;
        return new ApprovedAnswer(
            model.Floating ? null : Encoding.UTF8.GetBytes(name),
            [.. model.Fingerprints.Select(Encoding.UTF8.GetBytes)]);
    }

    /// <summary>Whether the model that the reader stands on is approved.</summary>
    public bool TakesModel(in Utf8JsonReader reader) => Model is null || reader.ValueTextEquals(Model);

    /// <summary>Whether the fingerprint that the reader stands on is approved.</summary>
    public bool TakesFingerprint(in Utf8JsonReader reader)
    {
        if (Fingerprints.Count == 0)
            return true;

        foreach (var known in Fingerprints)
        {
            if (reader.ValueTextEquals(known))
                return true;
        }

        return false;
    }
}
