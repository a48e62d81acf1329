using System.Text.Json;

namespace Provost.Control.Decisions;

/// <summary>The fields of an outcome, with what it leaves to its intent.</summary>
/// <remarks>An outcome repeats the intent's fields only where no intent was written. A member that is there counts
/// even when it is null: that is "unbound".</remarks>
internal readonly struct RecordFields(JsonElement record, JsonElement? intent)
{
    public static DecisionRow ToRow(LeafView leaf, JsonElement? intent, long? intentLeaf) =>
        ToRow(leaf.Record, new DecisionRow
        {
            LeafIndex = leaf.Index,
            LeafHash = leaf.Hash,
            IntentLeaf = intentLeaf,
            Id = leaf.Decision,
            Time = leaf.Time,
            Stream = leaf.Stream,
            Seq = leaf.Seq,
            Cohort = [],
        }, intent);

    /// <summary>Fills what a record says into a row that has what its leaf says.</summary>
    public static DecisionRow ToRow(JsonElement record, DecisionRow leaf, JsonElement? intent)
    {
        var fields = new RecordFields(record, intent);
        return leaf with
        {
            System = fields.Text("system"),
            Environment = fields.Text("environment"),
            Release = fields.Text("release"),
            Warrant = fields.Text("warrant"),
            Outcome = fields.Text("outcome"),
            Ended = fields.Text("ended"),
            Code = fields.Text("code"),
            Route = fields.Text("route"),
            CallerKey = fields.Text("caller", "key"),
            Subject = fields.Text("subject") ?? fields.Text("subject", "hmac"),
            Cohort = fields.Cohort(),
            DataClass = fields.Text("dataClass", "value"),
            ModelRequested = fields.Text("modelRequested"),
            ModelServed = fields.Text("modelServed"),
            Status = (int?)fields.Number("status"),
            TotalUs = fields.Number("timing", "total"),
            UpstreamUs = fields.Number("timing", "upstream"),
            FirstByteUs = fields.Number("timing", "firstByte"),
            TokensIn = fields.Number("usage", "in"),
            TokensOut = fields.Number("usage", "out"),
            Drill = fields.Find("drill", null) is { ValueKind: JsonValueKind.True },
            Exceptions = fields.Exceptions(),
        };
    }

    public string? Text(string name, string? inner = null) =>
        Find(name, inner) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public long? Number(string name, string? inner = null) =>
        Find(name, inner) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
            ? number
            : null;

    public JsonElement? Find(string name, string? inner)
    {
        if (!record.TryGetProperty(name, out var value)
            && !(intent is { } behind && behind.TryGetProperty(name, out value)))
        {
            return null;
        }

        if (inner is null)
            return value;

        return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(inner, out var within) ? within : null;
    }

    private List<string> Cohort()
    {
        var cohort = new List<string>();
        if (Find("cohort", null) is { ValueKind: JsonValueKind.Object } named)
        {
            foreach (var member in named.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String)
                    cohort.Add(member.Name + "=" + member.Value.GetString());
            }
        }

        cohort.Sort(StringComparer.Ordinal);
        return cohort;
    }

    private string? Exceptions() =>
        Find("guardrails", "results") is { ValueKind: JsonValueKind.Array } results && results.GetArrayLength() > 0
            ? results.GetRawText()
            : null;
}
