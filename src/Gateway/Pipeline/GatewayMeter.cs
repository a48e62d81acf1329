using System.Diagnostics;
using System.Diagnostics.Metrics;
using Provost.Ledger.Records;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// The meter <c>Provost.Gateway</c>: calls, their duration, what is in flight, the snapshot's epoch and age.
/// </summary>
internal sealed class GatewayMeter : IDisposable
{
    public const string Name = "Provost.Gateway";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _calls;
    private readonly Counter<long> _ungoverned;
    private readonly Histogram<double> _seconds;

    public GatewayMeter(GatewayHost host)
    {
        _calls = _meter.CreateCounter<long>("provost.gateway.calls", description: "Calls by system and outcome");
        _ungoverned = _meter.CreateCounter<long>(
            "provost.gateway.calls.ungoverned", description: "Calls under an adoption: nothing of them was approved");
        _seconds = _meter.CreateHistogram<double>(
            "provost.gateway.call.duration", "s", "From the first byte in to the last byte out");
        _meter.CreateObservableGauge(
            "provost.gateway.in_flight",
            () => host.Status().Systems.Select(s => new Measurement<int>(
                s.InFlight, new("system", s.System), new("environment", s.Environment))));
        _meter.CreateObservableGauge("provost.gateway.snapshot.epoch", () => host.Snapshots.Current?.Epoch ?? 0);
        _meter.CreateObservableGauge(
            "provost.gateway.snapshot.age", () => host.Status().SnapshotAge?.TotalSeconds ?? -1, "s");
        _meter.CreateObservableGauge(
            "provost.gateway.snapshot.warrants_not_admitted", () => host.Snapshots.Current?.NotAdmitted.Count ?? 0,
            description: "Warrants in the snapshot in force that do not verify");
        _meter.CreateObservableGauge(
            "provost.gateway.spool.backlog", () => host.Spool.Health.BacklogBytes, "By");
        _meter.CreateObservableGauge("provost.gateway.spool.healthy", () => host.Spool.Health.IsHealthy ? 1 : 0);
    }

    public void Count(string system, string environment, Outcome outcome, TimeSpan duration)
    {
        var tags = new TagList
        {
            { "system", system }, { "environment", environment }, { "outcome", Words.Of(outcome) },
        };
        _calls.Add(1, tags);
        _seconds.Record(duration.TotalSeconds, tags);
    }

    public void CountUngoverned(string system, string environment) =>
        _ungoverned.Add(1, new TagList { { "system", system }, { "environment", environment } });

    public void Dispose() => _meter.Dispose();
}
