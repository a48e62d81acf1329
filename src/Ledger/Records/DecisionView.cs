using System.Text.Json;

namespace Provost.Ledger.Records;

/// <summary>
/// A <c>decision.intent</c> or <c>decision.outcome</c> as the log holds it, for readers off the hot path. An outcome
/// whose intent stands in the log repeats of the intent only where it belongs (system, environment, release, warrant);
/// the rest is null here and joins by <see cref="Decision"/>.
/// </summary>
public sealed record DecisionView
{
    public required bool IsIntent { get; init; }
    public required Guid Id { get; init; }
    public required Guid Decision { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required string Node { get; init; }
    public required long NodeSeq { get; init; }
    public required long Epoch { get; init; }
    public required bool Drill { get; init; }
    public string? System { get; init; }
    public string? Environment { get; init; }
    public string? Release { get; init; }
    public Guid? Warrant { get; init; }

    /// <summary>The exception it was made under.</summary>
    public Guid? Exception { get; init; }

    /// <summary>The adoption that it passed under, ungoverned.</summary>
    public Guid? Adoption { get; init; }

    /// <summary>Whether the record says what an intent says: true of intents and of outcomes without one.</summary>
    public bool IsWhole { get; init; }

    public string? Terms { get; init; }
    public string? Snapshot { get; init; }
    public string? Policy { get; init; }
    public string? Route { get; init; }
    public string? CallerKey { get; init; }
    public string? CallerPrincipal { get; init; }
    public string? Subject { get; init; }
    public IReadOnlyList<KeyValuePair<string, string>> Cohort { get; init; } = [];
    public DataClass DataClass { get; init; }
    public string? Retention { get; init; }
    public string? Durability { get; init; }
    public string? ModelRequested { get; init; }
    public string? Session { get; init; }
    public string? Trace { get; init; }
    public Guid? Parent { get; init; }
    public Commitment? Input { get; init; }

    /// <summary>Null of intents, as is all that follows.</summary>
    public OutcomeView? Outcome { get; init; }

    /// <summary>The record as a decision; null when it is of another type.</summary>
    /// <exception cref="FormatException">It claims to be a decision and is not of the form of schema 1.</exception>
    public static DecisionView? Read(ReadOnlyMemory<byte> record)
    {
        using var document = RecordReading.Parse(record);
        var json = document.RootElement;
        return json.Type() switch
        {
            "decision.intent" => RecordReading.Checked(() => Read(json, isIntent: true)),
            "decision.outcome" => RecordReading.Checked(() => Read(json, isIntent: false)),
            _ => null,
        };
    }

    private static DecisionView Read(JsonElement json, bool isIntent)
    {
        json.ExpectSchema(DecisionRecord.Schema);
        var isWhole = json.TryGetProperty("route", out _);
        var view = new DecisionView
        {
            IsIntent = isIntent,
            IsWhole = isWhole,
            Id = json.Id("id"),
            Decision = json.Id("decision"),
            Time = json.Time("time"),
            Node = json.Required("node"),
            NodeSeq = json.Number("nodeSeq"),
            Epoch = json.Number("epoch"),
            Drill = json.Flag("drill"),
            System = json.Text("system"),
            Environment = json.Text("environment"),
            Release = json.Text("release"),
            Warrant = json.OptionalId("warrant"),
            Exception = json.TryGetProperty("exception", out _) ? json.OptionalId("exception") : null,
            Adoption = json.TryGetProperty("adoption", out _) ? json.OptionalId("adoption") : null,
            Outcome = isIntent ? null : OutcomeView.Read(json),
        };
        return isWhole ? WithCall(view, json) : view;
    }

    private static DecisionView WithCall(DecisionView view, JsonElement json)
    {
        var caller = json.GetProperty("caller");
        var isKnown = caller.ValueKind == JsonValueKind.Object;
        var dataClass = json.GetProperty("dataClass");
        return view with
        {
            Terms = json.Text("terms"),
            Snapshot = json.Text("snapshot"),
            Policy = json.Text("policy"),
            Route = json.Required("route"),
            CallerKey = isKnown ? caller.Text("key") : null,
            CallerPrincipal = isKnown ? caller.Text("principal") : null,
            Subject = json.Text("subject"),
            Cohort = [.. json.GetProperty("cohort").EnumerateObject()
                .Select(c => KeyValuePair.Create(c.Name, c.Value.GetString()!))],
            DataClass = new DataClass(dataClass.Text("value"), Words.ToSource(dataClass.Required("source"))),
            Retention = json.Text("retention"),
            Durability = json.Text("durability"),
            ModelRequested = json.Text("modelRequested"),
            Session = json.Text("session"),
            Trace = json.Text("trace"),
            Parent = json.OptionalId("parent"),
            Input = json.Commitment("input"),
        };
    }
}

/// <summary>How a decision ended.</summary>
public sealed record OutcomeView
{
    public required Outcome Outcome { get; init; }
    public required Ended Ended { get; init; }
    public required int Status { get; init; }
    public required Facts Facts { get; init; }
    public required GuardrailReport Guardrails { get; init; }
    public required Timing Timing { get; init; }
    public required bool Cached { get; init; }
    public string? Code { get; init; }
    public string? ModelServed { get; init; }
    public string? Fingerprint { get; init; }
    public Commitment? Output { get; init; }
    public Usage? Usage { get; init; }
    public string? Score { get; init; }
    public Commitment? Features { get; init; }
    public Guid? Review { get; init; }

    internal static OutcomeView Read(JsonElement json)
    {
        var timing = json.GetProperty("timing");
        var usage = json.GetProperty("usage");
        return new OutcomeView
        {
            Outcome = Words.ToOutcome(json.Required("outcome")),
            Ended = Words.ToEnded(json.Required("ended")),
            Status = (int)json.Number("status"),
            Facts = ReadFacts(json.GetProperty("facts")),
            Guardrails = ReadGuardrails(json.GetProperty("guardrails")),
            Timing = new Timing(
                timing.Number("total"), timing.OptionalNumber("upstream"), timing.OptionalNumber("firstByte")),
            Cached = json.Flag("cached"),
            Code = json.Text("code"),
            ModelServed = json.Text("modelServed"),
            Fingerprint = json.Text("fingerprint"),
            Output = json.Commitment("output"),
            Usage = usage.ValueKind == JsonValueKind.Null ? null : new Usage(usage.Number("in"), usage.Number("out")),
            Score = json.Text("score"),
            Features = json.Commitment("features"),
            Review = json.OptionalId("review"),
        };
    }

    private static Facts ReadFacts(JsonElement json) => new(
        Version: Words.ToFact(json.Required("version")),
        DataClass: Words.ToFact(json.Required("dataClass")),
        Thresholds: Words.ToFact(json.Required("thresholds")),
        Consumer: Words.ToFact(json.Required("consumer")),
        Retention: Words.ToFact(json.Required("retention")));

    private static GuardrailReport ReadGuardrails(JsonElement json) => new(
        json.Text("set"),
        [.. json.GetProperty("ran").EnumerateArray().Select(id => id.GetString()!)],
        [.. json.GetProperty("results").EnumerateArray().Select(r => new GuardrailException(
            r.Required("id"), r.Required("surface"), r.Required("mode"), r.Text("verdict"),
            (int)r.Number("count"), r.Text("score"),

            // Records of before decision 8 say nothing here.
            r.TryGetProperty("reason", out var reason) ? reason.GetString() : null))]);
}
