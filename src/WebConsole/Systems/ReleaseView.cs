using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;

namespace Provost.WebConsole.Systems;

/// <summary>A release against what was approved before it, field by field.</summary>
public sealed record ReleaseView
{
    public required SystemKey Key { get; init; }

    public required SystemState System { get; init; }

    public required ReleaseLine Line { get; init; }

    /// <summary>The release that the difference starts from; null at the first approval.</summary>
    public required ReleaseState? Before { get; init; }

    /// <summary>Null when a part of it cannot be read here.</summary>
    public required ManifestDifference? Difference { get; init; }

    public required Rejection? Rejection { get; init; }

    internal static async Task<ReleaseView?> ReadAsync(
        SystemKey key, string version, ConsolePorts ports, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = ports.Governance();
        if (state.Registry.Find(key.System, key.Environment) is not { } system
            || state.Registry.Version(key.System, version) is not { } release)
        {
            return null;
        }

        var live = state.Warrants.Live(key, now);
        var own = state.Warrants.Issued.Find(w => w.Key == key && w.Release == release.Digest);
        // what stood when it was approved; for one that still waits, what stands now
        var last = own is null
            ? live
            : state.Warrants.Issued.FindLast(w => w.Key == key && w.IssuedAt < own.IssuedAt);
        var before = last is null ? null : state.Registry.Release(key.System, last.Release);
        return new ReleaseView
        {
            Key = key,
            System = system,
            Line = ReleaseLine.Of(release, system, live, state, now),
            Before = before,
            Difference = await CompareAsync(
                before, last?.Says.Terms, release, own?.Says.Terms ?? system.Terms, ports, cancellationToken),
            Rejection = state.Approvals.RejectionOf(key, release.Digest),
        };
    }

    private static async Task<ManifestDifference?> CompareAsync(
        ReleaseState? before, string? termsBefore, ReleaseState after, string termsAfter, ConsolePorts ports,
        CancellationToken cancellationToken)
    {
        var now = await ReadAsync(after, termsAfter, ports, cancellationToken);
        var was = before is null || termsBefore is null
            ? null
            : await ReadAsync(before, termsBefore, ports, cancellationToken);
        return now is null || (before is not null && was is null) ? null : ManifestDiff.Between(was, now);
    }

    private static async Task<ManifestState?> ReadAsync(
        ReleaseState release, string terms, ConsolePorts ports, CancellationToken cancellationToken)
    {
        if (await ports.ReadBlobAsync(release.Digest, cancellationToken) is not { } releaseJson
            || await ports.ReadBlobAsync(terms, cancellationToken) is not { } termsJson)
        {
            return null;
        }

        var files = new Dictionary<string, byte[]>();
        foreach (var (path, digest) in release.Files)
        {
            if (await ports.ReadBlobAsync(digest, cancellationToken) is { } bytes)
            {
                files[path] = bytes;
            }
        }

        return new ManifestState(releaseJson, termsJson, files);
    }
}
