using Microsoft.Extensions.Logging;
using Provost.Control.Access;
using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Snapshot;

namespace Provost.Control.Rollbacks;

/// <summary>
/// Tries the way back before anybody needs it: restores, in a lane that only the server can call, what a rollback would
/// restore, calls it, and records what came. No traffic is moved; every call is a drill.
/// </summary>
public sealed partial class RollbackRehearsalDesk(
    GovernanceLog log, BlobStore blobs, SnapshotPublisher publisher, Replayer replay, TimeProvider time,
    ILogger<RollbackRehearsalDesk> logger) : IDisposable
{
    /// <summary>Calls of one rehearsal: the first cases of the evaluation set, or one question where there is
    /// none.</summary>
    private const int Calls = 3;

    /// <summary>The lane closes then; a server that dies in the middle leaves it no longer than this.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly ReplayReader _reader = new(blobs);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Rehearses and returns once what came of it stands in the log.</summary>
    /// <param name="asks">Author, owner, registrant or approver.</param>
    /// <param name="system">Its name.</param>
    /// <param name="environment">Whose warrants say what a rollback restores.</param>
    /// <param name="version">The release that the rollback leaves, version or digest; null for the newest.</param>
    public async Task<Answer<Rehearsal>> RehearseAsync(
        Principal asks, string system, string environment, string? version)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        var aim = Aim(state, system, environment, version, now);
        if (aim.Fault is { } aimless)
            return aimless;

        var target = aim.Value;
        if (!RehearsalState.MayRehearse(state, asks.Person, target.Release))
            return EvaluationErrors.MayNotRehearse();

        var read = await BodiesAsync(target.Release, _stop.Token);
        if (read.Fault is { } unread)
            return unread;

        var key = ClientKeyText.Create();
        var began = time.GetTimestamp();
        var body = new RehearsalBegun
        {
            Rehearsal = Guid.CreateVersion7(now),
            System = system,
            Release = target.Release.Digest,
            Rollback = new RollbackAim(environment, target.IsFallback),
            Key = ClientKeyText.IdOf(key).ToString(),
            Hash = ClientKeyText.HashOf(key),
            Until = InstantConverter.Whole(now + Longest),
        };
        if (await log.AppendAsync(
            GovernanceDraft.Of(asks.Actor, target.Release.Digest, body) with { Drill = true }, CancellationToken.None)
            is GovernanceOutcome.Refused refused)
        {
            return refused.Fault;
        }

        await EndAsync(body, await TryAsync(body, read.Value, key, began));
        return log.State.Rehearsals.Find(body.Rehearsal)!;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static Answer<(ReleaseState Release, bool IsFallback)> Aim(
        GovernanceState state, string name, string environment, string? version, DateTimeOffset now)
    {
        if (state.Registry.Find(name, environment) is not { } system)
            return RegistryErrors.NoSuchSystem($"{name} in {environment}");

        if (system.Kind == "chain")
            return RollbackErrors.Chain();

        // who looks for the way back leaves the newest release that somebody may still approve
        var leaves = version is null
            ? state.Registry.Releases.FindLast(
                r => r.System == name && state.Approvals.RejectionOf(system.Key, r.Digest) is null)
            : state.Registry.Version(name, version) ?? state.Registry.Release(name, version);
        if (leaves is null)
        {
            return version is null
                ? RollbackErrors.NoRelease(name)
                : RegistryErrors.NoSuchRelease($"{name}@{version}");
        }

        var (release, isFallback) = RollbackReadiness.Target(state, system, leaves.Digest, now);
        return (state.Registry.Release(name, release)!, isFallback);
    }

    private async Task<Answer<(string Path, IReadOnlyList<byte[]> Bodies)>> BodiesAsync(
        ReleaseState release, CancellationToken cancellationToken)
    {
        var read = await _reader.ReadAsync(release, cancellationToken);
        if (read.Fault is { } fault)
            return fault;

        var (parts, calls) = (read.Value, read.Value.Calls);
        try
        {
            var cases = parts.Document.Spec.Evaluation is { } evaluation
                ? EvaluationSet.Read(parts.Files[evaluation.Set]).Cases.Take(Calls)
                : [calls.Probe()];
            return (calls.Path, (IReadOnlyList<byte[]>)[.. cases.Select(calls.BodyOf)]);
        }
        catch (EvaluationSetException broken)
        {
            return EvaluationErrors.BadSet(broken);
        }
    }

    private async Task<RollbackOutcome?> TryAsync(
        RehearsalBegun body, (string Path, IReadOnlyList<byte[]> Bodies) made, string key, long began)
    {
        try
        {
            await publisher.PublishAsync(CancellationToken.None);
            using var late = new CancellationTokenSource(Longest, time);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stop.Token);
            var calls = new List<RollbackCall>();
            long? restored = null;
            foreach (var bytes in made.Bodies)
            {
                var answer = await replay(new ReplayCall(made.Path, key, bytes), over.Token);
                calls.Add(new RollbackCall(answer.Decision, answer.Status, answer.Outcome, answer.Release));
                if (answer.Status is >= 200 and < 300 && answer.Release == body.Release)
                    restored ??= (long)time.GetElapsedTime(began).TotalMilliseconds;
            }

            return new RollbackOutcome(restored, calls);
        }
        catch (Exception broken)
        {
            // whatever it was, the lane is closed and the log says that nothing came of it
            LogBroken(broken, body.Rehearsal);
            return null;
        }
    }

    private async Task EndAsync(RehearsalBegun body, RollbackOutcome? outcome)
    {
        var ended = new RehearsalEnded
        {
            Rehearsal = body.Rehearsal,
            Fault = outcome is null ? "the calls could not be made; the server's log says why" : null,
            Rollback = outcome,
        };
        var draft = GovernanceDraft.Of(Actor.Self, body.Release, ended) with { Drill = true };
        if (await log.AppendAsync(draft, CancellationToken.None) is GovernanceOutcome.Refused refused)
        {
            throw new InvalidOperationException(refused.Fault.Message);
        }

        await publisher.PublishAsync(CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Rehearsal {Rehearsal} of a rollback broke off")]
    private partial void LogBroken(Exception broken, Guid rehearsal);
}
