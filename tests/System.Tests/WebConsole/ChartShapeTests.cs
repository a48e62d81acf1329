using Provost.Control.Signals;
using Provost.WebConsole.Signals;

namespace Provost.SystemTests.WebConsole;

public sealed class ChartShapeTests
{
    private static readonly Box Area = new(0, 0, 100, 50);

    [Fact]
    public void Minutes_without_samples_are_a_gap_and_never_joined()
    {
        var reading = ConsoleTown.Board(ConsoleTown.Now).Readings[0];
        var shape = ChartShape.Of(reading, ConsoleTown.Now, Area);
        Assert.Equal(2, shape.Line.Count(c => c == 'M'));
        var gap = Assert.Single(shape.Gaps);
        Assert.Equal(shape.X(ConsoleTown.Now.AddMinutes(59 - 200)), gap.X, 6);
        Assert.Equal(shape.X(ConsoleTown.Now.AddMinutes(101 - 200)), gap.X + gap.Width, 6);
    }

    [Fact]
    public void The_interval_is_a_band_over_time_that_begins_with_the_first_closed_pane_and_stops_at_a_gap()
    {
        var reading = ConsoleTown.Board(ConsoleTown.Now).Readings[0];
        var shape = ChartShape.Of(reading, ConsoleTown.Now, Area);
        Assert.Equal(2, shape.Band.Count(c => c == 'Z'));
        var first = ChartShape.Svg(shape.X(ConsoleTown.Now.AddMinutes(10 - 200)));
        Assert.StartsWith($"M{first} {ChartShape.Svg(shape.Y(0.13))}", shape.Band);
        Assert.Contains($"V{ChartShape.Svg(shape.Y(0.01))}", shape.Band);
    }

    [Fact]
    public void Without_any_sample_the_whole_area_is_a_gap()
    {
        var shape = ChartShape.Of(ConsoleTown.Board(ConsoleTown.Now).Readings[1], ConsoleTown.Now, Area);
        Assert.Equal("", shape.Line);
        Assert.Equal(new Stretch(0, 100), Assert.Single(shape.Gaps));
    }

    [Fact]
    public void Samples_that_stopped_leave_a_gap_up_to_now()
    {
        var reading = ConsoleTown.Board(ConsoleTown.Now).Readings[0] with
        {
            History = [.. Enumerable.Range(0, 30).Select(m =>
                new SignalPoint(ConsoleTown.Now.AddMinutes(m - 60), 5, 0.01))],
        };
        var shape = ChartShape.Of(reading, ConsoleTown.Now, Area);
        Assert.Equal(100, Assert.Single(shape.Gaps) is var gap ? gap.X + gap.Width : 0, 6);
    }

    [Fact]
    public void Zero_lies_at_the_lower_edge_and_nothing_leaves_the_area()
    {
        var reading = ConsoleTown.Board(ConsoleTown.Now).Readings[0];
        var shape = ChartShape.Of(reading, ConsoleTown.Now, Area, top: 0.05);
        Assert.Equal(50, shape.Y(0));
        Assert.Equal(0, shape.Y(0.112));
        Assert.Equal(50, shape.Y(-1));
        Assert.Equal(100, shape.X(ConsoleTown.Now.AddHours(1)));
    }

    [Fact]
    public void A_breach_before_the_drawing_begins_is_cut_at_its_edge()
    {
        var reading = ConsoleTown.Board(ConsoleTown.Now).Readings[0];
        (DateTimeOffset, DateTimeOffset?)[] breaches =
        [
            (ConsoleTown.Now.AddDays(-3), ConsoleTown.Now.AddDays(-2)), (ConsoleTown.Now.AddHours(-7), null),
        ];
        var shape = ChartShape.Of(reading, ConsoleTown.Now, Area, breaches: breaches);
        Assert.Equal(new Stretch(0, 100), Assert.Single(shape.Breaches));
    }
}
