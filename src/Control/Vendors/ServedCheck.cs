using Provost.Gateway.Manifests;

namespace Provost.Control.Vendors;

/// <summary>How the model that answered stands to the one that was approved.</summary>
internal enum ServedVerdict
{
    /// <summary>As approved, or seen and said before.</summary>
    Known,

    /// <summary>The first that the release does not refuse, or the very first.</summary>
    First,

    /// <summary>Another than answered at first, where the release names none.</summary>
    Changed,

    /// <summary>Another than the release names: its answers are refused.</summary>
    Refused,
}

/// <summary>
/// Holds what an answer said about itself against the release. What the release names (its model, its fingerprints)
/// must be that; what it leaves open (a floating model, fingerprints it does not list) must stay as first seen.
/// </summary>
internal static class ServedCheck
{
    /// <param name="release">The approved composition.</param>
    /// <param name="seen">What answered it so far, first seen first.</param>
    /// <param name="model">The name in the answer; of a scorer <c>name/version</c>.</param>
    /// <param name="fingerprint">The fingerprint in the answer, null for none.</param>
    public static ServedVerdict Judge(
        ReleaseDocument release, IReadOnlyList<SeenModel> seen, string model, string? fingerprint)
    {
        var spec = release.Spec.Model;
        if ((!spec.Floating && model != Approved(release))
            || (spec.Fingerprints.Count > 0 && !spec.Fingerprints.Contains(fingerprint)))
        {
            return ServedVerdict.Refused;
        }

        if (seen.Any(s => s.Model == model && s.Fingerprint == fingerprint))
            return ServedVerdict.Known;

        var first = seen.FirstOrDefault(s => s.Approved);
        if (first is null || (spec.Fingerprints.Count > 0 && !spec.Floating))
            return ServedVerdict.First;

        var isSame = model == first.Model
            && (spec.Fingerprints.Count > 0 || fingerprint is null || first.Fingerprint is null);
        return isSame ? ServedVerdict.First : ServedVerdict.Changed;
    }

    /// <summary>What a release approves, in words.</summary>
    public static string Words(ReleaseDocument release, IReadOnlyList<SeenModel> seen)
    {
        var spec = release.Spec.Model;
        if (spec.Fingerprints.Count > 0)
            return $"{(spec.Floating ? spec.Name : Approved(release))} ({string.Join(" or ", spec.Fingerprints)})";

        return seen.FirstOrDefault(s => s.Approved) is { } first
            ? spec.Floating ? $"{spec.Name}, floating, first seen as {first.Text}" : $"first seen as {first.Text}"
            : Approved(release);
    }

    private static string Approved(ReleaseDocument release)
    {
        var model = release.Spec.Model;
        return release.Kind == "model" ? $"{model.Name}/{model.Version}" : model.Served ?? model.Name;
    }
}
