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

    internal static ReleaseView? Of(
        SystemKey key, string version, GovernanceState state, Func<string, byte[]?> readBlob, DateTimeOffset now)
    {
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
            Difference = Compare(before, last?.Says.Terms, release, own?.Says.Terms ?? system.Terms, readBlob),
            Rejection = state.Approvals.RejectionOf(key, release.Digest),
        };
    }

    private static ManifestDifference? Compare(
        ReleaseState? before, string? termsBefore, ReleaseState after, string termsAfter, Func<string, byte[]?> readBlob)
    {
        var now = Read(after, termsAfter, readBlob);
        var was = before is null || termsBefore is null ? null : Read(before, termsBefore, readBlob);
        return now is null || (before is not null && was is null) ? null : ManifestDiff.Between(was, now);
    }

    private static ManifestState? Read(ReleaseState release, string terms, Func<string, byte[]?> readBlob)
    {
        if (readBlob(release.Digest) is not { } releaseJson || readBlob(terms) is not { } termsJson)
        {
            return null;
        }

        var files = new Dictionary<string, byte[]>();
        foreach (var (path, digest) in release.Files)
        {
            if (readBlob(digest) is { } bytes)
            {
                files[path] = bytes;
            }
        }

        return new ManifestState(releaseJson, termsJson, files);
    }
}
