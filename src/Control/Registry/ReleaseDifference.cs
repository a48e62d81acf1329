using Provost.Control.Governance;
using Provost.Gateway.Manifests;

namespace Provost.Control.Registry;

/// <summary>What a release changes against the one that serves.</summary>
internal static class ReleaseDifference
{
    /// <summary>Document and files of a submitted release against those of another; null when they are lost.</summary>
    public static async Task<IReadOnlyList<Change>?> OfAsync(
        GovernanceState state, BlobStore blobs, ReleaseState release, string? live,
        CancellationToken cancellationToken)
    {
        if (await blobs.FindAsync(release.Digest, cancellationToken) is not { } json
            || await FilesAsync(blobs, release.Files, cancellationToken) is not { } files)
        {
            return null;
        }

        return await AgainstAsync(state, blobs, release.System, live, json, files, cancellationToken);
    }

    public static async Task<IReadOnlyList<Change>> AgainstAsync(
        GovernanceState state, BlobStore blobs, string system, string? live, byte[] json,
        IReadOnlyDictionary<string, byte[]> files, CancellationToken cancellationToken)
    {
        var before = live is null ? null : await blobs.FindAsync(live, cancellationToken);
        var old = live is not null && state.Registry.Release(system, live) is { } serving
            ? await FilesAsync(blobs, serving.Files, cancellationToken)
            : null;
        return
        [
            .. DocumentDifference.Between(before, json),
            .. DocumentDifference.Between(
                Shown(before, old ?? new Dictionary<string, byte[]>()), Shown(json, files)),
        ];
    }

    /// <summary>Evaluation sets and baselines are data: they stand in the document by digest.</summary>
    private static Dictionary<string, byte[]> Shown(byte[]? json, IReadOnlyDictionary<string, byte[]> files)
    {
        if (json is null)
            return [];

        var spec = ReleaseDocument.Read(json).Spec;
        return files.Where(f => f.Key != spec.Evaluation?.Set && f.Key != spec.Drift?.Baseline)
            .ToDictionary(f => f.Key, f => f.Value);
    }

    private static async Task<Dictionary<string, byte[]>?> FilesAsync(
        BlobStore blobs, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<string, byte[]>();
        foreach (var (path, digest) in files)
        {
            if (await blobs.FindAsync(digest, cancellationToken) is not { } bytes)
                return null;

            contents.Add(path, bytes);
        }

        return contents;
    }
}
