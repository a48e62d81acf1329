using Provost.Gateway.Budgets;

namespace Provost.Gateway.Tests.Budgets;

public sealed class LaneMeterTests
{
    [Fact]
    public void Counts_each_system_by_itself_and_begins_again_with_the_day()
    {
        var meter = new LaneMeter();
        var night = new DateTimeOffset(2026, 11, 21, 23, 59, 59, TimeSpan.Zero);
        Assert.True(meter.TryCount("a", night, most: 2));
        Assert.True(meter.TryCount("a", night, most: 2));
        Assert.False(meter.TryCount("a", night, most: 2));
        Assert.True(meter.TryCount("b", night, most: 2));
        Assert.True(meter.TryCount("a", night.AddSeconds(1), most: 2));
        Assert.True(meter.TryCount("a", night.AddSeconds(2).ToOffset(TimeSpan.FromHours(5)), most: 2));
        Assert.False(meter.TryCount("a", night.AddSeconds(3), most: 2));
    }
}
