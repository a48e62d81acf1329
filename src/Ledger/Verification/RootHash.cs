using System.Security.Cryptography;

namespace Provost.Ledger.Verification;

/// <summary>
/// The verifier's own hashing, from the definitions of RFC 6962 section 2.1 and by recursion as they are written there:
/// it shares nothing with the code that built the log.
/// </summary>
internal static class RootHash
{
    private const int HashBytes = 32;

    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(entry);
        return hash.GetHashAndReset();
    }

    public static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

    /// <summary>The root that a path leads to; null when it is not of the length that index and size demand.</summary>
    public static byte[]? FromPath(long index, long size, byte[] leafHash, ReadOnlySpan<byte[]> path)
    {
        if (index < 0 || index >= size || leafHash.Length != HashBytes)
            return null;

        if (size == 1)
            return path.IsEmpty ? leafHash : null;

        if (path.IsEmpty)
            return null;

        var split = Split(size);
        var below = index < split
            ? FromPath(index, split, leafHash, path[..^1])
            : FromPath(index - split, size - split, leafHash, path[..^1]);
        if (below is null)
            return null;

        return index < split ? Node(below, path[^1]) : Node(path[^1], below);
    }

    /// <summary>Whether a log of this size and root begins with the old one.</summary>
    public static bool Continues(
        long oldSize, byte[] oldRoot, long size, byte[] root, ReadOnlySpan<byte[]> proof)
    {
        if (oldSize < 0 || oldSize > size || (oldSize == 0 && !oldRoot.AsSpan().SequenceEqual(SHA256.HashData([]))))
            return false;

        if (oldSize == size)
            return proof.IsEmpty && oldRoot.AsSpan().SequenceEqual(root);

        if (oldRoot.Length != HashBytes || root.Length != HashBytes)
            return false;

        if (oldSize == 0)
            return proof.IsEmpty;

        var found = Subproof(oldSize, size, oldRoot, proof);
        return found is { } roots
            && roots.Old.AsSpan().SequenceEqual(oldRoot) && roots.New.AsSpan().SequenceEqual(root);
    }

    private static (byte[] Old, byte[] New)? Subproof(
        long oldSize, long size, byte[]? oldRoot, ReadOnlySpan<byte[]> proof)
    {
        if (oldSize == size)
        {
            // The whole old tree needs no hash in the proof: it is the root that the verifier remembers.
            if (oldRoot is not null)
                return proof.IsEmpty ? (oldRoot, oldRoot) : null;

            return proof.Length == 1 ? (proof[0], proof[0]) : null;
        }

        if (proof.IsEmpty)
            return null;

        var split = Split(size);
        if (oldSize <= split)
        {
            return Subproof(oldSize, split, oldRoot, proof[..^1]) is { } left
                ? (left.Old, Node(left.New, proof[^1]))
                : null;
        }

        return Subproof(oldSize - split, size - split, oldRoot: null, proof[..^1]) is { } right
            ? (Node(proof[^1], right.Old), Node(proof[^1], right.New))
            : null;
    }

    private static long Split(long size)
    {
        // Compared without doubling: beyond 2^62 that would wrap around and never end.
        long split = 1;
        while (split < size - split)
            split *= 2;

        return split;
    }
}

/// <summary>The root over leaf hashes as they come: perfect subtrees, each twice the size of the next.</summary>
internal sealed class RunningRoot
{
    private readonly Stack<(int Height, byte[] Hash)> _subtrees = new();

    public long Size { get; private set; }

    public void Add(byte[] leafHash)
    {
        var (height, hash) = (0, leafHash);
        while (_subtrees.TryPeek(out var left) && left.Height == height)
        {
            hash = RootHash.Node(_subtrees.Pop().Hash, hash);
            height++;
        }

        _subtrees.Push((height, hash));
        Size++;
    }

    public byte[] Root()
    {
        byte[]? root = null;
        foreach (var (_, hash) in _subtrees)
            root = root is null ? hash : RootHash.Node(hash, root);

        return root ?? SHA256.HashData([]);
    }
}
