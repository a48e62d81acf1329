using Provost.Ledger.Tree;

namespace Provost.Ledger.Proofs;

/// <summary>Checks proofs against roots that come from verified checkpoints.</summary>
/// <remarks>Source of the algorithms: RFC 9162 sections 2.1.3.2 and 2.1.4.2.</remarks>
public static class MerkleProof
{
    /// <summary>Whether the leaf with this hash stands at the index of the log of this size and root.</summary>
    public static bool VerifyInclusion(
        long index,
        long size,
        ReadOnlySpan<byte> leafHash,
        IReadOnlyList<byte[]> proof,
        ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size || leafHash.Length != MerkleHash.Size)
            return false;

        var (node, last) = (index, size - 1);
        var hash = leafHash.ToArray();
        foreach (var sibling in proof)
        {
            if (last == 0 || sibling.Length != MerkleHash.Size)
                return false;

            if ((node & 1) == 1 || node == last)
            {
                MerkleHash.Node(sibling, hash, hash);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                MerkleHash.Node(hash, sibling, hash);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash.AsSpan().SequenceEqual(root);
    }

    /// <summary>
    /// Whether the log of the first size and root is the beginning of the second. From size 0 everything continues,
    /// provided that the first root is that of nothing; equal sizes need equal roots; both with an empty proof.
    /// </summary>
    public static bool VerifyConsistency(
        long fromSize,
        ReadOnlySpan<byte> fromRoot,
        long toSize,
        ReadOnlySpan<byte> toRoot,
        IReadOnlyList<byte[]> proof)
    {
        if (fromSize < 0 || fromSize > toSize || proof.Any(h => h.Length != MerkleHash.Size))
            return false;

        if (fromSize == 0 && !fromRoot.SequenceEqual(MerkleHash.Empty))
            return false;

        if (fromSize == toSize)
            return proof.Count == 0 && fromRoot.SequenceEqual(toRoot);

        if (fromRoot.Length != MerkleHash.Size || toRoot.Length != MerkleHash.Size)
            return false;

        if (fromSize == 0)
            return proof.Count == 0;

        // A first size that is a power of two is itself the first hash of the path.
        var path = long.IsPow2(fromSize) ? [fromRoot.ToArray(), .. proof] : proof;
        return path.Count > 0 && Climb(fromSize, fromRoot, toSize, toRoot, path);
    }

    private static bool Climb(
        long fromSize,
        ReadOnlySpan<byte> fromRoot,
        long toSize,
        ReadOnlySpan<byte> toRoot,
        IReadOnlyList<byte[]> path)
    {
        var (node, last) = (fromSize - 1, toSize - 1);
        while ((node & 1) == 1)
            (node, last) = (node >> 1, last >> 1);

        var (fromHash, toHash) = (path[0].ToArray(), path[0].ToArray());
        foreach (var sibling in path.Skip(1))
        {
            if (last == 0)
                return false;

            if ((node & 1) == 1 || node == last)
            {
                MerkleHash.Node(sibling, fromHash, fromHash);
                MerkleHash.Node(sibling, toHash, toHash);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                MerkleHash.Node(toHash, sibling, toHash);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && fromHash.AsSpan().SequenceEqual(fromRoot) && toHash.AsSpan().SequenceEqual(toRoot);
    }
}
