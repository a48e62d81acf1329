using Microsoft.Extensions.Logging;
using Provost.Control.Custody;
using Provost.Control.Governance;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Payloads;
using Provost.Ledger.Spool;
using Provost.Ledger.Tree;
using Provost.Ledger.Verification;

namespace Provost.Server.Start;

/// <summary>
/// What stands before anything is served: Control's own spool, the keys, and the governance folded from log and spool.
/// Writes the genesis at the first start.
/// </summary>
internal sealed class Foundation : IAsyncDisposable
{
    private Foundation(string data, Spool control, Keyring keys, GovernanceLog log, PayloadSealer sealer) =>
        (Data, Control, Keys, Log, Sealer) = (data, control, keys, log, sealer);

    public string Data { get; }

    public Spool Control { get; }

    public Keyring Keys { get; }

    public GovernanceLog Log { get; }

    public PayloadSealer Sealer { get; }

    public string LedgerFolder => Path.Combine(Data, "ledger");

    public string PayloadFolder => Path.Combine(Data, "payloads");

    public string HourKeyFolder => Path.Combine(Data, "hour-keys");

    public string VaultFolder => Path.Combine(Data, "vault");

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
        var isFounded = past.Count > 0 || File.Exists(Path.Combine(data, "trust.json"));
        var keys = Keyring.Open(Path.Combine(data, "keys"), isFounded);
        var sealer = new PayloadSealer(Path.Combine(data, "hour-keys"), time);
        sealer.UsePayloadKey(keys.PayloadPublicKey);
        GovernanceLog? log = null;
        log = new GovernanceLog(
            past, SpoolJournal.Over(spool, sealer, () => log!.State.Epoch), time, logs.CreateLogger<GovernanceLog>());
        await GenesisCeremony.FoundAsync(log, keys, options.Org, options.Origin, cancellationToken);
        if (GenesisCeremony.Mismatch(log.State.Founded, keys) is { } mismatch)
            throw new InvalidOperationException(mismatch);

        return new Foundation(data, spool, keys, log, sealer);
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

    /// <summary>The signer of checkpoints; its memory begins with the log and never again.</summary>
    public CheckpointSigner Signer()
    {
        var memory = Path.Combine(Data, "signer", "checkpoint");
        var origin = Log.State.Founded.Facts.Origin;
        return !File.Exists(memory) && !File.Exists(Path.Combine(LedgerFolder, "checkpoint"))
            ? CheckpointSigner.Create(memory, origin, Keys.Log)
            : CheckpointSigner.Open(memory, origin, Keys.Log);
    }

    public async ValueTask DisposeAsync()
    {
        await Control.DisposeAsync();
        Log.Dispose();
        Keys.Dispose();
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
