using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Provost.Gateway.Budgets;
using Provost.Gateway.Protocols;
using Provost.Gateway.Routing;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// One gateway: its spool, its snapshot, its upstreams, and <see cref="HandleAsync"/> for the data listener. It opens
/// what
/// it needs under the data folder and touches nothing of Control.
/// </summary>
public sealed class GatewayHost : IAsyncDisposable
{
    /// <summary>Retention class of what belongs to no system: the sources of unknown callers.</summary>
    public const string UnboundClass = "unbound";

    private readonly CallPipeline _pipeline;
    private readonly UnknownCallers _unknownCallers;
    private readonly PayloadSealer _sealer;
    private readonly Upstreams _upstreams;
    private readonly GatewayMeter _meter;
    private readonly ITimer _hour;
    private readonly TimeProvider _time;

    /// <param name="options">Where the gateway keeps its things.</param>
    /// <param name="settings">Providers and channels of the platform.</param>
    /// <param name="trust">What it is pinned to.</param>
    /// <exception cref="IOException">Another process has the spool, or the disk cannot be used.</exception>
    /// <exception cref="InvalidOperationException">A key reference in the settings leads nowhere.</exception>
    public GatewayHost(
        GatewayOptions options, PlatformSettings settings, SnapshotTrust trust, TimeProvider time, ILoggerFactory logs)
    {
        _time = time;
        Options = options;
        Egress = EgressResolver.For(settings);
        _upstreams = new Upstreams(settings, Egress);
        Rescoring = new Rescoring(_upstreams, time);
        Judging = new Judging(_upstreams, time);
        Spool = Spool.Open(options.Spool, time);
        _sealer = new PayloadSealer(options.HourKeyFolder, time);
        Snapshots = new SnapshotHolder(
            trust, options.SnapshotFolder, new EpochMark(() => Spool.HighestEpoch, Spool.RaiseEpoch), time,
            logs.CreateLogger<SnapshotHolder>())
        {
            BeforeUse = Prepare,
        };
        var recording = new RecorderOptions(options.Spool.Node, options.RecordPatience);
        var subjects = SubjectKey.Open(options.SubjectKeyFile);
        AliasOf = subjects.Commit;
        var recorder = new Recorder(Spool, _sealer, subjects, recording, time, logs.CreateLogger<Recorder>());
        _unknownCallers = new UnknownCallers(
            Spool, _sealer, Snapshots, recording, time, logs.CreateLogger<UnknownCallers>());
        _pipeline = new CallPipeline(
            new Authenticator(Snapshots, new KeyMeters(time)),
            new Admission(Snapshots, _upstreams),
            new PlainRelay(_upstreams, time),
            new StreamRelay(_upstreams, recorder, time),
            new ModelQuestions(Snapshots),
            recorder,
            _unknownCallers,
            _upstreams,
            logs.CreateLogger<CallPipeline>());
        _meter = new GatewayMeter(this);
        _hour = time.CreateTimer(_ => PrepareNextHour(), null, PrepareEvery, PrepareEvery);
    }

    private static readonly TimeSpan PrepareEvery = TimeSpan.FromMinutes(10);

    public GatewayOptions Options { get; }

    /// <summary>The alias under which the log knows a person, as clients name them.</summary>
    public Func<string, string> AliasOf { get; }

    /// <summary>The one way out, for channels as well.</summary>
    public EgressResolver Egress { get; }

    /// <summary>Asks scorers once more, for explanations.</summary>
    public Rescoring Rescoring { get; }

    /// <summary>Asks models that judge answers in tests before approval.</summary>
    public Judging Judging { get; }

    /// <summary>This node's records on their way to the log.</summary>
    public Spool Spool { get; }

    /// <summary>The snapshot in force; <see cref="SnapshotHolder.Take"/> is how Control changes it.</summary>
    public SnapshotHolder Snapshots { get; }

    /// <summary>Answers one request of the data listener, whatever its path.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var now = _time.GetUtcNow();
        using var call = new GatewayCall(http, RecordId.Create(now), now, _time.GetTimestamp())
        {
            Target = ProtocolCatalog.Find(http.Request),
        };
        await _pipeline.RunAsync(call);
        if (call.System is { } system)
        {
            _meter.Count(system.Name, system.Environment, call.Outcome, _time.GetElapsedTime(call.Started));
            if (call.Adoption is not null)
                _meter.CountUngoverned(system.Name, system.Environment);
        }
    }

    /// <summary>What the gateway does right now.</summary>
    public GatewayStatus Status()
    {
        var snapshot = Snapshots.Current;
        return new GatewayStatus(
            Options.Spool.Node,
            snapshot?.Epoch ?? 0,
            snapshot is null ? null : _time.GetUtcNow() - snapshot.Document.IssuedAt,
            [.. Snapshots.Live.All.Select(s => new SystemStatus(
                s.Key.System,
                s.Key.Environment,
                s.Value.InFlight,
                Enum.GetValues<Outcome>().ToDictionary(o => o, o => s.Value.Counted((int)o)),
                s.Value.Answered))],
            Spool.Health);
    }

    public async ValueTask DisposeAsync()
    {
        await _hour.DisposeAsync();
        _meter.Dispose();
        await _unknownCallers.DisposeAsync();
        await Spool.DisposeAsync();
        _upstreams.Dispose();
    }

    private void Prepare(GatewaySnapshot snapshot)
    {
        if (snapshot.Document.PayloadKeys is [var current, ..])
        {
            _sealer.UsePayloadKey(Convert.FromBase64String(current.PublicKey));
            MakeKeys(snapshot, TimeSpan.Zero);
        }
    }

    /// <summary>Ahead of the hour, so that no call waits for a key and a disk.</summary>
    private void PrepareNextHour()
    {
        if (Snapshots.Current is { Document.PayloadKeys.Count: > 0 } snapshot)
        {
            MakeKeys(snapshot, PrepareEvery);
        }
    }

    private void MakeKeys(GatewaySnapshot snapshot, TimeSpan ahead)
    {
        try
        {
            _sealer.Prepare(Classes(snapshot), ahead);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            // The disk is full, gone or closed. A key is made again when a record needs it, which is then refused; an
            // order in a snapshot must not wait for that.
        }
    }

    private static IEnumerable<string> Classes(GatewaySnapshot snapshot) =>
        snapshot.Systems.Select(s => s.Terms.Retention.Class).Append(UnboundClass).Distinct();
}

/// <summary>Where a gateway keeps its things and how long it waits.</summary>
public sealed record GatewayOptions
{
    public required SpoolOptions Spool { get; init; }

    /// <summary>The snapshot in force, as it was signed.</summary>
    public required string SnapshotFolder { get; init; }

    /// <summary>Sealed hour keys of payloads.</summary>
    public required string HourKeyFolder { get; init; }

    /// <summary>The secret that subjects are committed under.</summary>
    public required string SubjectKeyFile { get; init; }

    /// <summary>How long a release waits for its record.</summary>
    /// <value>Default 500 ms.</value>
    public TimeSpan RecordPatience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The usual places under a data folder.</summary>
    /// <param name="node">This gateway's id; stands in every record.</param>
    public static GatewayOptions Under(string dataFolder, string node) => new()
    {
        Spool = new SpoolOptions { Directory = Path.Combine(dataFolder, "spool", node), Node = node },
        SnapshotFolder = Path.Combine(dataFolder, "snapshot"),
        HourKeyFolder = Path.Combine(dataFolder, "hour-keys"),
        SubjectKeyFile = Path.Combine(dataFolder, "keys", "subject.key"),
    };
}
