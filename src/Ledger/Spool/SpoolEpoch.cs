using System.Buffers.Binary;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Spool;

/// <summary>
/// The highest snapshot epoch a node took: 8 bytes little-endian and their CRC-32C, replaced as a whole. A file that is
/// there and cannot be read is never taken for "none".
/// </summary>
internal static class SpoolEpoch
{
    public static long Read(string directory)
    {
        var path = Path.Combine(directory, "epoch");
        if (!File.Exists(path))
            return 0;

        var bytes = File.ReadAllBytes(path);
        if (bytes.Length != 12
            || SpoolFrame.Crc32C(bytes.AsSpan(0, 8)) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)))
        {
            throw new InvalidDataException($"{path} is broken; the epoch must be known before serving.");
        }

        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public static void Write(string directory, long epoch)
    {
        var bytes = new byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), SpoolFrame.Crc32C(bytes.AsSpan(0, 8)));
        DurableFile.Replace(Path.Combine(directory, "epoch"), bytes);
    }
}
