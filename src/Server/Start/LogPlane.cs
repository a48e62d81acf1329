using Microsoft.Extensions.Logging;
using Provost.Control.Custody;
using Provost.Control.Decisions;
using Provost.Gateway.Pipeline;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Sequencing;
using Provost.Ledger.Vault;

namespace Provost.Server.Start;

/// <summary>From spools to log: the sequencer, what it needs at the start, and the vault over what it stored.</summary>
internal sealed class LogPlane : IDisposable
{
    private LogPlane(
        Sequencer sequencer, IPayloadVault keys, Vault vault, Rewrapping rewrapping, PayloadSweep sweep)
    {
        (Sequencer, Keys, Vault, Rewrapping, Sweep) = (sequencer, keys, vault, rewrapping, sweep);
        Feed = LeafFeed.From(sequencer.Log, () => sequencer.CommittedSize, sequencer.WaitForSizeAsync);
    }

    public Sequencer Sequencer { get; }

    public Vault Vault { get; }

    public IPayloadVault Keys { get; }

    public Rewrapping Rewrapping { get; }

    public PayloadSweep Sweep { get; }

    /// <summary>The committed log as index and signals tail it, read and parsed once for both.</summary>
    public LeafFeed Feed { get; }

    /// <summary>
    /// Opens the log, takes in what the spools hold from before, writes the trust file after the genesis, and closes
    /// the calls that the last end of the server cut.
    /// </summary>
    public static LogPlane Open(Foundation foundation, GatewayHost gateway, TimeProvider time, ILoggerFactory logs)
    {
        var sequencer = new Sequencer(
            new SequencerOptions
            {
                LedgerDirectory = foundation.LedgerFolder,
                PayloadDirectory = foundation.PayloadFolder,
                CheckpointEvery = TimeSpan.FromMilliseconds(250),
            },
            SpoolSource.Discover(foundation.SpoolRoot, [foundation.Control, gateway.Spool]),
            foundation.Custodians.Signer,
            time);
        sequencer.TakeIn(); // signed once the signer answers: serving does not wait for it
        if (!File.Exists(foundation.TrustFile))
        {
            sequencer.RunOnce();
            GenesisCeremony.WriteTrust(
                foundation.TrustFile, foundation.Log.State.Founded, sequencer.Log.ReadLeaf(0).Span);
        }

        CloseOrphans(sequencer, gateway, time, logs);
        var keys = foundation.Custodians.Vault;
        var rewrapping = new Rewrapping(
            new PayloadRewrap(keys, sequencer.Log, foundation.PayloadFolder), sequencer,
            [foundation.Control, gateway.Spool], time, logs.CreateLogger<Rewrapping>());
        return new LogPlane(
            sequencer, keys, new Vault(new PayloadStore(foundation.PayloadFolder), keys), rewrapping,
            new PayloadSweep(keys, foundation.PayloadFolder));
    }

    public void Dispose()
    {
        Rewrapping.Dispose();
        Sequencer.Dispose();
    }

    private static void CloseOrphans(Sequencer sequencer, GatewayHost gateway, TimeProvider time, ILoggerFactory logs)
    {
        var orphans = OrphanIntents.Find(sequencer.OpenIntents, sequencer.Log, _ => true);
        foreach (var intent in orphans)
        {
            var draft = RecordDraft.Rent();
            var now = time.GetUtcNow();
            OrphanIntents.Close(intent, draft, gateway.Spool.Node, Guid.CreateVersion7(now), now);
            gateway.Spool.Append(draft);
        }

        if (orphans.Count > 0)
            StartLog.Orphans(logs.CreateLogger<LogPlane>(), orphans.Count);
    }
}
