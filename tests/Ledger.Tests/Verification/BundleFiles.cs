using System.Buffers.Binary;
using System.Text;

namespace Provost.Ledger.Verification;

/// <summary>
/// Takes a bundle apart and puts it together again as an export would: what a forger who knows the format can do. The
/// checksums fit again, so that the verifier has to find the rest.
/// </summary>
internal static class BundleFiles
{
    /// <summary>The bytes of a file.</summary>
    public static byte[] Read(byte[] bundle, string name) => Files(bundle).Single(f => f.Name == name).Content;

    /// <summary>The bundle with a file's lines changed; the last line end stays.</summary>
    public static byte[] Edit(byte[] bundle, string name, Func<string[], string[]> change)
    {
        var end = name.EndsWith(".csv", StringComparison.Ordinal) ? "\r\n" : "\n";
        var text = Encoding.UTF8.GetString(Read(bundle, name));
        var isEnded = text.EndsWith(end, StringComparison.Ordinal);
        var lines = change((isEnded ? text[..^end.Length] : text).Split(end));
        var changed = string.Join(end, lines) + (isEnded && lines.Length > 0 ? end : "");
        return With(bundle, (name, Encoding.UTF8.GetBytes(changed)));
    }

    /// <summary>The bundle with other bytes in these files.</summary>
    public static byte[] With(byte[] bundle, params (string Name, byte[] Content)[] changes) => Zip(
        [.. Files(bundle).Select(f => changes.FirstOrDefault(c => c.Name == f.Name) is { Name: not null } c ? c : f)]);

    /// <summary>The bundle without a file.</summary>
    public static byte[] Without(byte[] bundle, string name) => Zip([.. Files(bundle).Where(f => f.Name != name)]);

    /// <summary>A file with its header, as it lies in the zip.</summary>
    public static byte[] Local(byte[] bundle, string name) =>
        [.. Header("PK\u0003\u0004"u8, name, Read(bundle, name)), .. Read(bundle, name)];

    private static List<(string Name, byte[] Content)> Files(byte[] bundle)
    {
        var files = new List<(string, byte[])>();
        for (var at = 0; bundle.AsSpan(at).StartsWith("PK\u0003\u0004"u8);)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bundle.AsSpan(at + 18));
            var name = BinaryPrimitives.ReadInt16LittleEndian(bundle.AsSpan(at + 26));
            var content = at + 30 + name;
            files.Add((Encoding.UTF8.GetString(bundle, at + 30, name), bundle[content..(content + length)]));
            at = content + length;
        }

        return files;
    }

    private static byte[] Zip(IReadOnlyList<(string Name, byte[] Content)> files)
    {
        var (zip, directory) = (new MemoryStream(), new MemoryStream());
        foreach (var (name, content) in files)
        {
            var header = Header("PK\u0003\u0004"u8, name, content);
            directory.Write("PK\u0001\u0002"u8);
            directory.Write([20, 0]);
            directory.Write(header.AsSpan(4, 26));
            directory.Write(new byte[10]);
            directory.Write(Number((int)zip.Length));
            directory.Write(header.AsSpan(30));
            zip.Write(header);
            zip.Write(content);
        }

        var (start, count) = ((int)zip.Length, (byte)files.Count);
        zip.Write(directory.ToArray());
        zip.Write("PK\u0005\u0006"u8);
        zip.Write([0, 0, 0, 0, count, 0, count, 0]);
        zip.Write(Number((int)directory.Length));
        zip.Write(Number(start));
        zip.Write([0, 0]);
        return zip.ToArray();
    }

    private static byte[] Header(ReadOnlySpan<byte> mark, string name, byte[] content)
    {
        var crc = Number((int)BundleArchive.Crc(0, content));
        return
        [
            .. mark, 20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0, .. crc, .. Number(content.Length), .. Number(content.Length),
            (byte)name.Length, 0, 0, 0, .. Encoding.UTF8.GetBytes(name),
        ];
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
