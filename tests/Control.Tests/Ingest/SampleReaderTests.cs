using System.Text.Json.Nodes;
using Provost.Control.Decisions;
using Provost.Control.Ingest;
using Provost.Control.Signals;
using Provost.Control.Tests.Decisions;

namespace Provost.Control.Tests.Ingest;

public sealed class SampleReaderTests
{
    private readonly LeafParser _parser = new();
    private readonly SampleReader _reader = new((_, _, _, _, _) => null, _ => null);

    [Fact]
    public void Takes_from_an_outcome_what_signals_may_know()
    {
        var sample = Read(_ => { });

        Assert.NotNull(sample);
        Assert.Equal(("refunds", "production", "sha256:aa", SampleOutcome.Allowed),
            (sample.System, sample.Environment, sample.Release, sample.Outcome));
        Assert.Equal((2000, false, null), (sample.UpstreamMicros, sample.Drill, sample.Features));
        Assert.Null(Read(record => record["timing"]!["upstream"] = null)!.UpstreamMicros);
    }

    [Fact]
    public void Takes_nothing_from_what_is_no_outcome_of_a_bound_call()
    {
        Assert.Null(Read(record => record["type"] = "decision.intent"));
        Assert.Null(Read(record => record["system"] = null));
        Assert.Null(Read(record => record["release"] = null));
    }

    [Theory]
    [InlineData("features")]
    [InlineData("drill")]
    [InlineData("timing")]
    [InlineData("outcome")]
    public void Refuses_an_outcome_that_lacks_what_each_one_says(string member) =>
        Assert.Throws<FormatException>(() => Read(record => record.Remove(member)));

    [Fact]
    public void Refuses_a_word_that_it_does_not_know() =>
        Assert.Throws<FormatException>(() => Read(record => record["outcome"] = "3"));

    private SignalSample? Read(Action<JsonObject> change)
    {
        var log = new FakeLog();
        log.Outcome(record =>
        {
            record["features"] = null;
            change(record);
        });
        return _reader.Read(_parser.Read(0, log.Stored(0)));
    }
}
