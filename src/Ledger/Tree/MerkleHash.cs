using System.Security.Cryptography;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Tree;

/// <summary>The hashes of the log's tree: leaf = SHA-256(0x00 ‖ entry), node = SHA-256(0x01 ‖ left ‖ right).</summary>
/// <remarks>Source of the formulas: RFC 6962 section 2.1 (the same as RFC 9162 section 2.1.1).</remarks>
public static class MerkleHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    /// <summary>The root of a log without entries: SHA-256 of nothing.</summary>
    public static byte[] Empty => SHA256.HashData([]);

    /// <summary>The hash of an entry; its lowercase hexadecimal form is what the next leaf's "prev" holds.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        var hash = new byte[Size];
        Leaf(entry, hash);
        return hash;
    }

    /// <summary>Writes the hash of an entry into 32 bytes.</summary>
    public static void Leaf(ReadOnlySpan<byte> entry, Span<byte> hash)
    {
        ReadOnlySpan<byte> prefix = [0x00];
        OpenSslContexts.Hash(prefix, entry, hash);
    }

    /// <summary>Writes the hash of two neighbours into 32 bytes, which may be one of them.</summary>
    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> hash)
    {
        Span<byte> prefixed = stackalloc byte[1 + (2 * Size)];
        prefixed[0] = 0x01;
        left.CopyTo(prefixed[1..]);
        right.CopyTo(prefixed[(1 + Size)..]);
        OpenSslContexts.Hash(prefixed, [], hash);
    }

    /// <summary>The hash over 2^k neighbouring hashes of one level; <paramref name="hashes"/> is overwritten.</summary>
    internal static byte[] Perfect(Span<byte> hashes)
    {
        for (var count = hashes.Length / Size; count > 1; count /= 2)
        {
            for (var i = 0; i < count / 2; i++)
            {
                var pair = hashes.Slice(i * 2 * Size, 2 * Size);
                Node(pair[..Size], pair[Size..], hashes.Slice(i * Size, Size));
            }
        }

        return hashes[..Size].ToArray();
    }

    /// <summary>The root over perfect subtrees of falling size, as they stand from left to right.</summary>
    internal static byte[] Fold(IReadOnlyList<byte[]> subtrees)
    {
        if (subtrees.Count == 0)
            return Empty;

        var root = subtrees[^1].ToArray();
        for (var i = subtrees.Count - 2; i >= 0; i--)
            Node(subtrees[i], root, root);

        return root;
    }
}
