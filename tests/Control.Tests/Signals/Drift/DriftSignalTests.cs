using System.Text.Json;
using Provost.Control.Signals;
using Provost.Control.Signals.Drift;

namespace Provost.Control.Tests.Signals.Drift;

public sealed class DriftSignalTests : SignalContract
{
    private const long Reference = 10_000;
    private static readonly double Tau = DriftMonitor.Tau(0.05, Reference, 0.05);
    private static readonly Baseline Frozen = Baseline.Read(
        """
        {"v":1,"n":10000,"features":[{"name":"gre","kind":"number",
        "edges":["1","2","3","4","5","6","7","8","9"],
        "counts":[1000,1000,1000,1000,1000,1000,1000,1000,1000,1000,0]}]}
        """u8.ToArray());

    private static readonly SignalSample[] RowOfBin =
        [.. Enumerable.Range(0, 10).Select(bin => Row(default, bin + 0.5))];

    internal override ISignal Signal { get; } = new DriftSignal();

    protected override ReleaseWatch Watch { get; } = WatchOf(
        """{"drift":{"features":["gre"],"baseline":"baselines/b.json","tolerance":"0.05"}}""");

    /// <summary>Every cut stands tau above its reference share.</summary>
    protected override SignalSample AtLimit(Random random, DateTimeOffset time)
    {
        var u = random.NextDouble();
        var bin = 0;
        while (bin < 9 && u >= (0.1 * (bin + 1)) + Tau)
        {
            bin++;
        }

        return RowOfBin[bin] with { Time = time };
    }

    protected override SignalSample Good(Random random, DateTimeOffset time) => Row(time, 10 * random.NextDouble());

    protected override SignalSample Bad(Random random, DateTimeOffset time) =>
        Row(time, 10 * Math.Sqrt(random.NextDouble()));

    protected override SignalSample Silent(DateTimeOffset time) => Row(time, 1) with { Features = null };

    [Fact]
    public void Seventy_two_bets_on_ten_bins_and_eight_on_missing()
    {
        var shares = Frozen.Features[0].ReferenceShares();
        var detector = Provost.Control.Signals.Detectors.DriftDetector.Leaves(shares, Tau, 16);
        Assert.Equal(72 + 4, detector.Bets); // below zero missing there is nothing to bet on
    }

    [Fact]
    public void A_surge_of_missing_values_is_drift_and_is_named()
    {
        var engine = new SignalEngine(new SignalOptions { PaneRows = 50 });
        engine.Watch(Watch);
        var random = new Random(5);
        var said = Enumerable.Range(0, 500).SelectMany(i => engine.Fold(
            i, Row(DateTimeOffset.UnixEpoch.AddSeconds(i), i % 3 == 0 ? double.NaN : 10 * random.NextDouble())));
        var breach = Assert.IsType<SignalEvent.Breach>(said.First());
        Assert.Contains("gre missing", breach.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_are_read_while_the_fallback_answers()
    {
        var counts = new PaneCounts(10);
        var monitor = Signal.Arm(Watch, new SignalOptions()).Single();
        Assert.True(monitor.Count(Row(default, 3) with { Outcome = SampleOutcome.Fallback }, counts));
        Assert.Equal(1, counts.Rows);
    }

    [Theory]
    [InlineData("""{"drift":{"features":["gre"],"baseline":"baselines/b.json"}}""")]
    [InlineData("""{"drift":{"features":["gre"],"baseline":"other.json","tolerance":"0.05"}}""")]
    [InlineData("""{"drift":{"features":["rank"],"baseline":"baselines/b.json","tolerance":"0.05"}}""")]
    [InlineData("""{"drift":{"features":["gre"],"baseline":"baselines/b.json","tolerance":"1.05"}}""")]
    public void A_threshold_that_cannot_be_read_is_never_watched_as_something_else(string thresholds) =>
        Assert.Throws<FormatException>(() => Signal.Arm(WatchOf(thresholds), new SignalOptions()));

    [Theory]
    [InlineData(0.5, 900)]
    [InlineData(0.3, 3600)]
    public void A_shift_is_found_within_the_delay_that_was_measured(double sigmas, int records)
    {
        var found = Enumerable.Range(0, 9).Select(seed => Delay(sigmas, seed, limit: 8000)).Order().ToList();
        Assert.InRange(found[4], 50, records); // median; twice the published median of the core at this tolerance
    }

    private static int Delay(double sigmas, int seed, int limit)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 10_000)
            .Select(_ => (IReadOnlyList<FeatureValue>)[FeatureValue.Of(Normal(random))]);
        var baseline = Baseline.From([new FeatureColumn("gre", IsNumber: true)], [.. rows]);
        var engine = new SignalEngine(new SignalOptions { PaneRows = 100 });
        engine.Watch(WatchOf(
            """{"drift":{"features":["gre"],"baseline":"baselines/b.json","tolerance":"0.0364"}}""", baseline));
        for (var i = 0; i < limit; i++)
        {
            var time = DateTimeOffset.UnixEpoch.AddMilliseconds(i);
            if (engine.Fold(i, Row(time, Normal(random) + sigmas, baseline)).Count > 0)
            {
                return i;
            }
        }

        return limit;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static SignalSample Row(DateTimeOffset time, double gre, Baseline? baseline = null) => new()
    {
        System = "admissions",
        Environment = "production",
        Release = "sha256:bb",
        Time = time,
        Outcome = SampleOutcome.Allowed,
        Features = (baseline ?? Frozen).Count(
            [new Dictionary<string, FeatureValue> { ["gre"] = FeatureValue.Of(gre) }]),
    };

    private static ReleaseWatch WatchOf(string thresholds, Baseline? baseline = null) => new()
    {
        Key = new ReleaseKey("admissions", "production", "sha256:bb"),
        Warrant = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12),
        Thresholds = JsonDocument.Parse(thresholds).RootElement,
        Files = new Dictionary<string, byte[]> { ["baselines/b.json"] = (baseline ?? Frozen).ToJson() },
    };
}
