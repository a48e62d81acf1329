using System.Buffers.Binary;

namespace Provost.Ledger.Tree;

/// <summary>Entries in a bundle: each a big-endian two-byte length and its bytes.</summary>
internal static class EntryBundle
{
    /// <summary>The first <paramref name="count"/> entries; null when the bytes do not hold that many whole.</summary>
    public static List<ReadOnlyMemory<byte>>? Split(ReadOnlyMemory<byte> bundle, int count)
    {
        var entries = new List<ReadOnlyMemory<byte>>(count);
        while (entries.Count < count)
        {
            if (bundle.Length < 2)
                return null;

            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            if (bundle.Length < 2 + length)
                return null;

            entries.Add(bundle.Slice(2, length));
            bundle = bundle[(2 + length)..];
        }

        return entries;
    }
}
