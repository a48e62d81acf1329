using Provost.Ledger.Proofs;

namespace Provost.Ledger.Verification;

public sealed class RootHashTests
{
    /// <summary>Doubling a power of two beyond 2^62 wraps around: the search for the split once never ended.</summary>
    [Theory]
    [InlineData(1L << 62)]
    [InlineData((1L << 62) + 1)]
    [InlineData(long.MaxValue)]
    public void Sizes_at_the_end_of_their_range_have_paths_of_the_length_that_they_demand(long size)
    {
        var leaf = RootHash.Leaf("entry"u8);
        var depth = size == 1L << 62 ? 62 : 63;
        var path = Enumerable.Range(0, depth).Select(i => RootHash.Leaf([(byte)i])).ToArray();

        Assert.Null(RootHash.FromPath(0, size, leaf, []));
        Assert.Null(RootHash.FromPath(0, size, leaf, path.AsSpan(1)));
        Assert.Null(RootHash.FromPath(0, size, leaf, [.. path, leaf]));
        var root = RootHash.FromPath(0, size, leaf, path);
        Assert.NotNull(root);
        Assert.True(MerkleProof.VerifyInclusion(0, size, leaf, path, root));
    }
}
