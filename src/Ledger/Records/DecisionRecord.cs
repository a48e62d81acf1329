using Provost.Ledger.Statements;

namespace Provost.Ledger.Records;

/// <summary>
/// One decision as it is filled in while the call proceeds; <c>decision.intent</c> and <c>decision.outcome</c> are
/// written from it. Digests are <c>sha256:…</c>, unbound values null. Reusable: <see cref="Reset"/>.
/// </summary>
public sealed class DecisionRecord
{
    public const string Schema = "provost.decision/1";

    private readonly List<KeyValuePair<string, string>> _cohort = [];

    public Guid Decision { get; set; }
    public string Node { get; set; } = "";
    public DateTimeOffset Time { get; set; }
    public long Epoch { get; set; }
    public bool Drill { get; set; }
    public string? System { get; set; }
    public string? Environment { get; set; }
    public string? Release { get; set; }
    public string? Terms { get; set; }
    public Guid? Warrant { get; set; }

    /// <summary>The exception it is made under; absent from the record while null.</summary>
    public Guid? Exception { get; set; }

    /// <summary>The adoption that it passed under, ungoverned; absent from the record while null.</summary>
    public Guid? Adoption { get; set; }

    /// <summary>Digest of the snapshot that decided.</summary>
    public string? Snapshot { get; set; }

    /// <summary>Digest of the policies in force.</summary>
    public string? Policy { get; set; }

    /// <summary>For example <c>/v1/chat/completions</c>.</summary>
    public string Route { get; set; } = "";

    /// <summary>Id of the client key (its ten characters), never the key.</summary>
    public string? CallerKey { get; set; }

    public string? CallerPrincipal { get; set; }

    /// <summary>Salted commitment to the person decided about.</summary>
    public string? Subject { get; set; }

    public DataClass DataClass { get; set; }
    public string? Retention { get; set; }

    /// <summary><c>local</c>, <c>replicated</c> or <c>async</c>.</summary>
    public string Durability { get; set; } = "local";

    public string? ModelRequested { get; set; }
    public string? Session { get; set; }
    public string? Trace { get; set; }
    public Guid? Parent { get; set; }
    public Commitment? Input { get; set; }

    public Outcome Outcome { get; set; }
    public Ended Ended { get; set; }
    public string? Code { get; set; }
    public int Status { get; set; }
    public string? ModelServed { get; set; }
    public string? Fingerprint { get; set; }
    public Commitment? Output { get; set; }
    public GuardrailReport Guardrails { get; set; } = GuardrailReport.None;
    public Facts Facts { get; set; }
    public Usage? Usage { get; set; }
    public Timing Timing { get; set; }

    /// <summary>Decimal string.</summary>
    public string? Score { get; set; }

    public Commitment? Features { get; set; }
    public Guid? Review { get; set; }
    public bool Cached { get; set; }

    /// <summary>Adds a cohort key as <c>region=eu</c>; names are printable ASCII. The first of a name counts.</summary>
    public void AddCohort(string name, string value)
    {
        if (!_cohort.Exists(c => c.Key == name))
            _cohort.Add(new(name, value));
    }

    public IReadOnlyList<KeyValuePair<string, string>> Cohort => _cohort;

    /// <summary>Writes what is known before the call goes out, as a record of its own with its own id.</summary>
    public void WriteIntent(RecordDraft draft, Guid id)
    {
        draft.Id = id;
        var json = draft.Json;
        json.BeginObject();
        WriteAdoption(json);
        WriteCaller(json);
        json.Id("decision"u8, Decision);
        json.Flag("drill"u8, Drill);
        json.Text("durability"u8, Durability);
        json.Text("environment"u8, Environment);
        json.Number("epoch"u8, Epoch);
        WriteException(json);
        json.Id("id"u8, id);
        json.Commitment("input"u8, Input);
        json.Text("modelRequested"u8, ModelRequested);
        draft.WriteNode(Node);
        json.Id("parent"u8, Parent);
        json.Text("policy"u8, Policy);
        json.Text("release"u8, Release);
        json.Text("retention"u8, Retention);
        json.Text("route"u8, Route);
        json.Text("schema"u8, Schema);
        WriteRest(json);
        json.Text("terms"u8, Terms);
        json.Time("time"u8, Time);
        json.Text("trace"u8, Trace);
        json.Text("type"u8, "decision.intent");
        json.Id("warrant"u8, Warrant);
        json.EndObject();
    }

    /// <summary>
    /// Writes how it ended; <paramref name="whole"/> repeats the intent's members where none was written. System,
    /// environment, release and warrant always stand here: who folds outcomes need not look for intents.
    /// </summary>
    public void WriteOutcome(RecordDraft draft, Guid id, DateTimeOffset time, bool whole)
    {
        draft.Id = id;
        var json = draft.Json;
        json.BeginObject();
        WriteAdoption(json);
        json.Flag("cached"u8, Cached);
        if (whole)
            json.Caller(this);
        json.Text("code"u8, Code);
        if (whole)
            WriteCohort(json);
        json.Id("decision"u8, Decision);
        json.Flag("drill"u8, Drill);
        if (whole)
            json.Text("durability"u8, Durability);
        json.Text("ended"u8, Words.Of(Ended));
        json.Text("environment"u8, Environment);
        json.Number("epoch"u8, Epoch);
        WriteException(json);
        WriteFacts(json);
        json.Commitment("features"u8, Features);
        json.Text("fingerprint"u8, Fingerprint);
        WriteGuardrails(json);
        json.Id("id"u8, id);
        if (whole)
        {
            json.Commitment("input"u8, Input);
            json.Text("modelRequested"u8, ModelRequested);
        }

        json.Text("modelServed"u8, ModelServed);
        draft.WriteNode(Node);
        json.Text("outcome"u8, Words.Of(Outcome));
        json.Commitment("output"u8, Output);
        WriteTail(json, time, whole);
        json.EndObject();
    }

    /// <summary>Empties it for the next call.</summary>
    public void Reset()
    {
        _cohort.Clear();
        (Decision, Node, Time, Epoch, Drill) = (default, "", default, 0, false);
        (System, Environment, Release, Terms, Warrant) = (null, null, null, null, null);
        (Exception, Adoption) = (null, null);
        (Snapshot, Policy, Route, CallerKey, CallerPrincipal) = (null, null, "", null, null);
        (Subject, DataClass, Retention, Durability) = (null, default, null, "local");
        (ModelRequested, Session, Trace, Parent, Input) = (null, null, null, null, null);
        (Outcome, Ended, Code, Status) = (default, default, null, 0);
        (ModelServed, Fingerprint, Output) = (null, null, null);
        (Guardrails, Facts, Usage, Timing) = (GuardrailReport.None, default, null, default);
        (Score, Features, Review, Cached) = (null, null, null, false);
    }

    private void WriteCaller(CanonicalWriter json)
    {
        json.Caller(this);
        WriteCohort(json);
    }

    private void WriteCohort(CanonicalWriter json)
    {
        _cohort.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        json.Name("cohort"u8);
        json.BeginObject();
        Span<byte> name = stackalloc byte[128];
        foreach (var (key, value) in _cohort)
        {
            if (global::System.Text.Encoding.ASCII.TryGetBytes(key, name, out var length))
            {
                json.Name(name[..length]);
                json.String(value.AsSpan());
            }
        }

        json.EndObject();
        json.Name("dataClass"u8);
        json.BeginObject();
        json.Text("source"u8, Words.Of(DataClass.Source));
        json.Text("value"u8, DataClass.Value);
        json.EndObject();
    }

    private void WriteException(CanonicalWriter json)
    {
        if (Exception is { } exception)
            json.Id("exception"u8, exception);
    }

    private void WriteAdoption(CanonicalWriter json)
    {
        if (Adoption is { } adoption)
            json.Id("adoption"u8, adoption);
    }

    private void WriteRest(CanonicalWriter json)
    {
        json.Text("session"u8, Session);
        json.Text("snapshot"u8, Snapshot);
        json.Text("subject"u8, Subject);
        json.Text("system"u8, System);
    }

    private void WriteFacts(CanonicalWriter json)
    {
        json.Name("facts"u8);
        json.BeginObject();
        json.Text("consumer"u8, Words.Of(Facts.Consumer));
        json.Text("dataClass"u8, Words.Of(Facts.DataClass));
        json.Text("retention"u8, Words.Of(Facts.Retention));
        json.Text("thresholds"u8, Words.Of(Facts.Thresholds));
        json.Text("version"u8, Words.Of(Facts.Version));
        json.EndObject();
    }

    private void WriteGuardrails(CanonicalWriter json)
    {
        json.Name("guardrails"u8);
        json.BeginObject();
        json.Name("ran"u8);
        json.BeginArray();
        foreach (var id in Guardrails.Ran)
            json.String(id.AsSpan());
        json.EndArray();
        json.Name("results"u8);
        json.BeginArray();
        foreach (var result in Guardrails.Exceptions)
        {
            json.BeginObject();
            json.Number("count"u8, result.Count);
            json.Text("id"u8, result.Id);
            json.Text("mode"u8, result.Mode);
            json.Text("reason"u8, result.Reason);
            json.Text("score"u8, result.Score);
            json.Text("surface"u8, result.Surface);
            json.Text("verdict"u8, result.Verdict);
            json.EndObject();
        }

        json.EndArray();
        json.Text("set"u8, Guardrails.Set);
        json.EndObject();
    }

    private void WriteTail(CanonicalWriter json, DateTimeOffset time, bool whole)
    {
        if (whole)
        {
            json.Id("parent"u8, Parent);
            json.Text("policy"u8, Policy);
        }

        json.Text("release"u8, Release);
        if (whole)
            json.Text("retention"u8, Retention);
        json.Id("review"u8, Review);
        if (whole)
            json.Text("route"u8, Route);
        json.Text("schema"u8, Schema);
        json.Text("score"u8, Score);
        if (whole)
        {
            json.Text("session"u8, Session);
            json.Text("snapshot"u8, Snapshot);
        }

        json.Number("status"u8, Status);
        if (whole)
            json.Text("subject"u8, Subject);
        json.Text("system"u8, System);
        if (whole)
            json.Text("terms"u8, Terms);
        json.Time("time"u8, time);
        json.Name("timing"u8);
        json.BeginObject();
        json.Number("firstByte"u8, Timing.FirstByte);
        json.Number("total"u8, Timing.Total);
        json.Number("upstream"u8, Timing.Upstream);
        json.EndObject();
        if (whole)
            json.Text("trace"u8, Trace);
        json.Text("type"u8, "decision.outcome");
        WriteUsage(json);
        json.Id("warrant"u8, Warrant);
    }

    private void WriteUsage(CanonicalWriter json)
    {
        json.Name("usage"u8);
        if (Usage is not { } usage)
        {
            json.Null();
            return;
        }

        json.BeginObject();
        json.Number("in"u8, usage.In);
        json.Number("out"u8, usage.Out);
        json.EndObject();
    }
}

/// <summary>The caller, null where no key was known.</summary>
internal static class CallerWriting
{
    public static void Caller(this CanonicalWriter json, DecisionRecord record)
    {
        json.Name("caller"u8);
        if (record.CallerKey is null)
        {
            json.Null();
            return;
        }

        json.BeginObject();
        json.Text("key"u8, record.CallerKey);
        json.Text("principal"u8, record.CallerPrincipal);
        json.EndObject();
    }
}
