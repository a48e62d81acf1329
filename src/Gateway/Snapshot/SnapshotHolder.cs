using System.Text.Json;
using Microsoft.Extensions.Logging;
using Provost.Ledger.Tree;

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
/// <see cref="Tighten"/> lays over it what could not be signed yet.
/// </summary>
public sealed partial class SnapshotHolder
{
    private const string FileName = "current.dsse.json";
    private const string TighteningName = "tightening.json";

    private readonly Lock _taking = new();
    private readonly SnapshotTrust _trust;
    private readonly string _folder;
    private readonly EpochMark _epoch;
    private readonly ILogger<SnapshotHolder> _log;
    private volatile GatewaySnapshot? _current;
    private GatewaySnapshot? _signed;
    private Tightening? _tightening;

    /// <param name="folder">Where the envelope is kept; made when missing.</param>
    public SnapshotHolder(
        SnapshotTrust trust, string folder, EpochMark epoch, TimeProvider time, ILogger<SnapshotHolder> log)
    {
        (_trust, _folder, _epoch, _log) = (trust, folder, epoch, log);
        Clock = new GatewayClock(time);
        Directory.CreateDirectory(folder);
    }

    /// <summary>What calls obey: the newest snapshot and what tightens it. Null before the first: nothing is admitted
    /// then.</summary>
    public GatewaySnapshot? Current => _current;

    /// <summary>
    /// Runs on a verified snapshot before it is swapped in; a failure of storage in it refuses the snapshot.
    /// </summary>
    internal Action<GatewaySnapshot> BeforeUse { get; set; } = static _ => { };

    internal LiveSystems Live { get; } = new();

    internal GatewayClock Clock { get; }

    /// <summary>
    /// Takes the envelope kept on disk, with the tightening kept beside it: when that cannot be read, nothing is
    /// admitted until Control hands over a snapshot. Null when there is none.
    /// </summary>
    public EnforcementReport? Load()
    {
        var path = Path.Combine(_folder, FileName);
        if (!File.Exists(path))
            return null;

        try
        {
            var beside = Path.Combine(_folder, TighteningName);
            lock (_taking)
                _tightening = File.Exists(beside) ? Read(File.ReadAllBytes(beside)) : null;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException)
        {
            return Refused(new SnapshotRefusal(
                SnapshotFault.Storage, $"{TighteningName} beside it cannot be read: {broken.Message}"));
        }

        return Take(File.ReadAllBytes(path), keep: false);
    }

    /// <summary>
    /// Takes a signed snapshot. When this returns without a refusal, every call from now on obeys it and the cut of
    /// killed systems has been signalled.
    /// </summary>
    public EnforcementReport Take(ReadOnlyMemory<byte> envelope) => Take(envelope, keep: true);

    /// <summary>
    /// Refuses more than the snapshot in force does, from the return of this on; also after a restart, unless it
    /// returns a refusal for storage.
    /// </summary>
    public EnforcementReport Tighten(Tightening tightening)
    {
        ArgumentNullException.ThrowIfNull(tightening);
        lock (_taking)
        {
            if (Fault(tightening) is { } fault)
                return Refused(fault);

            _tightening = tightening;
            if (_signed is not null)
                _current = _signed.Under(tightening);

            LogTightened(tightening.Orders.Count, _signed?.Epoch ?? 0);
            var report = Report(_current);
            var unkept = Kept(
                TighteningName, JsonSerializer.SerializeToUtf8Bytes(tightening, SnapshotJson.Default.Tightening));
            return unkept is null
                ? report
                : report with
                {
                    Refusal = unkept with { Message = $"In force, and lost at a restart: {unkept.Message}" },
                };
        }
    }

    private EnforcementReport Take(ReadOnlyMemory<byte> envelope, bool keep)
    {
        lock (_taking)
        {
            var snapshot = SnapshotReader.Admit(envelope, _trust, _epoch.Highest(), _signed, out var refusal);
            refusal ??= snapshot is null ? null : Persist(snapshot, envelope, keep);
            if (snapshot is null || refusal is not null)
                return Refused(refusal!);

            Clock.Raise(snapshot.Document.IssuedAt);
            if (snapshot.Epoch > _tightening?.After)
                Loosen();

            _signed = snapshot;
            _current = _tightening is null ? snapshot : snapshot.Under(_tightening);
            LogTaken(snapshot.Epoch, snapshot.Document.Warrants.Count - snapshot.NotAdmitted.Count);
            foreach (var refused in snapshot.NotAdmitted)
            {
                LogNotAdmitted(refused.Warrant, refused.System, refused.Environment, refused.Reason);
            }

            foreach (var refused in snapshot.NotExcepted)
            {
                LogNotExcepted(refused.Exception, refused.System, refused.Environment, refused.Reason);
            }

            foreach (var refused in snapshot.NotAdopted)
            {
                LogNotAdopted(refused.Adoption, refused.System, refused.Environment, refused.Reason);
            }

            return Report(_current);
        }
    }

    private static Tightening Read(byte[] json)
    {
        var read = JsonSerializer.Deserialize(json, SnapshotJson.Default.Tightening)
            ?? throw new JsonException("it is null");
        return read.V == 1 ? read : throw new JsonException($"version {read.V}; this build reads version 1");
    }

    private SnapshotRefusal? Fault(Tightening tightening)
    {
        if (tightening.Org != _trust.Org || tightening.Origin != _trust.Origin)
        {
            return new SnapshotRefusal(
                SnapshotFault.Organisation, $"a tightening for {tightening.Org} at {tightening.Origin}");
        }

        var newest = Math.Max(_signed?.Epoch ?? 0, _tightening?.After ?? 0);
        return tightening.After < newest
            ? new SnapshotRefusal(
                SnapshotFault.Epoch, $"a tightening of epoch {tightening.After}, {newest} was known already")
            : null;
    }

    /// <summary>A file that stays behind is of a lower epoch than the snapshot beside it and is not laid over
    /// it.</summary>
    private void Loosen()
    {
        _tightening = null;
        try
        {
            File.Delete(Path.Combine(_folder, TighteningName));
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            LogLeftBehind(broken.Message);
        }
    }

    private EnforcementReport Refused(SnapshotRefusal refusal)
    {
        LogRefused(refusal.Fault, refusal.Message);
        return new EnforcementReport(_current?.Epoch ?? 0, refusal, [], [], []);
    }

    private EnforcementReport Report(GatewaySnapshot? inForce) => inForce is null
        ? new EnforcementReport(0, null, [], [], [])
        : new EnforcementReport(inForce.Epoch, null, CutKilled(inForce), inForce.NotServed, inForce.NotAdmitted);

    private SnapshotRefusal? Persist(GatewaySnapshot snapshot, ReadOnlyMemory<byte> envelope, bool keep)
    {
        try
        {
            if (snapshot.Epoch > _epoch.Highest())
            {
                _epoch.Raise(snapshot.Epoch);
            }

            BeforeUse(snapshot);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            return new SnapshotRefusal(SnapshotFault.Storage, broken.Message);
        }

        return keep ? Kept(FileName, envelope.Span) : null;
    }

    private SnapshotRefusal? Kept(string name, ReadOnlySpan<byte> content)
    {
        try
        {
            DurableFile.Replace(Path.Combine(_folder, name), content);
            return null;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            return new SnapshotRefusal(SnapshotFault.Storage, broken.Message);
        }
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
        Level = LogLevel.Error,
        Message = "Exception {Exception} of {System} in {Environment} excepts nothing: {Reason}")]
    private partial void LogNotExcepted(Guid exception, string system, string environment, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Adoption {Adoption} of {System} in {Environment} lets nothing pass: {Reason}")]
    private partial void LogNotAdopted(Guid adoption, string system, string environment, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Orders} orders in force over the snapshot of epoch {Epoch} until one is signed that holds them")]
    private partial void LogTightened(int orders, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A tightening that ended could not be deleted: {Reason}")]
    private partial void LogLeftBehind(string reason);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Snapshot refused, the one before stays in force: {Fault}: {Message}")]
    private partial void LogRefused(SnapshotFault fault, string message);
}
