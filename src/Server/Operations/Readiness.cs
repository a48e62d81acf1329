using System.Text.Json.Nodes;
using Provost.Control.Custody.Processes;
using Provost.Control.Governance;
using Provost.Control.Storage;
using Provost.Gateway.Pipeline;
using Provost.Ledger.Sequencing;

namespace Provost.Server.Operations;

/// <summary>What <c>/readyz</c> says: each part with its state, and what is not ready by name.</summary>
internal sealed class Readiness(
    GatewayHost gateway, Sequencer sequencer, Database database, GovernanceLog log, Custodians custodians,
    Func<int> anchorsFailing, Func<bool> isStopping)
{
    /// <summary>The document and whether all that serving needs is there.</summary>
    public (bool Ready, JsonObject Document) Look()
    {
        var spool = gateway.Spool.Health;
        var fault = sequencer.Health.Fault;
        var notReady = new List<string>();
        if (isStopping())
            notReady.Add("stopping: calls in flight are drained");
        if (gateway.Snapshots.Current is null)
            notReady.Add("snapshot: none is in force yet");
        if (!spool.IsHealthy)
            notReady.Add($"spool: {spool.Reason}");
        if (custodians.SignerAway is { } away)
            notReady.Add($"signer: {away} (serving and recording go on; checkpoints and snapshots wait)");
        if (custodians.VaultAway is { } closed)
            notReady.Add($"vault: {closed} (serving and recording go on; contents cannot be read)");
        if (fault is not null)
            notReady.Add($"ledger: {fault}");
        if (!database.IsUp)
            notReady.Add($"database: {database.State.Reason ?? "starting"} (serving and recording go on without it)");

        var snapshot = gateway.Snapshots.Current;
        return (notReady.Count == 0, new JsonObject
        {
            ["ready"] = notReady.Count == 0,
            ["notReady"] = new JsonArray([.. notReady.Select(n => (JsonNode)n)]),
            ["custody"] = custodians.Level.Level,
            ["custodyWhy"] = custodians.Level.Why,
            ["origin"] = log.State.Founded.Facts.Origin,
            ["epoch"] = snapshot?.Epoch ?? 0,
            // Counts alone: names of systems are no stranger's business, the server's own log has them.
            ["findings"] = new JsonObject
            {
                ["warrantsNotAdmitted"] = snapshot?.NotAdmitted.Count ?? 0,
                ["releasesNotServed"] = snapshot?.NotServed.Count ?? 0,
                ["anchorsFailing"] = anchorsFailing(),
            },
            ["ledger"] = new JsonObject
            {
                ["size"] = sequencer.Health.Size,
                ["committed"] = sequencer.CommittedSize,
            },
        });
    }
}
