using System.Text.Json;

namespace Provost.Ledger.Records;

/// <summary>A <c>gov.&lt;verb&gt;</c> record as the log holds it.</summary>
public sealed record GovernanceView
{
    public required Guid Id { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required string Node { get; init; }
    public required long NodeSeq { get; init; }
    public required long Epoch { get; init; }

    /// <summary>The word after <c>gov.</c>.</summary>
    public required string Verb { get; init; }

    public required string ActorKind { get; init; }
    public required string ActorId { get; init; }
    public string? OnBehalf { get; init; }
    public required string Object { get; init; }
    public string? Before { get; init; }
    public string? After { get; init; }
    public Commitment? Reason { get; init; }
    public required bool Drill { get; init; }

    /// <summary>The embedded DSSE envelope; null when nobody signed.</summary>
    public JsonElement? Statement { get; init; }

    /// <summary>The verb's facts; null when it has none.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>The record as an act of governance; null when it is of another type.</summary>
    /// <exception cref="FormatException">It claims to be one and is not of the form of schema 1.</exception>
    public static GovernanceView? Read(ReadOnlyMemory<byte> record)
    {
        using var document = RecordReading.Parse(record);
        var json = document.RootElement;
        return json.Type() is ['g', 'o', 'v', '.', .. { Length: > 0 } verb]
            ? RecordReading.Checked(() => Read(json, verb))
            : null;
    }

    private static GovernanceView Read(JsonElement json, string verb)
    {
        json.ExpectSchema(GovernanceRecord.Schema);
        var actor = json.GetProperty("actor");
        return new GovernanceView
        {
            Id = json.Id("id"),
            Time = json.Time("time"),
            Node = json.Required("node"),
            NodeSeq = json.Number("nodeSeq"),
            Epoch = json.Number("epoch"),
            Verb = verb,
            ActorKind = actor.Required("kind"),
            ActorId = actor.Required("id"),
            OnBehalf = json.Text("onBehalf"),
            Object = json.Required("object"),
            Before = json.Text("before"),
            After = json.Text("after"),
            Reason = json.Commitment("reason"),
            Drill = json.Flag("drill"),
            Statement = json.TryGetProperty("statement", out var statement) ? statement.Clone() : null,
            Body = json.TryGetProperty("body", out var body) ? body.Clone() : null,
        };
    }
}
