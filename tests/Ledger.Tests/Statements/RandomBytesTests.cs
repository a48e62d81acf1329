using Provost.Ledger.Statements;

namespace Provost.Ledger.Tests.Statements;

public sealed class RandomBytesTests
{
    [Fact]
    public void No_sixteen_bytes_are_given_twice_by_any_thread()
    {
        var seen = new HashSet<UInt128>();
        Parallel.For(0, 8, _ =>
        {
            var bytes = new byte[16 * 6]; // does not divide the page: some are drawn across its end
            for (var round = 0; round < 500; round++)
            {
                RandomBytes.Fill(bytes);
                lock (seen)
                {
                    for (var at = 0; at < bytes.Length; at += 16)
                        Assert.True(seen.Add(BitConverter.ToUInt128(bytes, at)));
                }
            }
        });

        Assert.Equal(8 * 500 * 6, seen.Count);
        Assert.DoesNotContain(UInt128.Zero, seen);
    }

    [Fact]
    public void Every_length_up_to_a_page_is_filled_and_nothing_beside_it()
    {
        for (var length = 0; length <= 4096; length += 37)
        {
            var bytes = new byte[length + 2];
            RandomBytes.Fill(bytes.AsSpan(1, length));

            Assert.Equal((0, 0), (bytes[0], bytes[^1]));
            Assert.True(length < 37 || bytes.AsSpan(1, length).IndexOfAnyExcept((byte)0) >= 0);
        }
    }
}
