using Provost.Ledger.Statements;

namespace Provost.Ledger.Records;

/// <summary>
/// One act of governance, type <c>gov.&lt;verb&gt;</c>, stream <c>gov</c>. Holds no personal data: people are random
/// ids; free text is a payload.
/// </summary>
public sealed record GovernanceRecord
{
    public const string Schema = "provost.gov/1";

    public required Guid Id { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required string Node { get; init; }
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

    /// <summary>Canonical JSON of the DSSE envelope a person signed; empty when none.</summary>
    public ReadOnlyMemory<byte> Statement { get; init; }

    /// <summary>Canonical JSON of the verb's facts; empty when none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public bool Drill { get; init; }

    public void Write(RecordDraft draft)
    {
        draft.Id = Id;
        draft.IsGovernance = true;
        var json = draft.Json;
        json.BeginObject();
        json.Name("actor"u8);
        json.BeginObject();
        json.Text("id"u8, ActorId);
        json.Text("kind"u8, ActorKind);
        json.EndObject();
        json.Text("after"u8, After);
        json.Text("before"u8, Before);
        Raw(json, "body"u8, Body);
        json.Flag("drill"u8, Drill);
        json.Number("epoch"u8, Epoch);
        json.Id("id"u8, Id);
        draft.WriteNode(Node);
        json.Text("object"u8, Object);
        json.Text("onBehalf"u8, OnBehalf);
        json.Commitment("reason"u8, Reason);
        json.Text("schema"u8, Schema);
        Raw(json, "statement"u8, Statement);
        json.Time("time"u8, Time);
        json.Text("type"u8, "gov." + Verb);
        json.EndObject();
    }

    private static void Raw(CanonicalWriter json, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value)
    {
        if (value.IsEmpty)
            return;

        json.Name(name);
        json.Raw(value.Span);
    }
}
