using Provost.Control.Evidence;

namespace Provost.Control.Tests.Evidence;

public sealed class TileAddressTests
{
    [Theory]
    [InlineData("000", 0, 256)]
    [InlineData("067", 67, 256)]
    [InlineData("x001/x234/067", 1_234_067, 256)]
    [InlineData("x001/000", 1000, 256)]
    [InlineData("000.p/1", 0, 1)]
    [InlineData("x001/234.p/255", 1234, 255)]
    public void Reads_the_addresses_of_the_specification(string path, long index, int width)
    {
        Assert.True(TileAddress.TryParse(path, out var readIndex, out var readWidth));
        Assert.Equal((index, width), (readIndex, readWidth));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0000")]
    [InlineData("-01")]
    [InlineData("x000/001")]
    [InlineData("001/002")]
    [InlineData("x001")]
    [InlineData("000.p")]
    [InlineData("000.p/0")]
    [InlineData("000.p/01")]
    [InlineData("000.p/256")]
    [InlineData("000.p/1/1")]
    [InlineData("..")]
    [InlineData("../../signer/last")]
    [InlineData("000/../../state/cursor.json")]
    [InlineData("%2e%2e/000")]
    [InlineData("/etc/passwd")]
    [InlineData("x999/x999/x999/x999/x999/x999/x999/999")]
    public void Refuses_everything_else_and_so_every_way_out_of_the_folder(string path) =>
        Assert.False(TileAddress.TryParse(path, out _, out _));

    [Theory]
    [InlineData("0", true)]
    [InlineData("7", true)]
    [InlineData("8", false)]
    [InlineData("00", false)]
    [InlineData("-1", false)]
    [InlineData("", false)]
    [InlineData("..", false)]
    public void Knows_the_levels_a_log_can_have(string level, bool isOne) =>
        Assert.Equal(isOne, TileAddress.TryParseLevel(level, out _));

    /// <summary>The example of c2sp.org/tlog-tiles: 70,000 entries.</summary>
    [Theory]
    [InlineData(0, 272, 256, true)]
    [InlineData(0, 273, 112, true)]
    [InlineData(0, 273, 113, false)]
    [InlineData(0, 273, 256, false)]
    [InlineData(0, 274, 1, false)]
    [InlineData(1, 0, 256, true)]
    [InlineData(1, 1, 17, true)]
    [InlineData(1, 1, 18, false)]
    [InlineData(2, 0, 1, true)]
    [InlineData(2, 0, 2, false)]
    [InlineData(3, 0, 1, false)]
    [InlineData(0, long.MaxValue / 2, 256, false)]
    public void Holds_what_a_checkpoint_covers_and_nothing_behind_it(int level, long index, int width, bool isThere) =>
        Assert.Equal(isThere, TileAddress.IsWithin(70_000, level, index, width));

    [Fact]
    public void Only_full_tiles_are_kept_for_ever_and_entries_only_by_whom_they_were_given_to()
    {
        Assert.Contains("immutable", LedgerEndpoints.Caching(isEntries: false, width: 256));
        Assert.Equal("public, max-age=5", LedgerEndpoints.Caching(isEntries: false, width: 255));
        Assert.StartsWith("private", LedgerEndpoints.Caching(isEntries: true, width: 256));
        Assert.StartsWith("private", LedgerEndpoints.Caching(isEntries: true, width: 3));
    }
}
