using System.Text.Json;
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
    public SignalSample? Read(ReadOnlyMemory<byte> leafBytes)
    {
        using var document = JsonDocument.Parse(leafBytes);
        var leaf = document.RootElement;
        var record = leaf.GetProperty("record");
        if (record.GetProperty("type").GetString() != "decision.outcome"
            || Text(record, "system") is not { } system
            || Text(record, "environment") is not { } environment
            || Text(record, "release") is not { } release)
        {
            return null;
        }

        return new SignalSample
        {
            System = system,
            Environment = environment,
            Release = release,
            Time = record.GetProperty("time").GetDateTimeOffset(),
            Outcome = Enum.Parse<SampleOutcome>(record.GetProperty("outcome").GetString()!, ignoreCase: true),
            Code = Text(record, "code"),
            UpstreamMicros = Micros(record.GetProperty("timing").GetProperty("upstream")),
            Drill = record.GetProperty("drill").GetBoolean(),
            Features = Count(leaf, record, release),
        };
    }

    private FeatureCounts? Count(JsonElement leaf, JsonElement record, string release)
    {
        if (record.GetProperty("features") is not { ValueKind: JsonValueKind.Object } committed
            || baselineOf(release) is not { } baseline)
        {
            return null;
        }

        var plain = payloads(
            leaf.GetProperty("node").GetString()!,
            leaf.GetProperty("nodeSeq").GetInt64(),
            record.GetProperty("decision").GetGuid(),
            PayloadField.Features,
            committed.GetProperty("hmac").GetString()!);
        if (plain is null)
            return null;

        using var request = JsonDocument.Parse(plain);
        return TensorFeatures.Read(request.RootElement, baseline.Order) is { } rows
            ? baseline.Baseline.Count(rows)
            : null;
    }

    private static long? Micros(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
