using System.Text.Json;
using Provost.Control.Signals;
using Provost.Control.Signals.Latency;

namespace Provost.Control.Tests.Signals.Latency;

public sealed class LatencySignalTests : SignalContract
{
    internal override ISignal Signal { get; } = new LatencySignal();

    protected override ReleaseWatch Watch { get; } = WatchOf("""{"latency":{"over":2000,"rate":"0.05"}}""");

    protected override SignalSample AtLimit(Random random, DateTimeOffset time) => Answer(random, time, 0.05);

    protected override SignalSample Good(Random random, DateTimeOffset time) => Answer(random, time, 0.01);

    protected override SignalSample Bad(Random random, DateTimeOffset time) => Answer(random, time, 0.3);

    protected override SignalSample Silent(DateTimeOffset time) =>
        Sample(time) with { Outcome = SampleOutcome.Fallback, UpstreamMicros = null };

    [Theory]
    [InlineData(SampleOutcome.Fallback)]
    [InlineData(SampleOutcome.Blocked)]
    public void What_the_upstream_did_not_answer_does_not_count(SampleOutcome outcome)
    {
        var counts = new PaneCounts(1);
        var monitor = Signal.Arm(Watch, new SignalOptions()).Single();
        Assert.False(monitor.Count(Sample(default) with { Outcome = outcome, UpstreamMicros = 9_000_000 }, counts));
        Assert.Equal(0, counts.Rows);
    }

    [Fact]
    public void A_time_out_is_slow()
    {
        var counts = new PaneCounts(1);
        var timedOut = Sample(default) with
        {
            Outcome = SampleOutcome.Blocked,
            Code = "provost.upstream_timeout",
            UpstreamMicros = null,
        };
        Assert.True(Signal.Arm(Watch, new SignalOptions()).Single().Count(timedOut, counts));
        Assert.Equal(1, counts.Events[0]);
    }

    [Theory]
    [InlineData("""{"latency":{"over":2000}}""")]
    [InlineData("""{"latency":{"over":"2s","rate":"0.05"}}""")]
    [InlineData("""{"latency":{"over":2000,"rate":"1"}}""")]
    [InlineData("""{"latency":{"over":0,"rate":"0.05"}}""")]
    public void A_threshold_that_cannot_be_read_is_never_watched_as_something_else(string thresholds) =>
        Assert.Throws<FormatException>(() => Signal.Arm(WatchOf(thresholds), new SignalOptions()));

    [Fact]
    public void No_threshold_no_monitor() => Assert.Empty(Signal.Arm(WatchOf("{}"), new SignalOptions()));

    [Fact]
    public void A_release_held_a_limit_only_when_that_is_proven_for_the_same_or_a_shorter_time()
    {
        var engine = new SignalEngine(new SignalOptions { PaneRows = 50 });
        engine.Watch(Watch);
        var random = new Random(1);
        for (var i = 0; i < 40; i++)
        {
            engine.Fold(i, Answer(random, DateTimeOffset.UnixEpoch.AddSeconds(i), 0));
        }

        Assert.False(engine.HeldLatency(Watch.Key, TimeSpan.FromSeconds(2), 0.05));
        for (var i = 40; i < 200; i++)
        {
            engine.Fold(i, Answer(random, DateTimeOffset.UnixEpoch.AddSeconds(i), 0));
        }

        Assert.True(engine.HeldLatency(Watch.Key, TimeSpan.FromSeconds(2), 0.05));
        Assert.True(engine.HeldLatency(Watch.Key, TimeSpan.FromSeconds(3), 0.05));
        Assert.False(engine.HeldLatency(Watch.Key, TimeSpan.FromSeconds(1), 0.05));
        Assert.False(engine.HeldLatency(Watch.Key, TimeSpan.FromSeconds(2), 0.001));
    }

    private SignalSample Answer(Random random, DateTimeOffset time, double slow) =>
        Sample(time) with { UpstreamMicros = random.NextDouble() < slow ? 2_000_001 : 2_000_000 };

    private SignalSample Sample(DateTimeOffset time) => new()
    {
        System = Watch.Key.System,
        Environment = Watch.Key.Environment,
        Release = Watch.Key.Release,
        Time = time,
        Outcome = SampleOutcome.Allowed,
    };

    private static ReleaseWatch WatchOf(string thresholds) => new()
    {
        Key = new ReleaseKey("refund-assistant", "production", "sha256:aa"),
        Warrant = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
        Thresholds = JsonDocument.Parse(thresholds).RootElement,
        Files = new Dictionary<string, byte[]>(),
    };
}
