using System.Text;
using System.Text.Unicode;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Evaluations;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Rollbacks;
using Provost.Gateway.Manifests;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Systems;

/// <summary>A release against what was approved before it, field by field.</summary>
public sealed record ReleaseView
{
    private const int MostGateAnswers = 10;

    public required SystemKey Key { get; init; }

    public required SystemState System { get; init; }

    public required ReleaseLine Line { get; init; }

    /// <summary>The release that the difference starts from; null at the first approval.</summary>
    public required ReleaseState? Before { get; init; }

    /// <summary>Null when a part of it cannot be read here.</summary>
    public required ManifestDifference? Difference { get; init; }

    /// <summary>Digest of the difference as approvals sign it, or signed it; null where none can be told.</summary>
    public required string? SignedDifference { get; init; }

    /// <summary>Whether the one who looks may approve it now.</summary>
    public required bool AsksYou { get; init; }

    /// <summary>Whether the one who looks may say no to it.</summary>
    public required bool MayReject { get; init; }

    /// <summary>Whether the one who looks may end its warrant.</summary>
    public required bool MayRevoke { get; init; }

    public required Rejection? Rejection { get; init; }

    /// <summary>Its tests before approval, the newest first.</summary>
    public required IReadOnlyList<Rehearsal> Tests { get; init; }

    /// <summary>What its approvers were shown, oldest first; one for each difference that was signed.</summary>
    public required IReadOnlyList<SeenView> Seen { get; init; }

    /// <summary>What the gate answered about it here, the newest first.</summary>
    public required IReadOnlyList<GateAnswerLine> Gate { get; init; }

    /// <summary>What a rollback from this release restores.</summary>
    public required (string Version, bool IsFallback) WayBack { get; init; }

    /// <summary>Rehearsals of that, the newest first.</summary>
    public required IReadOnlyList<Rehearsal> Rollbacks { get; init; }

    /// <summary>For how many days one counts; null where the tier asks for none.</summary>
    public int? RollbackDays => ReleaseDuties.Of(System.Tier).RollbackDays;

    /// <summary>The release's files in the order of their names; null for one who may not read them.</summary>
    public required IReadOnlyList<ReleaseFile>? Files { get; init; }

    internal static async Task<ReleaseView?> ReadAsync(
        SystemKey key, string version, string person, ConsolePorts ports, DateTimeOffset now,
        CancellationToken cancellationToken)
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
        var line = ReleaseLine.Of(release, system, live, state, now);
        var waits = line.Status == Status.Waiting;
        var back = RollbackReadiness.Target(state, system, release.Digest, now);
        return new ReleaseView
        {
            Key = key,
            System = system,
            Line = line,
            SignedDifference = waits
                ? await ports.SignedDifferenceAsync(key, release, cancellationToken)
                : line.Approvals is [.., var newest] ? newest.Said.Difference : null,
            AsksYou = ApprovalInbox.Of(state, person, now).Any(
                w => w.AsksYou && w.System.Key == key && w.Release.Digest == release.Digest),
            MayRevoke = Permission.MayApprove(state, person, system),
            MayReject = waits && !release.IsBy(person) && Permission.MayReject(state, person, system),
            Before = before,
            Difference = await CompareAsync(
                before, last?.Says.Terms, release, own?.Says.Terms ?? system.Terms, ports, cancellationToken),
            Rejection = state.Approvals.RejectionOf(key, release.Digest),
            Tests =
            [
                .. state.Rehearsals.Tests.Reverse().Where(
                    r => r.Is.System == key.System && r.Is.Release == release.Digest),
            ],
            Seen = await SeenView.ReadAsync(
                state.Approvals.Of(key, release.Digest), MayReadFiles(state, system, release, person), ports,
                cancellationToken),
            Gate = [.. ports.GateAnswers(key, release.Digest).Take(MostGateAnswers)],
            WayBack = (state.Registry.Release(key.System, back.Release)?.Version ?? "", back.IsFallback),
            Rollbacks =
            [
                .. state.Rehearsals.Rollbacks.Reverse().Where(
                    r => r.Is.System == key.System && r.Is.Release == back.Release
                        && r.Is.Rollback!.Environment == key.Environment
                        && r.Is.Rollback.IsFallback == back.IsFallback),
            ],
            Files = MayReadFiles(state, system, release, person)
                ? await ReadFilesAsync(release, ports, cancellationToken)
                : null,
        };
    }

    /// <summary>
    /// Prompts are read by those who answer for them or look them over: owners, author, approvers, reviewers,
    /// compliance, auditors. Who only runs the platform sees that a file changed, not what stands in it.
    /// </summary>
    private static bool MayReadFiles(
        GovernanceState state, SystemState system, ReleaseState release, string person) =>
        release.Author == person
        || person == system.Owners.Business || person == system.Owners.Technical || person == system.Owners.Deputy
        || Permission.MayReadFiles(state, person);

    private static async Task<IReadOnlyList<ReleaseFile>> ReadFilesAsync(
        ReleaseState release, ConsolePorts ports, CancellationToken cancellationToken)
    {
        var files = new List<ReleaseFile>();
        foreach (var (path, digest) in release.Files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            files.Add(ReleaseFile.Of(path, digest, await ports.ReadBlobAsync(digest, cancellationToken)));
        }

        return files;
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

/// <summary>A file of a release.</summary>
/// <param name="Text">Null when it is no text, is too long for a page, or is not here.</param>
/// <param name="Note">What to say of it: its size, or why it is not shown.</param>
public sealed record ReleaseFile(string Path, string Digest, string? Text, string Note)
{
    private const int MostBytes = 64 << 10;

    internal static ReleaseFile Of(string path, string digest, byte[]? bytes) => bytes switch
    {
        null => new(path, digest, null, "not here; submit the release again from its repository"),
        { Length: > MostBytes } => new(path, digest, null, $"{Size(bytes)}, too long for a page"),
        _ when !Utf8.IsValid(bytes) => new(path, digest, null, $"{Size(bytes)}, no text"),
        _ => new(path, digest, Encoding.UTF8.GetString(bytes), Size(bytes)),
    };

    private static string Size(byte[] bytes) => Say.Number(bytes.Length, "byte", "bytes");
}

/// <summary>A difference that approvers signed.</summary>
/// <param name="Given">Their approvals, oldest first.</param>
/// <param name="Changes">Null where the build that took them kept none.</param>
public sealed record SeenView(string Digest, IReadOnlyList<Approval> Given, IReadOnlyList<Change>? Changes)
{
    internal static async Task<IReadOnlyList<SeenView>> ReadAsync(
        IEnumerable<Approval> given, bool mayReadFiles, ConsolePorts ports, CancellationToken cancellationToken)
    {
        var seen = new List<SeenView>();
        foreach (var group in given.GroupBy(a => a.Said.Difference))
        {
            var changes = await ports.ReadBlobAsync(group.Key, cancellationToken) is { } kept
                ? DocumentDifference.TryRead(kept)
                : null;
            seen.Add(new SeenView(
                group.Key, [.. group],
                changes is null || mayReadFiles ? changes : DocumentDifference.WithoutFiles(changes)));
        }

        return seen;
    }
}
