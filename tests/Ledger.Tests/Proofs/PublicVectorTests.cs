using System.Text.Json;
using Provost.Ledger.Tree;
using Provost.Ledger.Vectors;
using Provost.Ledger.Verification;

namespace Provost.Ledger.Proofs;

/// <summary>
/// The proofs that transparency-dev/merkle publishes, right and wrong ones, put to both checkers: the one that the
/// signer uses and the verifier's own.
/// </summary>
public sealed class PublicVectorTests
{
    [Fact]
    public void Every_inclusion_vector_agrees()
    {
        var vectors = VectorFile.Read("inclusion");
        Assert.Equal(98, vectors.Count);
        Assert.Empty(Disagreeing(vectors, Included));
    }

    [Fact]
    public void Every_inclusion_vector_agrees_with_the_verifier_of_exports()
    {
        var vectors = VectorFile.Read("inclusion");
        Assert.Empty(Disagreeing(vectors, v =>
        {
            var (index, size) = (Number(v, "leafIdx"), Number(v, "treeSize"));
            return RootHash.FromPath(index, size, v.Bytes("leafHash"), v.Hashes("proof")) is { } root
                && root.AsSpan().SequenceEqual(v.Bytes("root"));
        }));
    }

    [Fact]
    public void Every_consistency_vector_agrees()
    {
        var vectors = VectorFile.Read("consistency");
        Assert.Equal(98, vectors.Count);
        Assert.Empty(Disagreeing(vectors, v => MerkleProof.VerifyConsistency(
            Number(v, "size1"),
            v.Bytes("root1"),
            Number(v, "size2"),
            v.Bytes("root2"),
            v.Hashes("proof"))));
    }

    [Fact]
    public void Every_consistency_vector_agrees_with_the_verifier_of_exports()
    {
        var vectors = VectorFile.Read("consistency");
        Assert.Empty(Disagreeing(vectors, v => RootHash.Continues(
            Number(v, "size1"),
            v.Bytes("root1"),
            Number(v, "size2"),
            v.Bytes("root2"),
            v.Hashes("proof"))));
    }

    /// <summary>RFC 9162 section 2.1.5: seven leaves, nodes named a to l as they are there.</summary>
    [Fact]
    public void The_worked_example_of_rfc_9162_agrees()
    {
        var leaves = Enumerable.Range(0, 7).Select(i => new[] { (byte)('0' + i) }).ToArray();
        var (a, b, c, d) = (Hash(0), Hash(1), Hash(2), Hash(3));
        var (e, f, j) = (Hash(4), Hash(5), Hash(6));
        var (g, h, i) = (Node(a, b), Node(c, d), Node(e, f));
        var (k, l) = (Node(g, h), Node(i, j));
        using var folder = new TemporaryFolder();
        using var writer = TileLogWriter.Open(folder.File("ledger"));
        foreach (var leaf in leaves)
            writer.Append(leaf);

        writer.Flush();
        var reader = new TileLogReader(folder.File("ledger"));

        Assert.Equal(Node(k, l), reader.RootAt(7));
        Assert.Equal([b, h, l], reader.InclusionProof(0, 7));
        Assert.Equal([c, g, l], reader.InclusionProof(3, 7));
        Assert.Equal([f, j, k], reader.InclusionProof(4, 7));
        Assert.Equal([i, k], reader.InclusionProof(6, 7));
        Assert.Equal([c, d, g, l], reader.ConsistencyProof(3, 7));
        Assert.Equal([l], reader.ConsistencyProof(4, 7));
        Assert.Equal([i, j, k], reader.ConsistencyProof(6, 7));
        Assert.True(MerkleProof.VerifyConsistency(6, Node(k, i), 7, Node(k, l), [i, j, k]));
        Assert.True(RootHash.Continues(3, Node(g, c), 7, Node(k, l), [c, d, g, l]));

        byte[] Hash(int index) => MerkleHash.Leaf(leaves[index]);
    }

    /// <summary>The vectors count in 64 bits without a sign; a log's sizes and indexes end at 2^63 - 1.</summary>
    private static long Number(JsonElement vector, string name) =>
        unchecked((long)vector.GetProperty(name).GetUInt64());

    private static byte[] Node(byte[] left, byte[] right)
    {
        var hash = new byte[MerkleHash.Size];
        MerkleHash.Node(left, right, hash);
        return hash;
    }

    private static bool Included(JsonElement v) => MerkleProof.VerifyInclusion(
        Number(v, "leafIdx"),
        Number(v, "treeSize"),
        v.Bytes("leafHash"),
        v.Hashes("proof"),
        v.Bytes("root"));

    private static IEnumerable<string> Disagreeing(IEnumerable<JsonElement> vectors, Func<JsonElement, bool> isRight) =>
        vectors.Where(v => isRight(v) == v.GetProperty("wantErr").GetBoolean()).Select(v => v.Text("file"));
}
