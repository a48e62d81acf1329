using Provost.Control.Signals;
using Provost.Control.Signals.Detectors;

namespace Provost.Control.Tests.Signals.Detectors;

public sealed class EDetectorTests
{
    [Fact]
    public void Follows_the_recursion_it_is_named_for()
    {
        var detector = new EDetector([new ShareTest(0, 0, 0.1, 0.2), new ShareTest(0, 0, 0.1, 0.4)], 100);
        double a = 0, b = 0;
        var random = new Random(1);
        for (var t = 0; t < 50; t++)
        {
            var hits = random.Next(0, 4);
            detector.Update(Pane(hits, 10));
            a = Likelihood(0.2, hits, 10) * (a + 1);
            b = Likelihood(0.4, hits, 10) * (b + 1);
            Assert.Equal(Math.Log((a + b) / 2), detector.LogEvidence, 1e-9);
        }
    }

    [Fact]
    public void Joins_groups_by_the_weakest()
    {
        var detector = new EDetector([new ShareTest(0, 0, 0.1, 0.2), new ShareTest(0, 1, 0.1, 0.05)], 100);
        detector.Update(Pane(3, 10));
        Assert.Equal(Math.Log(Likelihood(0.05, 3, 10)), detector.LogEvidence, 1e-9);
    }

    [Fact]
    public void An_empty_pane_adds_nothing()
    {
        var detector = BernoulliDetector.Above(0.05, 16);
        detector.Update(Pane(1, 50));
        var before = detector.Save();
        for (var i = 0; i < 1000; i++)
        {
            detector.Update(Pane(0, 0));
        }

        Assert.Equal(before, detector.Save());
    }

    [Fact]
    public void Months_of_trouble_overflow_nothing_and_months_of_calm_delay_nothing()
    {
        var detector = BernoulliDetector.Above(0.05, 16);
        for (var i = 0; i < 100_000; i++)
        {
            detector.Update(Pane(1000, 1000));
        }

        Assert.True(double.IsFinite(detector.LogEvidence));

        var fresh = Delay(BernoulliDetector.Above(0.05, 16));
        var calm = BernoulliDetector.Above(0.05, 16);
        for (var i = 0; i < 100_000; i++)
        {
            calm.Update(Pane(0, 1000));
        }

        Assert.InRange(Delay(calm), fresh, fresh + 1);
    }

    [Fact]
    public void A_saved_state_comes_back_bit_for_bit_and_fits_its_own_bets_only()
    {
        var detector = BernoulliDetector.Above(0.05, 16);
        detector.Update(Pane(7, 50));
        var copy = BernoulliDetector.Above(0.05, 16);
        copy.Load(detector.Save());
        detector.Update(Pane(2, 50));
        copy.Update(Pane(2, 50));
        Assert.Equal(detector.Save(), copy.Save());
        Assert.Throws<FormatException>(() => BernoulliDetector.Below(0.05, 16).Load(detector.Save()));
    }

    [Fact]
    public void Nothing_to_bet_on_is_no_evidence()
    {
        var detector = DriftDetector.Leaves([0.5], tau: 0.9, logLimit: 16);
        detector.Update(Pane(50, 50));
        Assert.Equal(double.NegativeInfinity, detector.LogEvidence);
    }

    [Fact]
    public void The_reverse_test_says_recovered_rarely_while_the_limit_is_still_reached()
    {
        const int Streams = 400;
        const int Panes = 20;
        var wrong = 0;
        for (var seed = 0; seed < Streams; seed++)
        {
            var random = new Random(seed);
            var detector = DriftDetector.Returns([0.5], tau: 0.05, Math.Log(200));
            for (var t = 0; t < Panes && detector.LogEvidence < Math.Log(200); t++)
            {
                detector.Update(Pane(Enumerable.Range(0, 50).Count(_ => random.NextDouble() < 0.55), 50));
            }

            wrong += detector.LogEvidence >= Math.Log(200) ? 1 : 0;
        }

        Assert.InRange(wrong, 0, Binomial.Quantile(Streams, Panes / 200.0, 0.99));
    }

    private static int Delay(EDetector detector)
    {
        var panes = 0;
        while (detector.LogEvidence < 16)
        {
            detector.Update(Pane(10, 50));
            panes++;
        }

        return panes;
    }

    private static double Likelihood(double q, int hits, int rows) =>
        Math.Pow(q / 0.1, hits) * Math.Pow((1 - q) / 0.9, rows - hits);

    private static PaneCounts Pane(long hits, long rows)
    {
        var pane = new PaneCounts(1);
        pane.Saw(rows);
        pane.Hit(0, hits);
        return pane;
    }
}
