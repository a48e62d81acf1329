using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Ingest;
using Provost.Control.Registry;
using Provost.Control.Signals;
using Provost.Control.Signals.Drift;
using Provost.Gateway.Manifests;

namespace Provost.Server.Start;

/// <summary>Releases as documents, read once by digest: what signals watch stands there.</summary>
internal sealed class ReleaseShelf(GovernanceLog log, BlobStore blobs)
{
    private readonly ConcurrentDictionary<string, Shelved> _read = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FeatureBaseline> _baselines = new(StringComparer.Ordinal);

    /// <summary>The release and its files, null when a blob is gone.</summary>
    public Shelved? Find(string system, string digest)
    {
        if (_read.TryGetValue(digest, out var known))
            return known;

        var bytes = Blob(digest);
        if (bytes is null || log.State.Registry.Release(system, digest) is not { } registered)
            return null;

        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (path, blob) in registered.Files)
        {
            if (Blob(blob) is not { } content)
                return null;

            files[path] = content;
        }

        return _read[digest] = new Shelved(ReleaseDocument.Read(bytes), files);
    }

    /// <summary>The baseline that a release froze, null when it watches no drift.</summary>
    public FeatureBaseline? BaselineOf(string digest)
    {
        // asked for each decision: what a digest names never changes
        if (_baselines.TryGetValue(digest, out var known))
            return known;

        return ReadBaseline(digest) is { } read ? _baselines[digest] = read : null;
    }

    /// <summary>On the pool: whoever asks may stand on the one thread that the answer would come back to.</summary>
    private byte[]? Blob(string digest) =>
        Task.Run(() => blobs.FindAsync(digest, CancellationToken.None)).GetAwaiter().GetResult();

    private FeatureBaseline? ReadBaseline(string digest)
    {
        var warrant = log.State.Warrants.Issued.Find(w => w.Release == digest);
        return warrant is not null && Find(warrant.Key.System, digest) is { Release.Spec.Drift: { } drift } shelved
            ? new FeatureBaseline(
                Baseline.Read(shelved.Files[drift.Baseline]),
                [.. shelved.Release.Spec.Model.Features.Select(f => f.Name)])
            : null;
    }
}

/// <param name="Files">Path in the release to content.</param>
internal sealed record Shelved(ReleaseDocument Release, IReadOnlyDictionary<string, byte[]> Files);

/// <summary>Keeps the signals watching every release that a warrant in force covers.</summary>
internal sealed class Watchers(GovernanceLog log, ReleaseShelf shelf, SignalEngine engine, ILogger<Watchers> logger)
{
    private readonly ConcurrentDictionary<Guid, byte> _watched = new();

    /// <summary>Watches what is warranted now; called at the start and after every act of governance.</summary>
    public void Watch(GovernanceState state)
    {
        foreach (var warrant in state.Warrants.Issued)
        {
            if (_watched.ContainsKey(warrant.Id) || shelf.Find(warrant.Key.System, warrant.Release) is not { } shelved)
                continue;

            engine.Watch(new ReleaseWatch
            {
                Key = new ReleaseKey(warrant.Key.System, warrant.Key.Environment, warrant.Release),
                Warrant = warrant.Id,
                Thresholds = warrant.Says.Thresholds,
                Files = shelved.Files,
            });
            _watched.TryAdd(warrant.Id, 0);
            StartLog.Watching(logger, warrant.Key.System, warrant.Key.Environment, shelved.Release.Version);
        }
    }

    /// <summary>Releases that a leaf restored or resumed: from there on they prove themselves anew.</summary>
    public IReadOnlyList<ReleaseKey> Restarted(LogLeaf leaf)
    {
        if (leaf is not { Type: "gov.order" or "gov.order_ended", Subject: { System: { } system } of }
            || of.Environment is not { } environment)
        {
            return [];
        }

        if (leaf.Type == "gov.order_ended")
        {
            var key = new SystemKey(system, environment);
            return [.. log.State.Warrants.Issued.Where(w => w.Key == key)
                .Select(w => new ReleaseKey(system, environment, w.Release)).Distinct()];
        }

        return of.Release is { } release ? [new ReleaseKey(system, environment, release)] : [];
    }
}
