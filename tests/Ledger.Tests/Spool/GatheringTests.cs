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
    [InlineData(39, false)]
    [InlineData(40, true)]
    public void It_pays_from_so_many_records_on_in_ten_milliseconds(int records, bool pays)
    {
        Write(records);

        Assert.Equal(pays, _gathering.Pays);
    }

    [Fact]
    public void A_lone_record_after_a_busy_time_is_the_last_that_waits()
    {
        Write(100);
        Assert.True(_gathering.Pays);

        _time.Advance(TimeSpan.FromSeconds(5));
        _gathering.Wrote(1);

        Assert.False(_gathering.Pays);
    }

    [Fact]
    public void Nothing_is_judged_by_less_than_ten_milliseconds()
    {
        _gathering.Wrote(1000);

        Assert.False(_gathering.Pays);
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
