using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Tests.Snapshot;

public sealed class GatewayClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_wall_clock_set_back_prolongs_nothing()
    {
        var time = new TwoClocks { Wall = Noon };
        var clock = new GatewayClock(time);
        clock.Raise(Noon);
        time.Passed = TimeSpan.FromHours(13);
        time.Wall = Noon.AddDays(-1);
        Assert.Equal(Noon.AddHours(13), clock.Now);
    }

    [Fact]
    public void A_wall_clock_that_is_ahead_counts()
    {
        var time = new TwoClocks { Wall = Noon };
        var clock = new GatewayClock(time);
        clock.Raise(Noon);
        time.Wall = Noon.AddHours(2);
        Assert.Equal(Noon.AddHours(2), clock.Now);
    }

    [Fact]
    public void An_older_signed_instant_takes_nothing_back()
    {
        var time = new TwoClocks { Wall = Noon.AddDays(-1) };
        var clock = new GatewayClock(time);
        clock.Raise(Noon);
        time.Passed = TimeSpan.FromHours(1);
        clock.Raise(Noon.AddMinutes(1));
        Assert.Equal(Noon.AddHours(1), clock.Now);
    }

    /// <summary>A wall clock that can be set, and one that only goes on.</summary>
    private sealed class TwoClocks : TimeProvider
    {
        public DateTimeOffset Wall { get; set; }

        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
