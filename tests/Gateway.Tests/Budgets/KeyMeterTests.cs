using Provost.Gateway.Budgets;
using Provost.Gateway.Snapshot;
using Provost.Testing;

namespace Provost.Gateway.Tests.Budgets;

public sealed class KeyMeterTests
{
    private static readonly SnapshotCaps Caps = new(
        RequestsPerSecond: 2, Burst: 3, Concurrency: 2, SpendMicroUsdPerDay: 1000);

    private readonly ManualTime _time = new();

    [Fact]
    public void Gives_the_burst_then_the_rate()
    {
        var meter = new KeyMeter(_time);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(CapRefusal.None, meter.TryEnter(Caps));
            meter.Leave(0, 0);
        }

        Assert.Equal(CapRefusal.Rate, meter.TryEnter(Caps));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(CapRefusal.None, meter.TryEnter(Caps));
        meter.Leave(0, 0);
        Assert.Equal(CapRefusal.Rate, meter.TryEnter(Caps));
    }

    [Fact]
    public void Lets_no_more_calls_in_at_once_than_the_cap()
    {
        var meter = new KeyMeter(_time);
        Assert.Equal(CapRefusal.None, meter.TryEnter(Caps));
        Assert.Equal(CapRefusal.None, meter.TryEnter(Caps));
        Assert.Equal(CapRefusal.Concurrency, meter.TryEnter(Caps));
        meter.Leave(0, 0);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CapRefusal.None, meter.TryEnter(Caps));
    }

    [Fact]
    public void Reserves_money_before_the_call_and_settles_after_it()
    {
        var meter = new KeyMeter(_time);
        Assert.Equal(CapRefusal.None, meter.TryReserve(Caps, 700));
        Assert.Equal(CapRefusal.Spend, meter.TryReserve(Caps, 700));
        meter.Leave(estimate: 700, cost: 100);
        Assert.Equal(CapRefusal.None, meter.TryReserve(Caps, 900));
    }

    [Fact]
    public void A_new_day_has_its_own_budget()
    {
        var meter = new KeyMeter(_time);
        Assert.Equal(CapRefusal.None, meter.TryReserve(Caps, 1000));
        Assert.Equal(CapRefusal.Spend, meter.TryReserve(Caps, 1));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(CapRefusal.None, meter.TryReserve(Caps, 1000));
    }

    [Fact]
    public void Costs_are_rounded_up_in_millionths_of_a_dollar()
    {
        var prices = new PriceList(new Dictionary<string, Price> { ["small"] = new(0.25m, 2m) }, Price.Unknown);

        Assert.Equal(3, prices.Cost("small", 2, 1));
        Assert.Equal(40, prices.Cost("unheard-of", 1, 1));
    }
}
