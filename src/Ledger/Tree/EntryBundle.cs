using System.Buffers.Binary;

namespace Provost.Ledger.Tree;

/// <summary>Entries in a bundle: each a big-endian two-byte length and its bytes.</summary>
internal static class EntryBundle
{
    /// <summary>Bytes before each entry.</summary>
    public const int LengthBytes = 2;

    /// <summary>The entry at the beginning; null when the bytes do not hold it whole.</summary>
    public static ReadOnlyMemory<byte>? First(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < LengthBytes)
            return null;

        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.Span);
        return bytes.Length < LengthBytes + length ? null : bytes.Slice(LengthBytes, length);
    }
}
