using Microsoft.Extensions.Logging;

namespace Provost.Gateway.Snapshot;

/// <summary>
/// The highest epoch ever taken, kept where the spool is: reading it and raising it durably.
/// </summary>
/// <param name="Highest">The highest epoch on disk.</param>
/// <param name="Raise">Returns once the epoch is on disk; throws <see cref="IOException"/> when it cannot be.</param>
public sealed record EpochMark(Func<long> Highest, Action<long> Raise);

/// <summary>
/// The snapshot in force. <see cref="Take"/> verifies, makes the epoch durable, keeps the envelope on disk, swaps, and
/// cuts what a kill order names, in this order; <see cref="Load"/> brings the kept one back at a start without Control.
/// </summary>
public sealed partial class SnapshotHolder
{
    private const string FileName = "current.dsse.json";

    private readonly Lock _taking = new();
    private readonly SnapshotTrust _trust;
    private readonly string _folder;
    private readonly EpochMark _epoch;
    private readonly ILogger<SnapshotHolder> _log;
    private volatile GatewaySnapshot? _current;

    /// <param name="folder">Where the envelope is kept; made when missing.</param>
    public SnapshotHolder(
        SnapshotTrust trust, string folder, EpochMark epoch, TimeProvider time, ILogger<SnapshotHolder> log)
    {
        (_trust, _folder, _epoch, _log) = (trust, folder, epoch, log);
        Clock = new GatewayClock(time);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Null before the first: nothing is admitted then.</summary>
    public GatewaySnapshot? Current => _current;

    /// <summary>
    /// Runs on a verified snapshot before it is swapped in; a failure of storage in it refuses the snapshot.
    /// </summary>
    internal Action<GatewaySnapshot> BeforeUse { get; set; } = static _ => { };

    internal LiveSystems Live { get; } = new();

    internal GatewayClock Clock { get; }

    /// <summary>Takes the envelope kept on disk. Null when there is none.</summary>
    public EnforcementReport? Load()
    {
        var path = Path.Combine(_folder, FileName);
        return File.Exists(path) ? Take(File.ReadAllBytes(path), keep: false) : null;
    }

    /// <summary>
    /// Takes a signed snapshot. When this returns without a refusal, every call from now on obeys it and the cut of
    /// killed systems has been signalled.
    /// </summary>
    public EnforcementReport Take(ReadOnlyMemory<byte> envelope) => Take(envelope, keep: true);

    private EnforcementReport Take(ReadOnlyMemory<byte> envelope, bool keep)
    {
        lock (_taking)
        {
            var snapshot = SnapshotReader.Admit(envelope, _trust, _epoch.Highest(), _current, out var refusal);
            refusal ??= snapshot is null ? null : Persist(snapshot, envelope, keep);
            if (snapshot is null || refusal is not null)
            {
                LogRefused(refusal!.Fault, refusal.Message);
                return new EnforcementReport(_current?.Epoch ?? 0, refusal, [], [], []);
            }

            Clock.Raise(snapshot.Document.IssuedAt);
            _current = snapshot;
            LogTaken(snapshot.Epoch, snapshot.Document.Warrants.Count - snapshot.NotAdmitted.Count);
            foreach (var refused in snapshot.NotAdmitted)
            {
                LogNotAdmitted(refused.Warrant, refused.System, refused.Environment, refused.Reason);
            }

            return new EnforcementReport(
                snapshot.Epoch, null, CutKilled(snapshot), snapshot.NotServed, snapshot.NotAdmitted);
        }
    }

    private SnapshotRefusal? Persist(GatewaySnapshot snapshot, ReadOnlyMemory<byte> envelope, bool keep)
    {
        try
        {
            if (snapshot.Epoch > _epoch.Highest())
            {
                _epoch.Raise(snapshot.Epoch);
            }

            BeforeUse(snapshot);
            if (keep)
            {
                Keep(envelope.Span);
            }

            return null;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            return new SnapshotRefusal(SnapshotFault.Storage, broken.Message);
        }
    }

    private void Keep(ReadOnlySpan<byte> envelope)
    {
        var path = Path.Combine(_folder, FileName);
        var fresh = path + ".new";
        using (var file = File.OpenHandle(fresh, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, envelope, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(fresh, path, overwrite: true);
    }

    private List<CutCalls> CutKilled(GatewaySnapshot snapshot) =>
    [
        .. snapshot.Systems
            .Where(s => s.Orders.Killed)
            .Select(s => new CutCalls(s.Name, s.Environment, Live.For(s.Name, s.Environment).Cut())),
    ];

    [LoggerMessage(Level = LogLevel.Information, Message = "Snapshot epoch {Epoch} in force with {Warrants} warrants")]
    private partial void LogTaken(long epoch, int warrants);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Warrant {Warrant} of {System} in {Environment} is not admitted: {Reason}. Revoke it and have the "
            + "release approved again")]
    private partial void LogNotAdmitted(Guid? warrant, string? system, string? environment, string reason);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Snapshot refused, the one before stays in force: {Fault}: {Message}")]
    private partial void LogRefused(SnapshotFault fault, string message);
}
