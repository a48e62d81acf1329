namespace Provost.Ledger.Records;

/// <summary>
/// Refusals of callers that nobody knows, one record per source and ten seconds, type <c>refused.aggregate</c>, stream
/// <c>unbound</c>. The source (an address or an unknown key's id) is a payload.
/// </summary>
public sealed record RefusedAggregateRecord
{
    public const string Schema = "provost.refused/1";

    public required Guid Id { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required string Node { get; init; }
    public required long Epoch { get; init; }
    public required Commitment Source { get; init; }
    public string? UserAgent { get; init; }
    public string? Model { get; init; }
    public required long Count { get; init; }
    public required long Bytes { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset To { get; init; }

    public void Write(RecordDraft draft)
    {
        draft.Id = Id;
        var json = draft.Json;
        json.BeginObject();
        json.Number("bytes"u8, Bytes);
        json.Number("count"u8, Count);
        json.Flag("drill"u8, value: false);
        json.Number("epoch"u8, Epoch);
        json.Time("from"u8, From);
        json.Id("id"u8, Id);
        json.Text("model"u8, Model);
        draft.WriteNode(Node);
        json.Text("schema"u8, Schema);
        json.Commitment("source"u8, Source);
        json.Time("time"u8, Time);
        json.Time("to"u8, To);
        json.Text("type"u8, "refused.aggregate");
        json.Text("userAgent"u8, UserAgent);
        json.EndObject();
    }
}
