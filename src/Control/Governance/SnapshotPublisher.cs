using System.Text.Json;
using Microsoft.Extensions.Logging;
using Provost.Control.Custody;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Control.Governance;

/// <summary>A gateway as Control reaches it: hands a signed snapshot over and hears what was done with it.</summary>
/// <param name="Name">As reports name it.</param>
/// <param name="Take">Returns once the snapshot is enforced there, or refused.</param>
/// <param name="Tighten">The same for what cannot be signed now.</param>
public sealed record EnforcementPoint(
    string Name, Func<ReadOnlyMemory<byte>, EnforcementReport> Take, Func<Tightening, EnforcementReport> Tighten);

/// <summary>What one gateway confirmed, and nothing it did not see.</summary>
/// <param name="Cut">Calls in flight that were cut by a kill.</param>
/// <param name="Reason">Why it did not take the snapshot, or that the signature follows; null when it did.</param>
public sealed record PointReport(string Point, bool Confirmed, long Epoch, int Cut, string? Reason);

/// <summary>
/// Compiles, signs, records and hands over: in that order, one at a time, before a command returns. What tightens does
/// not wait for the signer.
/// </summary>
public sealed partial class SnapshotPublisher(
    GovernanceLog log, SnapshotCompiler compiler, ISigner signer, IReadOnlyList<EnforcementPoint> points,
    TimeProvider time, ILogger<SnapshotPublisher> logger) : IDisposable
{
    /// <summary>How often a snapshot is issued again while nothing changes and a system of tier high leases
    /// it.</summary>
    public static readonly TimeSpan HighRenewal = TimeSpan.FromMinutes(5);

    /// <summary>The same when there is no such system.</summary>
    public static readonly TimeSpan OtherRenewal = TimeSpan.FromHours(6);

    private readonly SemaphoreSlim _publishing = new(1);
    private DateTimeOffset _issued = DateTimeOffset.MinValue;
    private long _epoch;
    private int _names;
    private volatile bool _isOwed;
    private volatile TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Puts the state as it stands now in force at every point. While the signer does not answer, what
    /// tightens is in force and confirmed all the same; what loosens is owed and follows by itself.</summary>
    public async Task<IReadOnlyList<PointReport>> PublishAsync(CancellationToken cancellationToken)
    {
        await _publishing.WaitAsync(cancellationToken);
        try
        {
            var now = InstantConverter.Whole(time.GetUtcNow());
            var state = log.State;
            _epoch = Math.Max(_epoch, state.Epoch) + 1; // an epoch that was signed and not recorded is skipped
            _names = compiler.NamesEdition;
            var document = await compiler.CompileAsync(state, _epoch, now, cancellationToken);
            var signed = signer.SignSnapshot(document);
            while (signed.Fault?.Code == SnapshotCheck.StaleCode && !ReferenceEquals(state, log.State))
            {
                // the log went on while this was compiled, and the signer has been handed it already
                state = log.State;
                document = await compiler.CompileAsync(state, _epoch, now, cancellationToken);
                signed = signer.SignSnapshot(document);
            }

            if (signed.Fault is { Kind: FaultKind.Unavailable } away)
                return Owe(away, SnapshotCompiler.Tighten(state, now));

            if (signed.Fault is { } fault)
                throw new InvalidOperationException(fault.Message);

            var envelope = signed.Value;
            var issued = new SnapshotIssued
            {
                Epoch = document.Epoch,
                Snapshot = Digest.Of(envelope),
                Payload = Digest.Of(PayloadOf(envelope)),
                ExpiresAt = document.ExpiresAt,
            };
            if (await log.AppendAsync(GovernanceDraft.Of(Actor.Self, "snapshot", issued), CancellationToken.None)
                is GovernanceOutcome.Refused refused)
            {
                throw new InvalidOperationException(refused.Fault.Message);
            }

            (_issued, _isOwed) = (now, false);
            return [.. points.Select(point => Hand(point, envelope, document.Epoch))];
        }
        finally
        {
            _publishing.Release();
        }
    }

    /// <summary>Renews before a lease ends, when a warrant or key ends by its date, when names became known.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(cancellationToken);
                if (IsDue(time.GetUtcNow()))
                    await PublishAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (IOException fault)
            {
                LogNotRenewed(fault.Message); // the disk refused the record: tried again in half a minute
            }
        }
    }

    /// <summary>Publishes now what is owed: the signer answers again. Does not wait.</summary>
    public void Wake() => _woken.TrySetResult();

    public void Dispose() => _publishing.Dispose();

    internal bool IsDue(DateTimeOffset now)
    {
        var state = log.State;
        // What serves under tier high has its short lease until something else serves, whatever was declared since.
        var renewal = state.Registry.Systems.Values.Any(
            s => s.Tier == "high" || state.Warrants.Live(s.Key, now)?.Says.Tier == "high")
            ? HighRenewal
            : OtherRenewal;
        return _isOwed
            || now >= _issued + renewal
            || _names != compiler.NamesEdition
            || state.Warrants.Issued.Exists(w => w.IsInForce(_issued) && !w.IsInForce(now))
            || state.Rehearsals.All.Exists(r => r.IsOpen(_issued) && !r.IsOpen(now))
            || state.Exceptions.All.Exists(e => e.IsInForce(_issued) && !e.IsInForce(now))
            || state.Adoptions.All.Exists(a => a.IsInForce(_issued) && !a.IsInForce(now))
            || state.ClientKeys.Keys.Values.Any(k => k.IsLive(_issued) && !k.IsLive(now));
    }

    private static byte[] PayloadOf(byte[] envelope)
    {
        using var json = JsonDocument.Parse(envelope);
        return Dsse.Read(json.RootElement).Payload;
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await await Task.WhenAny(_woken.Task, Task.Delay(TimeSpan.FromSeconds(30), time, over.Token));
        await over.CancelAsync();
        if (_woken.Task.IsCompleted)
            _woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private IReadOnlyList<PointReport> Owe(GovernanceFault away, Tightening tightening)
    {
        _isOwed = true;
        LogOwed(away.Message);
        return [.. points.Select(point => Lay(point, tightening, away))];
    }

    private PointReport Lay(EnforcementPoint point, Tightening tightening, GovernanceFault away)
    {
        var report = point.Tighten(tightening);
        if (!report.IsTaken)
            LogNotTightened(point.Name, report.Refusal!.Message);

        return new PointReport(
            point.Name, report.IsTaken, report.Epoch, report.Cut.Sum(c => c.Calls),
            report.Refusal?.Message ?? $"{away.Message} What was loosened follows by itself.");
    }

    private PointReport Hand(EnforcementPoint point, byte[] envelope, long epoch)
    {
        var report = point.Take(envelope);
        if (!report.IsTaken)
            LogRefused(point.Name, epoch, report.Refusal!.Message);

        return new PointReport(
            point.Name, report.IsTaken && report.Epoch == epoch, report.Epoch, report.Cut.Sum(c => c.Calls),
            report.Refusal?.Message);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Point} refused the snapshot of epoch {Epoch}: {Reason}")]
    private partial void LogRefused(string point, long epoch, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Point} did not take what tightens: {Reason}")]
    private partial void LogNotTightened(string point, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No snapshot until the signer answers: {Reason}")]
    private partial void LogOwed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot could not be renewed: {Reason}")]
    private partial void LogNotRenewed(string reason);
}
