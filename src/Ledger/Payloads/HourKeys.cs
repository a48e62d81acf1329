using System.Buffers.Binary;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Payloads;

/// <summary>
/// A folder of hour keys, each sealed to the payload key: files named by 32 hexadecimal digits. Bytes: version, 24 that
/// identify the key, int64 hour since 1970 (little-endian), and the rest.
/// </summary>
public static class HourKeys
{
    private const int NameLength = 32;
    private const int HourAt = 25;
    private const int HeadLength = 33;

    /// <summary>The keys in a folder that are not known yet, as they are sealed.</summary>
    public static IEnumerable<(string Id, byte[] Sealed)> In(string folder, Func<string, bool> isKnown) =>
        Files(folder).Select(p => Path.GetFileName(p)).Where(id => !isKnown(id)).ToList()
            .Select(id => (id, File.ReadAllBytes(Path.Combine(folder, id))));

    /// <summary>Destroys the keys of hours that ended by then; gives their names.</summary>
    public static IReadOnlyList<string> Drop(string folder, DateTimeOffset ended)
    {
        var dropped = new List<string>();
        Span<byte> head = stackalloc byte[HeadLength];
        foreach (var path in Files(folder))
        {
            using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
            {
                if (RandomAccess.Read(file, head, 0) < head.Length
                    || (BinaryPrimitives.ReadInt64LittleEndian(head[HourAt..]) + 1) * 3600
                        > ended.ToUnixTimeSeconds())
                {
                    continue;
                }

                // zeros first: a name that is gone leaves its bytes on the disk
                RandomAccess.Write(file, new byte[RandomAccess.GetLength(file)], 0);
                RandomAccess.FlushToDisk(file);
            }

            File.Delete(path);
            dropped.Add(Path.GetFileName(path));
        }

        if (dropped.Count > 0)
            DurableFile.SyncFolder(folder);

        return dropped;
    }

    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Where(p => Path.GetFileName(p).Length == NameLength)
        : [];
}
