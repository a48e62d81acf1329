using Microsoft.Extensions.Logging;
using Provost.Control.Custody;
using Provost.Control.Custody.Processes;
using Provost.Control.Governance;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Payloads;
using Provost.Ledger.Spool;
using Provost.Ledger.Tree;
using Provost.Ledger.Verification;

namespace Provost.Server.Start;

/// <summary>
/// What stands before anything is served: Control's own spool, who holds the keys, and the governance folded from log
/// and spool.
/// Writes the genesis at the first start.
/// </summary>
internal sealed class Foundation : IAsyncDisposable
{
    private static readonly TimeSpan CustodiansWithin = TimeSpan.FromSeconds(30);

    private Foundation(
        string data, Spool control, GovernanceLog log, PayloadSealer sealer, Custodians custodians) =>
        (Data, Control, Log, Sealer, Custodians) = (data, control, log, sealer, custodians);

    public string Data { get; }

    public Spool Control { get; }

    /// <summary>The processes that hold the platform's keys.</summary>
    public Custodians Custodians { get; }

    public GovernanceLog Log { get; }

    public PayloadSealer Sealer { get; }

    public string LedgerFolder => Path.Combine(Data, "ledger");

    public string PayloadFolder => Path.Combine(Data, "payloads");

    public string SpoolRoot => Path.Combine(Data, "spool");

    public string TrustFile => Path.Combine(Data, "trust.json");

    /// <summary>Opens or founds.</summary>
    /// <exception cref="InvalidOperationException">Parts of the folder do not belong together.</exception>
    public static async Task<Foundation> OpenAsync(
        ServerOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var data = options.Data;
        var spool = Spool.Open(
            new SpoolOptions { Directory = Path.Combine(data, "spool", SpoolJournal.Node), Node = SpoolJournal.Node },
            time);
        var past = Past(data, spool);
        var hours = Path.Combine(data, "hour-keys");
        var custodians = await Custodians.StartAsync(data, hours, time, logs, cancellationToken);
        var sealer = new PayloadSealer(hours, time);
        GovernanceLog? log = null;
        log = new GovernanceLog(
            past, SpoolJournal.Over(spool, sealer, () => log!.State.Epoch), time, logs.CreateLogger<GovernanceLog>());
        if (log.State.Genesis is null)
            await FoundAsync(options, log, custodians, cancellationToken);

        var payloadKey = log.State.Founded.Facts.Payload;
        sealer.UsePayloadKey(Convert.FromBase64String(payloadKey));
        custodians.Vault.Expect(payloadKey);
        custodians.Signer.Serve(log, new BlobStore(Path.Combine(data, "blobs")));
        await SayCustodyAsync(log, custodians.Level, cancellationToken);
        return new Foundation(data, spool, log, sealer, custodians);
    }

    /// <summary>What the gateway is pinned to: the trust file; at the first start the genesis.</summary>
    public SnapshotTrust Trust()
    {
        var genesis = Log.State.Founded;
        if (!File.Exists(TrustFile))
        {
            return new SnapshotTrust
            {
                Org = genesis.Facts.Org,
                Origin = genesis.Facts.Origin,
                SnapshotKeys = [genesis.SnapshotKey],
                WarrantKeys = [genesis.WarrantKey],
            };
        }

        var pinned = Ledger.Verification.TrustFile.Parse(File.ReadAllBytes(TrustFile));
        return new SnapshotTrust
        {
            Org = pinned.Org,
            Origin = pinned.Origin,
            SnapshotKeys = pinned.Snapshot,
            WarrantKeys = pinned.Warrant,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Custodians.DisposeAsync();
        await Control.DisposeAsync();
        Log.Dispose();
    }

    private static async Task FoundAsync(
        ServerOptions options, GovernanceLog log, Custodians custodians, CancellationToken cancellationToken)
    {
        await custodians.WaitAsync(CustodiansWithin, cancellationToken);
        var request = new GenesisRequest(
            options.Org, options.Origin, custodians.Level.Level, custodians.Vault.PublicKey);
        await GenesisCeremony.FoundAsync(log, custodians.Signer, request, cancellationToken);
    }

    /// <summary>A better or worse custody than the log tells of is an entry of its own.</summary>
    private static async Task SayCustodyAsync(
        GovernanceLog log, CustodyLevel level, CancellationToken cancellationToken)
    {
        if (log.State.Custody == level.Level)
            return;

        var said = await log.AppendAsync(
            GovernanceDraft.Of(
                Actor.Self, "custody", new CustodyChanged { Level = level.Level, Why = level.Why }),
            cancellationToken);
        if (said is GovernanceOutcome.Refused refused)
            throw new InvalidOperationException(refused.Fault.Message);
    }

    private static List<GovernanceEntry> Past(string data, Spool control)
    {
        var ledger = Path.Combine(data, "ledger");
        Directory.CreateDirectory(ledger);
        long size;
        using (var end = TileLogWriter.Open(ledger))
        {
            size = end.Size;
        }

        return [.. SpoolJournal.Read(new TileLogReader(ledger), size, control.Directory, control.DurableThrough + 1)];
    }
}
