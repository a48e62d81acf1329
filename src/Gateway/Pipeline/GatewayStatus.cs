using Provost.Ledger.Records;
using Provost.Ledger.Spool;

namespace Provost.Gateway.Pipeline;

/// <summary>What a gateway does right now, for the console, readiness and metrics. Counts since start.</summary>
/// <param name="Epoch">Of the snapshot in force; 0 before the first.</param>
/// <param name="SnapshotAge">Since it was issued; null before the first.</param>
public sealed record GatewayStatus(
    string Node, long Epoch, TimeSpan? SnapshotAge, IReadOnlyList<SystemStatus> Systems, SpoolHealth Spool);

/// <param name="Calls">Calls that ended, by outcome.</param>
/// <param name="Answered">
/// Outcomes that the log owes: those whose record this node knows to be durable, and answers that left without one.
/// </param>
public sealed record SystemStatus(
    string System, string Environment, int InFlight, IReadOnlyDictionary<Outcome, long> Calls, long Answered);
