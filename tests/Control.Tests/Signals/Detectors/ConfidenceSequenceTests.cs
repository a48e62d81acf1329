using Provost.Control.Signals.Detectors;

namespace Provost.Control.Tests.Signals.Detectors;

public sealed class ConfidenceSequenceTests
{
    [Fact]
    public void Knows_nothing_without_rows() =>
        Assert.Equal(new ShareInterval(0, 1), ConfidenceSequence.Of(0, 0, 0.05));

    [Theory]
    [InlineData(0.5, 0.5723649429247001)]
    [InlineData(1, 0)]
    [InlineData(7.5, 7.534364236758733)]
    [InlineData(100, 359.13420536957540)]
    public void Takes_the_logarithm_of_gamma_from_its_tables(double x, double expected) =>
        Assert.Equal(expected, ConfidenceSequence.LogGamma(x), 1e-9);

    [Fact]
    public void Covers_the_truth_at_all_looks_of_a_stream_together()
    {
        const int Streams = 100;
        var missed = 0;
        for (var seed = 0; seed < Streams; seed++)
        {
            var random = new Random(seed);
            long hits = 0;
            for (var n = 1; n <= 300; n++)
            {
                hits += random.NextDouble() < 0.1 ? 1 : 0;
                if (n % 5 != 0)
                {
                    continue;
                }

                var interval = ConfidenceSequence.Of(hits, n, 0.05);
                if (interval.Low > 0.1 || interval.High < 0.1)
                {
                    missed++;
                    break;
                }
            }
        }

        Assert.InRange(missed, 0, Binomial.Quantile(Streams, 0.05, 0.99));
    }

    [Fact]
    public void Narrows_as_rows_come_and_holds_the_observed_share()
    {
        var widths = new[] { 10, 100, 1000, 10_000 }.Select(n =>
        {
            var interval = ConfidenceSequence.Of(n / 10, n, 0.05);
            Assert.InRange(0.1, interval.Low, interval.High);
            return interval.High - interval.Low;
        }).ToList();
        Assert.Equal(widths.OrderDescending(), widths);
    }
}
