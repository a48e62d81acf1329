namespace Provost.Ledger.Records;

public sealed class RecordIdTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 21, 9, 30, 15, 123, TimeSpan.Zero);

    [Fact]
    public void It_is_of_version_7_and_says_its_millisecond_as_the_frameworks_does()
    {
        var framework = Guid.CreateVersion7(Time);
        for (var round = 0; round < 300; round++)
        {
            var id = RecordId.Create(Time);

            Assert.Equal((7, framework.Variant & 0xC), (id.Version, id.Variant & 0xC));
            Assert.Equal(framework.ToString()[..13], id.ToString()[..13]);
        }
    }

    [Fact]
    public void Ids_of_one_millisecond_differ_and_later_ones_sort_behind()
    {
        var ids = Enumerable.Range(0, 2000).Select(_ => RecordId.Create(Time)).ToHashSet();
        var later = RecordId.Create(Time.AddMilliseconds(1));

        Assert.Equal(2000, ids.Count);
        Assert.All(ids, id => Assert.True(string.CompareOrdinal(id.ToString(), later.ToString()) < 0));
    }
}
