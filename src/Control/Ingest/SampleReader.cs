using System.Text.Json;
using Provost.Control.Decisions;
using Provost.Control.Signals;
using Provost.Control.Signals.Drift;
using Provost.Ledger.Records;

namespace Provost.Control.Ingest;

/// <summary>Gives the plain bytes of a record's payload; null when it is gone or cannot be opened.</summary>
/// <param name="node">The node that wrote the record.</param>
/// <param name="nodeSeq">The record's number there.</param>
/// <param name="decision">The decision it belongs to.</param>
/// <param name="field">Which payload.</param>
/// <param name="hmac">The commitment in the record.</param>
public delegate byte[]? PayloadReader(string node, long nodeSeq, Guid decision, PayloadField field, string hmac);

/// <summary>The baseline of a release, and the order in which it declares its features.</summary>
public sealed record FeatureBaseline(Baseline Baseline, IReadOnlyList<string> Order);

/// <summary>
/// Turns the leaf of a decision's outcome into what signals may know of it. Features are opened here, counted per
/// frozen bin, and forgotten: signals never see a value.
/// </summary>
public sealed class SampleReader(PayloadReader payloads, Func<string, FeatureBaseline?> baselineOf)
{
    /// <summary>The sample of a leaf, null when the leaf is no outcome of a bound decision.</summary>
    /// <exception cref="FormatException">It is one, and lacks what every outcome says.</exception>
    public SignalSample? Read(LogLeaf leaf)
    {
        var record = leaf.Record;
        if (record.Type != "decision.outcome"
            || record is not { System: { } system, Environment: { } environment, Release: { } release })
        {
            return null;
        }

        return new SignalSample
        {
            System = system,
            Environment = environment,
            Release = release,
            Time = record.Time,
            Outcome = ToOutcome(record.Outcome),
            Code = record.Code,
            UpstreamMicros = record.SaysUpstream ? record.UpstreamUs : throw Lacks("timing.upstream"),
            Drill = record.Drill ?? throw Lacks("drill"),
            Features = record.Has(RecordMember.Features) ? Count(leaf, release) : throw Lacks("features"),
        };
    }

    private FeatureCounts? Count(LogLeaf leaf, string release)
    {
        if (leaf.Record.FeaturesHmac is not { } committed || baselineOf(release) is not { } baseline)
            return null;

        var plain = payloads(leaf.Node, leaf.NodeSeq, leaf.Record.Decision, PayloadField.Features, committed);
        if (plain is null)
            return null;

        using var request = JsonDocument.Parse(plain);
        return TensorFeatures.Read(request.RootElement, baseline.Order) is { } rows
            ? baseline.Baseline.Count(rows)
            : null;
    }

    private static SampleOutcome ToOutcome(string? word) => word switch
    {
        "allowed" => SampleOutcome.Allowed,
        "redacted" => SampleOutcome.Redacted,
        "blocked" => SampleOutcome.Blocked,
        "held" => SampleOutcome.Held,
        "fallback" => SampleOutcome.Fallback,
        _ => throw Lacks("outcome"),
    };

    private static FormatException Lacks(string member) => new($"The outcome's {member} is missing or unknown.");
}
