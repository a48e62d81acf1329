using FsCheck;
using FsCheck.Fluent;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Proofs;

public sealed class MerkleProofTests
{
    private static readonly byte[][] All = NaiveTree.Entries(130);
    private static readonly byte[][] Roots =
        [.. Enumerable.Range(0, All.Length + 1).Select(n => NaiveTree.Root(All.AsSpan(0, n)))];

    [Fact]
    public void Accepts_every_inclusion_proof_of_small_logs()
    {
        for (var size = 1; size <= 40; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var proof = NaiveTree.Path(index, All.AsSpan(0, size));
                Assert.True(Included(index, size, index, proof, Roots[size]));
                Assert.False(Included(index + 1, size, index, proof, Roots[size]));
                Assert.False(Included(index, size, index + 1, proof, Roots[size]));
                Assert.False(Included(index, size, index, [.. proof, Roots[1]], Roots[size]));
                if (proof.Count > 0)
                    Assert.False(Included(index, size, index, proof[..^1], Roots[size]));
            }
        }
    }

    [Fact]
    public void Accepts_every_consistency_proof_of_small_logs()
    {
        for (var to = 1; to <= 40; to++)
        {
            for (var from = 1; from <= to; from++)
            {
                var proof = NaiveTree.Consistency(from, All.AsSpan(0, to), whole: true);
                Assert.True(MerkleProof.VerifyConsistency(from, Roots[from], to, Roots[to], proof));
                Assert.False(MerkleProof.VerifyConsistency(from, Roots[from - 1], to, Roots[to], proof));
                Assert.False(MerkleProof.VerifyConsistency(from, Roots[from], to, Roots[to + 1], proof));
                Assert.False(MerkleProof.VerifyConsistency(from, Roots[from], to, Roots[to], [.. proof, Roots[1]]));
                if (proof.Count > 0)
                    Assert.False(MerkleProof.VerifyConsistency(from, Roots[from], to, Roots[to], proof[..^1]));
            }
        }
    }

    [Fact]
    public void Refuses_a_proof_with_any_changed_bit()
    {
        var flips = from size in Gen.Choose(2, 130)
                    from at in Gen.Choose(0, size - 1)
                    from hash in Gen.Choose(0, 100)
                    from bit in Gen.Choose(0, 255)
                    select (size, at, hash, bit);
        Prop.ForAll(Arb.From(flips), f =>
        {
            var head = All.AsSpan(0, f.size);
            var path = NaiveTree.Path(f.at, head);
            var steps = NaiveTree.Consistency(f.at + 1, head, whole: true);
            Flip(path, f.hash, f.bit);
            Flip(steps, f.hash, f.bit);
            return !Included(f.at, f.size, f.at, path, Roots[f.size])
                && (steps.Count == 0
                    || !MerkleProof.VerifyConsistency(f.at + 1, Roots[f.at + 1], f.size, Roots[f.size], steps));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Lets_everything_continue_the_empty_log_and_nothing_shrink()
    {
        Assert.True(MerkleProof.VerifyConsistency(0, Roots[0], 9, Roots[9], []));
        Assert.True(MerkleProof.VerifyConsistency(0, Roots[0], 0, Roots[0], []));
        Assert.False(MerkleProof.VerifyConsistency(0, Roots[1], 9, Roots[9], []));
        Assert.False(MerkleProof.VerifyConsistency(0, Roots[0], 9, Roots[9], [Roots[1]]));
        Assert.False(MerkleProof.VerifyConsistency(9, Roots[9], 8, Roots[8], []));
        Assert.False(MerkleProof.VerifyConsistency(9, Roots[9], 9, Roots[8], []));
        Assert.False(MerkleProof.VerifyConsistency(4, Roots[4], 9, Roots[9], [[1, 2, 3]]));
        Assert.False(MerkleProof.VerifyConsistency(8, Roots[8], 9, Roots[9], []));
    }

    private static bool Included(int index, int size, int entry, IReadOnlyList<byte[]> proof, byte[] root) =>
        MerkleProof.VerifyInclusion(index, size, MerkleHash.Leaf(All[entry]), proof, root);

    private static void Flip(List<byte[]> proof, int hash, int bit)
    {
        if (proof.Count > 0)
            proof[hash % proof.Count][bit / 8] ^= (byte)(1 << (bit % 8));
    }
}
