namespace Provost.Ledger.Tree;

public sealed class MerkleHashTests
{
    /// <summary>The entries and roots of the reference implementations of RFC 6962 (sizes 1 to 8).</summary>
    [Fact]
    public void Agrees_with_the_known_roots_of_rfc_6962()
    {
        string[] entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
            "606162636465666768696a6b6c6d6e6f"];
        string[] roots =
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        using var folder = new TemporaryFolder();
        using var writer = TileLogWriter.Open(folder.Path);
        for (var i = 0; i < entries.Length; i++)
        {
            writer.Append(Convert.FromHexString(entries[i]));
            Assert.Equal(roots[i], Convert.ToHexStringLower(writer.Root()));
        }
    }

    [Fact]
    public void Gives_the_empty_log_the_hash_of_nothing() =>
        Assert.Equal("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Convert.ToBase64String(MerkleHash.Empty));

    /// <summary>The worked example of RFC 9162 section 2.1.5: the tree over d0 to d6 and its proofs.</summary>
    [Fact]
    public void Builds_the_worked_example_of_rfc_9162()
    {
        byte[][] entries = [.. Enumerable.Range(0, 7).Select(n => new[] { (byte)n })];
        var (a, b, c, d, e, f, j) = (L(entries[0]), L(entries[1]), L(entries[2]), L(entries[3]), L(entries[4]),
            L(entries[5]), L(entries[6]));
        var (g, h, i) = (N(a, b), N(c, d), N(e, f));
        var (k, l) = (N(g, h), N(i, j));
        using var folder = new TemporaryFolder();
        using var writer = TileLogWriter.Open(folder.Path);
        foreach (var entry in entries)
            writer.Append(entry);

        writer.Flush();
        var reader = new TileLogReader(folder.Path);

        Assert.Equal(N(k, l), writer.Root());
        Assert.Equal([b, h, l], reader.InclusionProof(0, 7));
        Assert.Equal([c, g, l], reader.InclusionProof(3, 7));
        Assert.Equal([f, j, k], reader.InclusionProof(4, 7));
        Assert.Equal([i, k], reader.InclusionProof(6, 7));
        Assert.Equal([c, d, g, l], reader.ConsistencyProof(3, 7));
        Assert.Equal([l], reader.ConsistencyProof(4, 7));
        Assert.Equal([i, j, k], reader.ConsistencyProof(6, 7));
    }

    private static byte[] L(byte[] entry) => MerkleHash.Leaf(entry);

    private static byte[] N(byte[] left, byte[] right)
    {
        var hash = new byte[MerkleHash.Size];
        MerkleHash.Node(left, right, hash);
        return hash;
    }
}
