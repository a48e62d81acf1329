using Provost.Testing;

namespace Provost.Ledger.Spool;

public sealed class GatheringTests
{
    private readonly ManualTime _time = new();
    private readonly Gathering _gathering;

    public GatheringTests() => _gathering = new Gathering(
        new SpoolOptions
        {
            Directory = "none",
            Node = "n",
            Linger = TimeSpan.FromMicroseconds(500),
            LingerFor = 2, // 4,000 a second
        }, _time);

    [Theory]
    [InlineData(39, 1)]
    [InlineData(40, 2)]
    [InlineData(100, 5)]
    public void It_waits_for_what_comes_in_the_time_of_a_linger_where_that_is_enough(int records, int expected)
    {
        Write(records);

        Assert.Equal(expected, _gathering.Expected);
    }

    [Fact]
    public void It_waits_for_no_more_than_came_together_lately()
    {
        for (var batch = 0; batch < 50; batch++)
        {
            _time.Advance(TimeSpan.FromMicroseconds(200));
            _gathering.Wrote(3); // 7.5 in the time of a linger, by three callers that wait for each other
        }

        Assert.Equal(3, _gathering.Expected);
    }

    [Fact]
    public void A_lone_record_after_a_busy_time_is_the_last_that_waits()
    {
        Write(100);
        Assert.True(_gathering.Expected > 1);

        _time.Advance(TimeSpan.FromSeconds(5));
        _gathering.Wrote(1);

        Assert.Equal(1, _gathering.Expected);
    }

    [Fact]
    public void Nothing_is_judged_by_less_than_ten_milliseconds()
    {
        _gathering.Wrote(1000);

        Assert.Equal(1, _gathering.Expected);
    }

    private void Write(int records)
    {
        for (var i = 0; i < 9; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            _gathering.Wrote(records / 10);
        }

        _time.Advance(TimeSpan.FromMilliseconds(1));
        _gathering.Wrote(records - (9 * (records / 10)));
    }
}
