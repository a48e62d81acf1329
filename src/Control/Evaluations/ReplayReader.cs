using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;

namespace Provost.Control.Evaluations;

/// <summary>What calls of a rehearsal are made of.</summary>
/// <param name="Files">Path to content.</param>
internal sealed record ReplayParts(ReleaseDocument Document, IReadOnlyDictionary<string, byte[]> Files)
{
    public Replay Calls { get; } = new(Document, Files);
}

/// <summary>Reads a release and its files as they were submitted.</summary>
internal sealed class ReplayReader(BlobStore blobs)
{
    public async Task<Answer<ReplayParts>> ReadAsync(ReleaseState release, CancellationToken cancellationToken)
    {
        if (await blobs.FindAsync(release.Digest, cancellationToken) is not { } json)
            return Approvals.ApprovalErrors.BlobGone();

        var document = ReleaseDocument.Read(json);
        if (!Replay.Knows(document.Kind))
            return EvaluationErrors.Kind(document.Kind);

        var files = new Dictionary<string, byte[]>();
        foreach (var (path, digest) in release.Files)
        {
            if (await blobs.FindAsync(digest, cancellationToken) is not { } bytes)
                return Approvals.ApprovalErrors.BlobGone();

            files.Add(path, bytes);
        }

        return new ReplayParts(document, files);
    }
}
