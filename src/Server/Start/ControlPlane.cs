using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Provost.Control;
using Provost.Control.Access;
using Provost.Control.Access.Passkeys;
using Provost.Control.Anchors;
using Provost.Control.Custody;
using Provost.Control.Decisions;
using Provost.Control.Drills;
using Provost.Control.Erasure;
using Provost.Control.Evidence;
using Provost.Control.Found;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Incidents;
using Provost.Control.Ingest;
using Provost.Control.Notices;
using Provost.Control.Registry;
using Provost.Control.Response;
using Provost.Control.Retention;
using Provost.Control.Reviews;
using Provost.Control.Signals;
using Provost.Control.Storage;
using Provost.Control.Vendors;
using Provost.Gateway.Pipeline;
using Provost.Ledger.Export;

namespace Provost.Server.Start;

/// <summary>
/// Control in one process: the database, the desks that people's acts go through, snapshots, signals and response. None
/// of it is needed for the gateway to go on serving.
/// </summary>
internal sealed partial class ControlPlane : IAsyncDisposable
{
    private readonly Foundation _foundation;
    private readonly GatewayHost _gateway;
    private readonly LogPlane _log;
    private readonly PlatformFile _platform;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly PrivatePostgres? _postgres;
    private readonly ControlDesks _desks;
    private readonly ReleaseShelf _shelf;
    private readonly SignalEngine _engine;
    private readonly Watchers _watchers;
    private readonly DecisionQuery _query;
    private readonly RotationDesk _rotations;
    private readonly AnchorKeeper _anchors;
    private readonly ExportDesk _exports;
    private readonly VerificationDesk _verification;
    private Reconciliation? _reconciliation;
    private readonly BundleDesk _bundles;
    private Uri _address = new("http://127.0.0.1:7401");

    private ControlPlane(
        ServerOptions options, PlatformFile platform, Foundation foundation, GatewayHost gateway, LogPlane log,
        TimeProvider time, ILoggerFactory logs)
    {
        (_foundation, _gateway, _log, _platform, _time, _logs) = (foundation, gateway, log, platform, time, logs);
        _postgres = options.Database is null
            ? PrivatePostgres.Start(
                new PrivatePostgresOptions { DataFolder = options.Data }, time, logs.CreateLogger<PrivatePostgres>())
            : null;
        Database = new Database(
            options.Database ?? _postgres!.ConnectionString, time, logs.CreateLogger<Database>());
        var blobs = new BlobStore(Path.Combine(options.Data, "blobs"));
        _engine = new SignalEngine(platform.SignalOptions);
        _desks = new ControlDesks(new ControlParts
        {
            Log = foundation.Log,
            Signer = foundation.Custodians.Signer,
            Blobs = blobs,
            Database = Database,
            Time = time,
            Loggers = logs,
            Registry = new RegistryOptions { Providers = [.. platform.Platform.Providers.Keys] },
            Points =
            [
                new EnforcementPoint(
                    gateway.Options.Spool.Node, gateway.Snapshots.Take, gateway.Snapshots.Tighten),
            ],
            Checkpoint = Checkpoint,
            Committed = () => log.Sequencer.CommittedSize,
            Rescore = gateway.Rescoring.ScoreAsync,
            Judge = gateway.Judging.AskAsync,
            Replay = (call, stop) => RehearsalLane.CallAsync(gateway, call, stop),
            Signals = _engine.Read,
            Issuers = gateway.Egress.CreateInvoker(TimeSpan.FromSeconds(5)),
            OpenId = platform.SignIn,
            Passkeys = new PasskeyOrigin(platform.Console),
            Content = (row, _) => Task.FromResult(log.Vault.Content(log.Sequencer.Log, row)),
            Vault = new VaultParts
            {
                Keys = log.Keys,
                CatchUpAsync = log.Rewrapping.RunAsync,
                ReadEntry = log.Sequencer.Log.ReadLeaf,
                AliasOf = gateway.AliasOf,
            },
            Retention = platform.Retention ?? RetentionSchedule.Load(),
        });
        _shelf = new ReleaseShelf(foundation.Log, blobs);
        _watchers = new Watchers(foundation.Log, _shelf, _engine, logs.CreateLogger<Watchers>());
        _query = new DecisionQuery(Database);
        _anchors = AnchorWiring.Keeper(
            platform, options.Data, gateway.Egress, CheckpointNote, foundation.Log, time, logs);
        _rotations = new RotationDesk(foundation.Log, foundation.Custodians.Signer.NextKey, time);
        _exports = new ExportDesk(foundation.Log, _query, () => log.Sequencer.CommittedSize);
        _verification = new VerificationDesk(
            foundation.LedgerFolder, foundation.TrustFile, BehindScheduler.Begin, time);
        _bundles = Bundles();
    }

    public Database Database { get; }

    /// <summary>Anchors that take no checkpoint now.</summary>
    public int AnchorsFailing => _anchors.States.Count(s => s.Failure is not null);

    /// <summary>The code of a first start, null once there are people.</summary>
    public string? SetupCode =>
        _foundation.Log.State.Roster.People.Count == 0 ? _desks.SetupCode.Text : null;

    public static ControlPlane Open(
        ServerOptions options, PlatformFile platform, Foundation foundation, GatewayHost gateway, LogPlane log,
        TimeProvider time, ILoggerFactory logs) => new(options, platform, foundation, gateway, log, time, logs);

    /// <summary>Every route of the control listener that is not the console's.</summary>
    public void MapApi(WebApplication app)
    {
        var (log, identity) = (_foundation.Log, _desks.Identity);
        var api = app.MapControlApi(_desks);
        CustodyApi.Map(api, log, Resets(), _rotations, _anchors);
        new VerificationApi(log, _verification, () => _reconciliation?.Balances ?? []).Map(api);
        var decisions = new DecisionEndpoints(identity, log, _query, new DecisionExport(_query), _exports);
        decisions.Map(app);
        new FoundEndpoints(identity, log, new FoundCallers(Database), Triager, _time).Map(app);
        new SignalEndpoints(identity, log, _engine, _time).Map(app);
        new IncidentEndpoints(identity, log, Acknowledge(), Close(), _desks.Directory.NameOf).Map(app);
        new LedgerEndpoints(
            identity, log, decisions, _log.Sequencer.Log, Receipts(), _bundles, _desks.Reveals,
            row => _log.Vault.Reveal(_log.Sequencer.Log, row), _foundation.LedgerFolder,
            () => _log.Sequencer.CommittedSize).Map(app);
        var links = app.MapGroup("").ExcludeFromDescription();
        links.AddEndpointFilter(async (call, next) =>
        {
            // the page of a link holds a token in its address: nothing of it may leave, and nothing may be loaded
            var headers = call.HttpContext.Response.Headers;
            headers.ContentSecurityPolicy =
                "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-store";
            headers.XContentTypeOptions = "nosniff";
            return await next(call);
        });
        links.MapAcknowledge(Acknowledge());
        links.MapDrills(log, _desks.Drills);
    }

    /// <summary>The console's real address, for the links in pages.</summary>
    public void UseAddress(string address) => _address = new Uri(address);

    /// <summary>Issues a snapshot of what stands, and begins everything that runs beside the listeners.</summary>
    public async Task BeginAsync(Work work, CancellationToken cancellationToken)
    {
        Database.Start();
        _watchers.Watch(_foundation.Log.State);
        _foundation.Log.Changed += _watchers.Watch;
        _foundation.Custodians.SignerBegan = _desks.Publisher.Wake;
        await _desks.Publisher.PublishAsync(cancellationToken);
        work.Keep("the sequencer", _log.Sequencer.RunAsync);
        work.Keep("changes of people that waited", async stop =>
        {
            await Database.WhenUpAsync(stop);
            await _desks.Roster.LoadAsync(stop);
        });
        work.Keep("the names of people", stop => _desks.Directory.RunAsync(Database, _time, stop));
        work.Keep("the snapshot's renewal", _desks.Publisher.RunAsync);
        var indexer = new DecisionIndexer(
            _log.Feed, Database, (source, _) => _log.Vault.SourceAsync(source), _time,
            _logs.CreateLogger<DecisionIndexer>());
        work.KeepBehind("the index of decisions", indexer.RunAsync);
        work.EveryBehind(TimeSpan.FromSeconds(1), "the vault's re-wrapping", _log.Rewrapping.RunAsync);
        work.Every(TimeSpan.FromMinutes(1), "what the log orders of the vault", _ =>
        {
            _desks.VaultOrders.CarryOut();
            return Task.CompletedTask;
        });
        work.Every(TimeSpan.FromSeconds(1), "variants of envelopes", _desks.Variants.TickAsync);
        work.Every(TimeSpan.FromHours(1), "the end of terms", EndTermsAsync);
        work.EveryBehind(TimeSpan.FromHours(1), "the sweep of destroyed contents", SweepAsync);
        work.Every(TimeSpan.FromSeconds(10), "the anchors of checkpoints", _anchors.TickAsync);
        work.Every(SignInBook.Window, "sign-ins that failed", _desks.SignIns.FlushAsync);
        work.Every(TimeSpan.FromSeconds(30), "the end of former log keys", _rotations.EndDueAsync);
        var options = new ResponseOptions { Console = _address };
        _desks.Drills.Use(new DrillWays(
            person => ResponseWiring.ContactOf(_foundation.Log, _desks.Directory, person),
            ResponseWiring.Channels(_platform.Platform, _gateway.Egress, _time), _address, options.ChannelTimeout));
        var response = Response();
        work.Every(TimeSpan.FromSeconds(1), "the response", response.TickAsync);
        work.Every(TimeSpan.FromMinutes(1), "the notices", Notices().TickAsync);
        work.EveryBehind(TimeSpan.FromMinutes(1), "which records calls confirm", _desks.Findings.RefreshAsync);
        work.Every(
            TimeSpan.FromSeconds(30), "systems without an owner",
            new SuspensionClock(_foundation.Log, _desks.Orders, _time).TickAsync);
        work.Every(
            TimeSpan.FromSeconds(1), "the evidence of incidents", new IncidentHolds(_foundation.Log, _time).TickAsync);
        var samples = new SampleFeed(
            _log.Feed,
            _engine,
            new SignalStateFile(Path.Combine(_foundation.Data, "signals.json")),
            new SampleReader(_log.Vault.Features, _shelf.BaselineOf),
            response.HandleAsync,
            _watchers.Restarted,
            new ServedWatch(
                _foundation.Log, (system, digest) => _shelf.Find(system, digest)?.Release, response.HandleAsync)
                .TakeAsync,
            _time,
            _logs.CreateLogger<SampleFeed>());
        work.KeepBehind("the signals", samples.RunAsync);
        var reconciliation = _reconciliation = new Reconciliation(
            Tally, _log.Feed, () => _log.Sequencer.Health is { } health && health.Size > health.CommittedSize,
            (gap, stop) => response.HandleAsync(Breach(gap), stop), _time);
        work.KeepBehind("the reconciliation", reconciliation.RunAsync);
        work.Every(TimeSpan.FromSeconds(5), "the node's count", reconciliation.AskAsync);
        work.Every(TimeSpan.FromMinutes(1), "the node's head", NodeWatch(response).TickAsync);
    }

    /// <summary>Writes what is gathered for a while before it is written; the listeners are closed by then.</summary>
    public Task SettleAsync() => _desks.SignIns.FlushAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _foundation.Log.Changed -= _watchers.Watch;
        _desks.Dispose();
        await Database.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    private async Task EndTermsAsync(CancellationToken cancellationToken)
    {
        var runs = await _desks.Retention.RunAsync(Actor.Self, cancellationToken);
        if (runs.Fault is { } fault)
            throw new InvalidOperationException(fault.Message);
    }

    private Task SweepAsync(CancellationToken cancellationToken)
    {
        var swept = _log.Sweep.Run(cancellationToken);
        if (swept.Files > 0)
            StartLog.Swept(_logs.CreateLogger<ControlPlane>(), swept.Files, swept.Bytes);

        return Task.CompletedTask;
    }

    private ResponseLoop Response() => new(
        new ResponseOptions { Console = _address },
        new ResponseWiring(_foundation.Log, _desks.Orders, _shelf, _desks.Directory, _engine, _time).Ports(),
        ResponseWiring.Channels(_platform.Platform, _gateway.Egress, _time),
        _time,
        _logs.CreateLogger<ResponseLoop>());

    private NoticeLoop Notices() => new(
        [WarrantEnds.Due, AdoptionEnds.Due, VendorShutdowns.Due, ReviewNotices.Due], _foundation.Log,
        person => ResponseWiring.ContactOf(_foundation.Log, _desks.Directory, person),
        ResponseWiring.Channels(_platform.Platform, _gateway.Egress, _time),
        new ResponseOptions { Console = _address }, _time, _logs.CreateLogger<NoticeLoop>());

    private ReceiptDesk Receipts() => new(_foundation.Log, _query, _log.Sequencer.Log, Checkpoint);

    private ResetDesk Resets() => new(
        _foundation.Log,
        new ResetPorts
        {
            Signer = _foundation.Custodians.Signer.Stand,
            Tree = atMost =>
            {
                var (size, root) = _log.Sequencer.Stored(atMost);
                return new ResetTree(size, Convert.ToBase64String(root));
            },
            Published = () => _log.Sequencer.CommittedSize,
            Stalled = () => _log.Sequencer.Health.Fault,
            Epoch = () => _gateway.Snapshots.Current?.Epoch ?? 0,
        },
        _time);

    /// <summary>The counters first: every answer counted has its record up to the number that follows.</summary>
    private NodeTally Tally()
    {
        var status = _gateway.Status();
        return new NodeTally(
            status.Node, status.Systems.ToDictionary(s => (s.System, s.Environment), s => s.Answered),
            _gateway.Spool.DurableThrough);
    }

    private NodeWatch NodeWatch(ResponseLoop response) => new(
        _foundation.Log,
        new NodeWatchPorts
        {
            Node = _gateway.Spool.Node,
            Head = _gateway.Spool.Head,
            Committed = () => _log.Sequencer.Health is { SignedAt: not null, Fault: null }
                ? _log.Sequencer.Committed.NextOfNode
                : null,
            Feed = _log.Feed,
            Page = (system, gap, stop) => response.HandleAsync(
                Incomplete(system, gap.HeadAt, gap.HeadAt, gap.To - gap.From + 1, gap.To + 1, gap.Words), stop),
        });

    /// <summary>Answers without a record, as the response takes them: the owner is paged.</summary>
    private SignalEvent.Breach Breach(CompletenessGap gap) => Incomplete(
        new SystemKey(gap.Balance.System, gap.Balance.Environment), gap.Balance.At, gap.Since, gap.Balance.Missing,
        gap.Balance.Answered, gap.Evidence);

    private SignalEvent.Breach Incomplete(
        SystemKey key, DateTimeOffset at, DateTimeOffset since, long missing, long of, string evidence)
    {
        var warrants = _foundation.Log.State.Warrants;
        var warrant = warrants.Live(key, at) ?? warrants.Issued.FindLast(w => w.Key == key);
        return new SignalEvent.Breach
        {
            Key = new ReleaseKey(key.System, key.Environment, warrant?.Release ?? ""),
            Warrant = warrant?.Id ?? Guid.Empty,
            Signal = CompletenessGap.Signal,
            At = at,
            Since = since,
            Value = missing,
            Limit = 0,
            Rows = of,
            LogEvidence = 0,
            Evidence = evidence,
        };
    }

    private BundleDesk Bundles()
    {
        var sequencer = _log.Sequencer;
        return new BundleDesk(
            _foundation.Log,
            _query,
            new BundleSource
            {
                Reader = sequencer.Log,
                Heads = () =>
                {
                    var (size, nodes) = sequencer.Committed;
                    return (size, [.. nodes.Where(n => n.Value > 0).Select(n => new NodeHead(n.Key, n.Value - 1))]);
                },
                WaitForAsync = (position, stop) => sequencer.WaitForNodeAsync(SpoolJournal.Node, position, stop),
                Checkpoint = Checkpoint,
            },
            _time);
    }

    private AcknowledgePage Acknowledge() => new(() => _foundation.Log.State.Incidents, AppendAsync, _time);

    private CloseIncident Close() => new(() => _foundation.Log.State.Incidents, AppendAsync, _time);

    private Task AppendAsync(IncidentEvent said, CancellationToken cancellationToken) =>
        IncidentJournal.AppendAsync(_foundation.Log, said, cancellationToken);

    /// <summary>The name of who looks into unregistered callers; the address while nobody of it is known.</summary>
    private string Triager() => TriagerId() is { } id
        ? _desks.Directory.NameOf(id)
        : "nobody: name a triager in the settings";

    /// <summary>The person of the address in the settings; the address itself while nobody of it is known.</summary>
    private string? TriagerId() => _platform.Triager is not { } mail
        ? null
        : _foundation.Log.State.Roster.People.Keys
            .FirstOrDefault(p => string.Equals(
                _desks.Directory.Find(p)?.Mail, mail, StringComparison.OrdinalIgnoreCase)) ?? mail;

    private ReadOnlyMemory<byte>? ReadLeaf(long index) =>
        index >= 0 && index < _log.Sequencer.CommittedSize ? _log.Sequencer.Log.ReadLeaf(index) : null;

    private byte[]? CheckpointNote() => Checkpoint() is { } text ? System.Text.Encoding.UTF8.GetBytes(text) : null;

    private string? Checkpoint()
    {
        var file = Path.Combine(_foundation.LedgerFolder, "checkpoint");
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }
}
