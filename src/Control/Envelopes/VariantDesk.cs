using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Provost.Control.Approvals;
using Provost.Control.Custody;
using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Gateway.Envelopes;

namespace Provost.Control.Envelopes;

/// <summary>How a release stands to the envelope of its parent in one environment.</summary>
/// <param name="Standing"><c>issued</c>, <c>outside</c> (persons approve it, or nobody), <c>closed</c> (the envelope
/// takes no variant now), <c>testing</c>, <c>failed</c> (the evidence falls short) or <c>waiting</c> (for its
/// test).</param>
/// <param name="Envelope">The warrant with the envelope.</param>
/// <param name="Parent">Version of that warrant's release.</param>
/// <param name="Changes">What varies, each with the bound that it is held to.</param>
/// <param name="Why">What keeps it, one sentence each: which part left which bound, why the envelope is closed, which
/// measure falls short.</param>
/// <param name="Test">Its newest test; null before the first.</param>
/// <param name="Warrant">Its own warrant; null before that.</param>
public sealed record VariantStanding(
    string Standing, Guid Envelope, string Parent, IReadOnlyList<VariantChange> Changes, IReadOnlyList<string> Why,
    Guid? Test, Guid? Warrant);

/// <summary>
/// Takes releases that ask for an envelope from submission to their warrant: tests each by itself and has the signer
/// issue what the envelope bears. What it does next follows from the log alone, so a server that was killed in the
/// middle goes on where it was.
/// </summary>
public sealed partial class VariantDesk(
    GovernanceLog log, BlobStore blobs, ISigner signer, SnapshotPublisher publisher, RehearsalDesk rehearsals,
    Database database, TimeProvider time, ILogger<VariantDesk> logger)
{
    /// <summary>A release asks for its envelope so long after it was submitted; later a test asks again.</summary>
    private static readonly TimeSpan Asks = TimeSpan.FromDays(1);

    /// <summary>Tests without a result, after which a person is to look.</summary>
    private const int MostBroken = 3;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    /// <summary>What the signer or the fold refused in this life of the server.</summary>
    private readonly ConcurrentDictionary<(SystemKey Key, string Release), GovernanceFault> _refused = new();

    private (long Position, DateTimeOffset At) _seen = (-1, DateTimeOffset.MinValue);
    private bool _isBegun;

    /// <summary>Goes on with whatever waits: at once when the log has grown, else every minute, since days and tests
    /// end. Called by one caller, again and again.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!database.IsUp || (log.State.Position == _seen.Position && now - _seen.At < Idle))
            return;

        _seen = (log.State.Position, now);
        if (!_isBegun)
        {
            await rehearsals.CloseLeftAsync();
            _isBegun = true;
        }

        await PassAsync(cancellationToken);
    }

    /// <summary>How a release stands to the envelope of its parent; null where that was approved with none.</summary>
    public async Task<VariantStanding?> LookAsync(
        SystemKey key, ReleaseState release, CancellationToken cancellationToken)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        if (state.Registry.Find(key.System, key.Environment) is not { } system
            || VariantRule.EnvelopeOf(state, key, release) is not { } envelope)
        {
            return null;
        }

        var compared = await VariantIssue.CompareAsync(state, envelope, release, blobs.FindAsync, cancellationToken);
        var test = state.Rehearsals.All.FindLast(r => r.Is.System == key.System && r.Is.Release == release.Digest);
        var own = state.Warrants.Of(key).FirstOrDefault(
            w => w.Release == release.Digest && w.Says.Variant?.Warrant == envelope.Id);
        var (standing, why) = own is not null ? ("issued", [])
            : compared.Fault is { } lost ? ("outside", [lost.Message])
            : compared.Value.Outside.Count > 0 ? ("outside", compared.Value.Outside)
            : Stop(state, system, envelope, release, now) is { Count: > 0 } closed ? ("closed", closed)
            : test?.IsOpen(now) == true ? ("testing", [])
            : Short(state, release, envelope, now) is { Count: > 0 } missing
                ? (test?.Result is null ? "waiting" : "failed", missing)
            : _refused.TryGetValue((key, release.Digest), out var refused) ? ("closed", [refused.Message])
            : ("waiting", (IReadOnlyList<string>)[]);
        return new VariantStanding(
            standing, envelope.Id, state.Registry.Release(key.System, envelope.Release)?.Version ?? "",
            compared.Fault is null ? compared.Value.Changes : [], why, test?.Id, own?.Id);
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        foreach (var (system, release, envelope) in Waiting())
        {
            var (state, now) = (log.State, time.GetUtcNow());
            if (Stop(state, system, envelope, release, now).Count > 0)
                continue;

            var compared = await VariantIssue.CompareAsync(
                state, envelope, release, blobs.FindAsync, cancellationToken);
            if (compared.Fault is not null || compared.Value.Outside.Count > 0)
                continue;

            if (Short(state, release, envelope, now).Count == 0)
                await IssueAsync(system.Key, release);
            else if (MayTest(state, release, now))
                await rehearsals.BeginAsync(Actor.Self, release, CancellationToken.None);
        }
    }

    /// <summary>Releases that ask for an envelope, the oldest first.</summary>
    private List<(SystemState System, ReleaseState Release, Warrant Envelope)> Waiting()
    {
        var (state, since) = (log.State, time.GetUtcNow() - Asks);
        var tested = state.Rehearsals.All.Reverse().TakeWhile(r => r.At > since).Select(r => r.Is.Release).ToHashSet();
        return
        [
            .. state.Registry.Releases
                .Where(r => (r.SubmittedAt > since || tested.Contains(r.Digest)) && r.Parent is not null)
                .SelectMany(r => state.Registry.Everywhere(r.System), (r, s) => (s, r))
                .Select(w => (w.s, w.r, Envelope: VariantRule.EnvelopeOf(state, w.s.Key, w.r)))
                .Where(w => w.Envelope is not null)
                .Select(w => (w.s, w.r, w.Envelope!)),
        ];
    }

    private async Task IssueAsync(SystemKey key, ReleaseState release)
    {
        var signed = await signer.IssueWarrantAsync(
            new WarrantRequest(key.System, key.Environment, release.Digest), CancellationToken.None);
        var outcome = signed.Fault is { } fault
            ? new GovernanceOutcome.Refused(fault)
            : await log.AppendAsync(
                GovernanceDraft.Of(
                    Actor.Self, signed.Value.Id.ToString(), new WarrantIssued { Warrant = signed.Value.Id }) with
                {
                    Statement = signed.Value.Envelope,
                },
                CancellationToken.None);
        if (outcome is GovernanceOutcome.Refused { Fault: var no })
        {
            if (!_refused.TryGetValue((key, release.Digest), out var known) || known.Code != no.Code)
                LogRefused(key, release.Version, no.Code);

            _refused[(key, release.Digest)] = no;
            return;
        }

        _refused.TryRemove((key, release.Digest), out _);
        await publisher.PublishAsync(CancellationToken.None);
    }

    private static IReadOnlyList<string> Stop(
        GovernanceState state, SystemState system, Warrant envelope, ReleaseState release, DateTimeOffset now) =>
        [.. VariantRule.Closed(state, system, envelope, now), .. VariantRule.Barred(state, system.Key, release)];

    private static IReadOnlyList<string> Short(
        GovernanceState state, ReleaseState release, Warrant envelope, DateTimeOffset now) => VariantRule.Missing(
        state.Rehearsals.Newest(release.System, release.Digest), EnvelopeSpec.Read(envelope.Says.Envelope!.Value), now);

    /// <summary>Tests of a system run one at a time; one with a result is not repeated by itself.</summary>
    private static bool MayTest(GovernanceState state, ReleaseState release, DateTimeOffset now)
    {
        var own = state.Rehearsals.All.Where(r => r.Is.System == release.System && r.Is.Release == release.Digest);
        return state.Rehearsals.Open(now).All(r => r.Is.System != release.System)
            && own.All(r => r.Result is null) && own.Count() < MostBroken;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Variant {Version} of {Key} was refused: {Code}")]
    private partial void LogRefused(SystemKey key, string version, string code);
}
