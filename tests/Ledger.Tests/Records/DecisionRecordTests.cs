using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Records;

public sealed class DecisionRecordTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly Guid Decision = Guid.Parse("0193a000-0000-7000-8000-000000000001");
    private static readonly Guid Own = Guid.Parse("0193a000-0000-7000-8000-000000000002");

    [Fact]
    public void Writes_null_for_what_was_never_bound()
    {
        var record = new DecisionRecord { Decision = Decision, Node = "n1", Time = Nine, Route = "/v1/models" };

        Assert.Equal(
            """
            {"cached":false,"caller":null,"code":null,"cohort":{},"dataClass":{"source":"asserted","value":null},
            "decision":"0193a000-0000-7000-8000-000000000001","drill":false,"durability":"local","ended":"complete",
            "environment":null,"epoch":0,"facts":{"consumer":"n/a","dataClass":"n/a","retention":"n/a",
            "thresholds":"n/a","version":"n/a"},"features":null,"fingerprint":null,
            "guardrails":{"ran":[],"results":[],"set":null},"id":"0193a000-0000-7000-8000-000000000002","input":null,
            "modelRequested":null,"modelServed":null,"node":"n1","nodeSeq":41,"outcome":"allowed","output":null,
            "parent":null,"policy":null,"release":null,"retention":null,"review":null,"route":"/v1/models",
            "schema":"provost.decision/1","score":null,"session":null,"snapshot":null,"status":0,"subject":null,
            "system":null,"terms":null,"time":"2026-11-21T09:00:00.000000Z",
            "timing":{"firstByte":null,"total":0,"upstream":null},"trace":null,"type":"decision.outcome",
            "usage":null,"warrant":null}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(Outcome(record, whole: true, nodeSeq: 41)));
    }

    [Fact]
    public void Repeats_of_an_intent_in_the_log_only_where_it_belongs()
    {
        var record = Filled(seed: 7);
        record.Release = "sha256:a";
        var view = View(Outcome(record, whole: false));

        Assert.False(view.IsWhole);
        Assert.Equal("sha256:a", view.Release);
        Assert.Null(view.Route);
        Assert.Null(view.Input);
        Assert.NotNull(view.Outcome);
        Assert.Equal(Decision, view.Decision);
        Assert.Equal(Own, view.Id);
    }

    [Fact]
    public void Reads_back_what_was_written_and_writes_canonical_bytes()
    {
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
        {
            var record = Filled(seed);
            var intent = Written.Record(d => record.WriteIntent(d, Own), seed);
            var outcome = Outcome(record, whole: true, seed);
            Assert.True(CanonicalJson.IsCanonical(intent));
            Assert.True(CanonicalJson.IsCanonical(outcome));

            AssertCall(record, View(intent));
            AssertCall(record, View(outcome));
            Assert.Equal(seed, View(outcome).NodeSeq);
            Assert.Null(View(intent).Outcome);
            AssertOutcome(record, View(outcome).Outcome!);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Keeps_nothing_of_the_last_call_after_a_reset()
    {
        var record = Filled(seed: 3);
        record.Reset();
        (record.Node, record.Decision) = ("n1", Decision);
        var fresh = new DecisionRecord { Node = "n1", Decision = Decision };

        Assert.Equal(Outcome(fresh, whole: true), Outcome(record, whole: true));
    }

    [Fact]
    public void Allocates_next_to_nothing_for_an_ordinary_outcome()
    {
        var record = Filled(seed: 11);
        Write(record);
        Write(record);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Write(record);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 160);
    }

    [Fact]
    public void Refuses_a_schema_that_it_does_not_know()
    {
        var text = Encoding.UTF8.GetString(Outcome(Filled(seed: 1), whole: true));
        var newer = Encoding.UTF8.GetBytes(text.Replace("provost.decision/1", "provost.decision/2"));
        var strange = Encoding.UTF8.GetBytes(text.Replace("\"ended\":\"", "\"ended\":\"x"));

        Assert.Throws<FormatException>(() => DecisionView.Read(newer));
        Assert.Throws<FormatException>(() => DecisionView.Read(strange));
        Assert.Throws<FormatException>(() => DecisionView.Read("{\"type\":\"decision.outcome\"}"u8.ToArray()));
        Assert.Null(DecisionView.Read("{\"type\":\"gov.pause\"}"u8.ToArray()));
    }

    private static void Write(DecisionRecord record)
    {
        using var draft = RecordDraft.Rent();
        record.WriteOutcome(draft, Own, Nine, whole: true);
    }

    private static byte[] Outcome(DecisionRecord record, bool whole, long nodeSeq = 0) =>
        Written.Record(d => record.WriteOutcome(d, Own, Nine, whole), nodeSeq);

    private static DecisionView View(byte[] record) => DecisionView.Read(record)!;

    private static DecisionRecord Filled(int seed)
    {
        var random = new Random(seed);
        string? Text() => random.Next(4) == 0 ? null : "ä\"\n" + random.Next();
        Commitment? Committed() => random.Next(3) == 0
            ? null
            : new Commitment("aGk=", random.Next(), "text/plain", (Capture)random.Next(3));
        Guid? Id() => random.Next(2) == 0 ? null : Guid.CreateVersion7(Nine.AddTicks(random.Next()));
        var record = new DecisionRecord
        {
            Decision = Decision,
            Node = "n1",
            Time = Nine.AddMicroseconds(random.Next()),
            Epoch = random.Next(),
            Drill = random.Next(2) == 0,
            System = Text(),
            Environment = Text(),
            Release = Text(),
            Terms = Text(),
            Warrant = Id(),
            Snapshot = Text(),
            Policy = Text(),
            Route = "/v1/chat/completions",
            CallerKey = random.Next(3) == 0 ? null : "k1",
            Subject = Text(),
            DataClass = new DataClass(Text(), (DataClassSource)random.Next(3)),
            Retention = Text(),
            Durability = "local",
            ModelRequested = Text(),
            Session = Text(),
            Trace = Text(),
            Parent = Id(),
            Input = Committed(),
            Outcome = (Outcome)random.Next(5),
            Ended = (Ended)random.Next(5),
            Code = Text(),
            Status = random.Next(600),
            ModelServed = Text(),
            Fingerprint = Text(),
            Output = Committed(),
            Guardrails = new GuardrailReport(
                Text(), ["input:pii", "output:secrets:shadow"],
                [
                    new GuardrailException("pii.card", "output", "enforced", "redact", 2, Text()),
                    new GuardrailException("pii", "output", "skipped", null, 0, Reason: "input_blocked"),
                ]),
            Facts = new Facts(
                (Fact)random.Next(3), (Fact)random.Next(3), (Fact)random.Next(3), (Fact)random.Next(3),
                (Fact)random.Next(3)),
            Usage = random.Next(2) == 0 ? null : new Usage(random.Next(), random.Next()),
            Timing = new Timing(random.Next(), random.Next(2) == 0 ? null : random.Next(), null),
            Score = Text(),
            Features = Committed(),
            Review = Id(),
            Cached = random.Next(2) == 0,
        };
        record.CallerPrincipal = record.CallerKey is null ? null : Text();
        for (var i = random.Next(4); i > 0; i--)
            record.AddCohort($"c{random.Next(10)}", $"v{i}");

        return record;
    }

    private static void AssertCall(DecisionRecord record, DecisionView view)
    {
        Assert.True(view.IsWhole);
        Assert.Equal(
            (record.System, record.Environment, record.Release, record.Terms, record.Warrant, record.Snapshot),
            (view.System, view.Environment, view.Release, view.Terms, view.Warrant, view.Snapshot));
        Assert.Equal(
            (record.Policy, record.Route, record.CallerKey, record.CallerPrincipal, record.Subject, record.DataClass),
            (view.Policy, view.Route!, view.CallerKey, view.CallerPrincipal, view.Subject, view.DataClass));
        Assert.Equal(
            (record.Retention, record.ModelRequested, record.Session, record.Trace, record.Parent, record.Input),
            (view.Retention, view.ModelRequested, view.Session, view.Trace, view.Parent, view.Input));
        Assert.Equal((record.Epoch, record.Drill, record.Node), (view.Epoch, view.Drill, view.Node));
        Assert.Equal(record.Cohort.OrderBy(c => c.Key, StringComparer.Ordinal), view.Cohort);
        Assert.Equal(view.IsIntent ? record.Time : Nine, view.Time);
    }

    private static void AssertOutcome(DecisionRecord record, OutcomeView view)
    {
        Assert.Equal(
            (record.Outcome, record.Ended, record.Code, record.Status, record.ModelServed, record.Fingerprint),
            (view.Outcome, view.Ended, view.Code, view.Status, view.ModelServed, view.Fingerprint));
        Assert.Equal(
            (record.Output, record.Facts, record.Usage, record.Timing, record.Score, record.Features),
            (view.Output, view.Facts, view.Usage, view.Timing, view.Score, view.Features));
        Assert.Equal((record.Review, record.Cached), (view.Review, view.Cached));
        Assert.Equal(record.Guardrails.Set, view.Guardrails.Set);
        Assert.Equal(record.Guardrails.Ran, view.Guardrails.Ran);
        Assert.Equal(record.Guardrails.Exceptions, view.Guardrails.Exceptions);
    }
}
